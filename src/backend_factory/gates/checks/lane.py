"""Every change of the attempt is in its member's lane, and is an ordinary file."""

from pathlib import PurePosixPath

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.subject import Subject
from backend_factory.workspace.changes import Change
from backend_factory.workspace.lane import allows

_ORDINARY = ("100644", "100755", "000000")
_FILE_LIKE = (".go", ".md", ".json", ".yaml", ".yml", ".mod", ".sum")


async def examine(subject: Subject) -> Examination:
    """The diff against the lane; both names of a rename."""
    findings = tuple(
        Finding(
            check=CHECK.id,
            rule=rule,
            message=f"{_shown(change.path)} {what}",
            file=change.path,
            expected=f"files matching {', '.join(subject.lane.writes) or 'nothing'}",
            seen=f"{change.status} {change.mode}",
            hint="leave the file as it was, or write elsewhere",
            mends=subject.phase,
        )
        for change in subject.changes
        for rule, what in _objections(subject, change)
    )
    count = len(subject.changes)
    return Examination(
        f"{count} change{'s' * (count != 1)}, {len(findings)} out of the lane", findings, figures={"changes_count": count}
    )


def _objections(subject: Subject, change: Change) -> list[tuple[str, str]]:
    paths = {change.path, change.old_path} - {""}
    found = [("out-of-lane", "is out of the lane") for path in sorted(paths) if not allows(subject.lane, path)]
    # A pattern for files matches a folder of that name too, with all that is in it: x_test.go/prod.go.
    if any(parent.suffix.lower() in _FILE_LIKE for path in paths for parent in PurePosixPath(path).parents):
        found.append(("folder-like-file", "is in a folder that is named like a file"))
    if not all(path.isprintable() for path in paths):
        found.append(("hidden-name", "has signs in its name that do not show"))
    if change.mode not in _ORDINARY:
        found.append(("not-a-file", "is a link or a submodule, not a file"))
    return found


def _shown(path: str) -> str:
    return path if path.isprintable() else repr(path)


CHECK = Check("lane", "Only files of the member's lane were changed", tuple(PhaseId), examine, first=True)
