"""Each new test fails somewhere when the change is taken out.

Taken out piece by piece: a test has to notice at least one mutant of the changed code that it runs over. A test that runs over
none may be about a declaration of the change (a constant, a type's tags), without which it does not compile. A fuzz target need
not notice a mutant, since it looks for what breaks off; it has to run over the change. Whether a test looks at *all* that it runs
over is for mutation-score to say.
"""

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.go_syntax import below, line, parse, text
from backend_factory.gates.mutation.measure import changed_code, measured
from backend_factory.gates.mutation.score import Witness
from backend_factory.gates.subject import Subject
from backend_factory.gates.test_functions import TestFunction, new_tests

_DECLARED = ("const_spec", "var_spec", "type_spec", "type_alias", "field_declaration")


async def examine(subject: Subject) -> Examination:
    """Every test, fuzz target and example that the run wrote."""
    tests = await new_tests(subject)
    if not tests or not changed_code(subject):
        return Examination(f"{len(tests)} new tests, no change to take out" if tests else "no new tests")
    declared = _declared(subject)
    witnesses = {(each.folder, each.name): each for each in (await measured(subject)).witnesses}
    findings = tuple(
        Finding(check=CHECK.id, rule=rule, message=message, file=test.file, line=test.line, hint=hint, mends=PhaseId.TEST)
        for test in tests
        for rule, message, hint in _wrong(test, witnesses.get((test.folder, test.name)), declared)
    )
    return Examination(
        f"{len(tests)} new tests, {len(findings)} do not depend on the change",
        findings[:50],
        figures={"new_tests_count": len(tests)},
    )


def _wrong(test: TestFunction, seen: Witness | None, declared: frozenset[str]) -> list[tuple[str, str, str]]:
    if seen is not None and not seen.passes:
        message = f"{test.name} fails on the code with mutants though none is on: what it notices cannot be seen"
        return [("unfit", message, "test what the code does, not how it was built or is watched")]
    if seen is not None and not seen.passes_alone:
        return []  # tests-repeat says so
    if seen is None or not seen.reached:
        if declared & _words(test.text):
            return []
        return [
            ("not-of-the-change", f"{test.name} runs over nothing that was changed", "test the change, or leave the test out")
        ]
    if seen.killed or test.name.startswith("Fuzz"):
        return []
    message = f"{test.name} passes whatever is done to the changed code that it runs over"
    return [("never-fails", message, "compare with a value that the test states itself")]


def _words(source: str) -> frozenset[str]:
    kinds = ("identifier", "field_identifier", "type_identifier")
    return frozenset(text(node) for node in below(parse(b"package p\n" + source.encode()), *kinds))


def _declared(subject: Subject) -> frozenset[str]:
    """Names of constants, variables, types and fields that the run wrote outside of functions."""
    names: set[str] = set()
    for path, lines in changed_code(subject).items():
        for declaration in parse((subject.checkout / path).read_bytes()).named_children:
            if declaration.type in ("const_declaration", "var_declaration", "type_declaration"):
                for node in below(declaration, *_DECLARED):
                    if line(node) in lines:
                        names.update(text(name) for name in node.children_by_field_name("name"))
    return frozenset(names)


CHECK = Check(
    "tests-fail-without-change",
    "Each new test fails somewhere when the change is taken out",
    (PhaseId.TEST,),
    examine,
    after=("go-test",),
)
