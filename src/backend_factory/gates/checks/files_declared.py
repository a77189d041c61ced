"""The deliverable names the files that were written, and no others."""

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Implementation, Release, Requirements, TestSuite
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.subject import Subject

_OWED = {PhaseId.IMPLEMENT: Implementation, PhaseId.TEST: TestSuite, PhaseId.COMMIT: Release}
_BY_TOOLS = frozenset({"go.mod", "go.sum"})
"""Kept up to date by the factory's own tools."""


async def examine(subject: Subject) -> Examination:
    """Declared files against the diff."""
    deliverable = subject.run.deliverables[subject.phase]
    if not isinstance(deliverable, _OWED[subject.phase]):
        finding = _finding(subject, "wrong-kind", "", f"the phase owes something else than {deliverable.kind}")
        return Examination(f"delivered {deliverable.kind}", (finding,))
    declared = {file.path for file in deliverable.files}
    written = {path for change in subject.changes for path in (change.path, change.old_path) if path}
    findings = [
        _finding(subject, "not-written", path, f"{path} was declared, but the attempt did not write it")
        for path in sorted(declared - written - _BY_TOOLS)
    ]
    findings += [
        _finding(subject, "not-declared", path, f"{path} was changed, but not declared")
        for path in sorted(written - declared - _BY_TOOLS)
    ]
    known = {requirement.id for requirement in subject.handed(Requirements).requirements}
    for file in deliverable.files:
        if strange := sorted(set(file.requirements) - known):
            findings.append(
                _finding(subject, "unknown-requirement", file.path, f"{file.path} is said to serve {', '.join(strange)}")
            )
    if all(change.status == "D" for change in subject.changes):
        findings.append(_finding(subject, "nothing-done", "", "the attempt wrote no file"))
    return Examination(
        f"{len(written)} files written, {len(declared)} declared", tuple(findings), figures={"files_count": len(written)}
    )


def _finding(subject: Subject, rule: str, path: str, message: str) -> Finding:
    return Finding(check=CHECK.id, rule=rule, message=message, file=path, mends=subject.phase)


CHECK = Check(
    "files-declared",
    "What was written is what was declared",
    (PhaseId.IMPLEMENT, PhaseId.TEST, PhaseId.COMMIT),
    examine,
    first=True,
)
