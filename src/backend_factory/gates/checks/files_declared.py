"""The deliverable names the files that were written, and no others."""

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Implementation, Release, TestSuite
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.subject import Subject

_BY_TOOLS = frozenset({"go.mod", "go.sum"})
"""Kept up to date by the factory's own tools."""


async def examine(subject: Subject) -> Examination:
    """Declared files against the diff."""
    deliverable = subject.run.deliverables[subject.phase]
    if not isinstance(deliverable, Implementation | TestSuite | Release):
        return Examination("nothing to declare")
    declared = {file.path for file in deliverable.files}
    written = {change.path for change in subject.changes if change.status != "D"}
    findings = [
        _finding(subject, "not-written", path, f"{path} was declared, but the attempt did not write it")
        for path in sorted(declared - written - _BY_TOOLS)
    ]
    findings += [
        _finding(subject, "not-declared", path, f"{path} was written, but not declared")
        for path in sorted(written - declared - _BY_TOOLS)
    ]
    if not written:
        findings.append(_finding(subject, "nothing-done", "", "the attempt wrote no file"))
    return Examination(
        f"{len(written)} files written, {len(declared)} declared", tuple(findings), figures={"files_count": len(written)}
    )


def _finding(subject: Subject, rule: str, path: str, message: str) -> Finding:
    return Finding(check=CHECK.id, rule=rule, message=message, file=path, mends=subject.phase)


CHECK = Check(
    "files-declared", "What was written is what was declared", (PhaseId.IMPLEMENT, PhaseId.TEST, PhaseId.COMMIT), examine
)
