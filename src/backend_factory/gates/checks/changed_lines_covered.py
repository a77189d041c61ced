"""The tests run the lines that the run added or changed."""

import json

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.coverage import changed_lines
from backend_factory.gates.go_syntax import code_lines, parse
from backend_factory.gates.mutation.measure import changed_code
from backend_factory.gates.subject import Subject
from backend_factory.gates.test_run import test_run


async def examine(subject: Subject) -> Examination:
    """Coverage of the whole feature's production lines, not of this attempt's alone; comments and brackets are no code."""
    run = await test_run(subject)
    changed = {
        path: lines & code_lines(parse((subject.checkout / path).read_bytes())) for path, lines in changed_code(subject).items()
    }
    if not run.blocks:
        raise Unreadable("go test left no coverage profile")
    coverage = changed_lines(run.blocks, subject.handed(Plan).layout.module, changed)
    if changed and not coverage.counted:
        raise Unreadable("the coverage profile knows none of the changed files")
    findings: tuple[Finding, ...] = ()
    if coverage.percent < subject.thresholds.changed_lines_percent:
        findings = tuple(
            Finding(
                check=CHECK.id,
                rule="not-covered",
                message=f"{path}: lines {_ranges(lines)} never run in a test",
                file=path,
                line=lines[0],
                expected=f">= {subject.thresholds.changed_lines_percent} % in all",
                seen=f"{coverage.percent:.1f} %",
                mends=PhaseId.TEST,
            )
            for path, lines in coverage.missed.items()
        )
    evidence = subject.keep("lines not covered", json.dumps(coverage.missed, indent=2))
    summary = f"{coverage.percent:.1f} % of {coverage.counted} changed lines with statements"
    return Examination(
        summary, findings, (evidence,), {"coverage_percent": round(coverage.percent, 2), "changed_lines_count": coverage.counted}
    )


def _ranges(lines: tuple[int, ...]) -> str:
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs[:20])


CHECK = Check(
    "changed-lines-covered",
    "The changed lines are tested",
    (PhaseId.TEST,),
    examine,
    after=("go-test",),
)
