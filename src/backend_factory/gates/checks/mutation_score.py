"""The tests notice small faults in the changed code."""

import json

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.go_packages import packages
from backend_factory.gates.go_syntax import below, line, parse
from backend_factory.gates.mutation.measure import changed_code, measured
from backend_factory.gates.mutation.score import Score, Tried
from backend_factory.gates.subject import Subject

_MOST = 50
_STATEMENTS = ("return_statement", "if_statement", "for_statement", "expression_statement", "assignment_statement")


async def examine(subject: Subject) -> Examination:
    """Mutants of the changed code, one after the other, against the tests that reach them; sampled where there are many."""
    if not await _statements(subject):
        return Examination("no statement of Go code was changed", figures={"mutants_count": 0})
    score = await measured(subject)
    if not score.planted:
        raise Unreadable("no mutant could be planted, though statements were changed")
    escaped = [each for each in score.tried if each.fate in ("survived", "unreached")]
    findings: tuple[Finding, ...] = ()
    if score.value < subject.thresholds.mutation_score:
        findings = tuple(_finding(subject, score, each) for each in escaped[:_MOST]) or (_nobody(),)
    evidence = subject.keep("mutants", json.dumps(_told(score), indent=2))
    return Examination(
        _summary(score), findings, (evidence,), {"mutation_score": round(score.value, 4), "mutants_count": len(score.tried)}
    )


async def _statements(subject: Subject) -> bool:
    built = {file for package in await packages(subject) for file in package.files}
    return any(
        line(node) in lines
        for path, lines in changed_code(subject).items()
        if path in built
        for node in below(parse((subject.checkout / path).read_bytes()), *_STATEMENTS)
    )


def _summary(score: Score) -> str:
    noticed = score.fates.get("killed", 0) + score.fates.get("late", 0)
    sample = f", a sample of {score.planted}" if score.planted > len(score.tried) else ""
    unfit = f", {len(score.unfit)} tests fail with no mutant on" if score.unfit else ""
    return f"{noticed} of {len(score.tried)} mutants noticed ({score.value:.3f}){sample}, {score.invalid} did not compile{unfit}"


def _finding(subject: Subject, score: Score, tried: Tried) -> Finding:
    mutant = tried.mutant
    return Finding(
        check=CHECK.id,
        rule=tried.fate,
        message=f"{mutant.file}:{mutant.line}: no test notices that {mutant.change}"
        if tried.fate == "survived"
        else f"{mutant.file}:{mutant.line}: no test gets there ({mutant.change})",
        file=mutant.file,
        line=mutant.line,
        expected=f"a score of {subject.thresholds.mutation_score} or more",
        seen=f"{score.value:.3f}",
        hint="write a test that fails when the code does this",
        mends=PhaseId.TEST,
    )


def _nobody() -> Finding:
    return Finding(check=CHECK.id, rule="no-tests", message="no package with tests uses the changed code", mends=PhaseId.TEST)


def _told(score: Score) -> dict[str, object]:
    return {
        "planted": score.planted,
        "invalid": score.invalid,
        "fates": dict(score.fates),
        "fail with no mutant on": score.unfit,
        "not noticed": [
            f"{each.mutant.file}:{each.mutant.line} {each.mutant.operator}: {each.mutant.change} ({each.fate})"
            for each in score.tried
            if each.fate in ("survived", "unreached")
        ],
    }


CHECK = Check("mutation-score", "The tests notice small faults in the changed code", (PhaseId.TEST,), examine, after=("go-test",))
