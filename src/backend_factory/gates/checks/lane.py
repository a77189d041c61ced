"""Every change of the attempt is in its member's lane, an ordinary file under an honest name, and reaches nothing else."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from backend_factory.domain.assignment import Finding, Lane
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.build_reach import (
    directives,
    embedded,
    ignored_folders,
    is_border,
    is_unread,
    is_vendored,
)
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.odd_names import disguise, doubles
from backend_factory.gates.subject import Subject
from backend_factory.workspace.changes import Change
from backend_factory.workspace.lane import allows

_ORDINARY = ("100644", "100755", "000000")
_EXECUTABLE, _SUBMODULE = "100755", "160000"
_FILE_LIKE = (".go", ".md", ".json", ".yaml", ".yml", ".mod", ".sum")
_TESTS = Lane(writes=("*_test.go", "testdata/"), never=())
"""What is the Test Engineer's, and nobody's who writes what is shipped."""
_LARGEST = 1024 * 1024
"""Bytes of a Go file or go.mod that is read here."""

Objection = tuple[str, str, str]
"""(path, rule, what it is or does)"""


async def examine(subject: Subject) -> Examination:
    """The diff against the lane, both names of a rename; and what tools would make of the files beyond it."""
    listed = await subject.repository.git.text("ls-tree", "-r", "-z", "--name-only", "--end-of-options", subject.commit)
    tree = tuple(filter(None, listed.split("\0")))
    objections = [*_changes(subject), *_twins(subject, tree), *await _ignoring(subject), *await _embedding(subject, tree)]
    findings = tuple(_finding(subject, *objection) for objection in objections)
    count = len(subject.changes)
    return Examination(
        f"{count} change{'s' * (count != 1)}, {len(findings)} out of the lane", findings, figures={"changes_count": count}
    )


def _finding(subject: Subject, path: str, rule: str, what: str) -> Finding:
    change = next(change for change in subject.changes if path in (change.path, change.old_path))
    return Finding(
        check=CHECK.id,
        rule=rule,
        message=f"{_shown(path)} {what}",
        file=change.path,
        expected=f"files matching {', '.join(subject.lane.writes) or 'nothing'}",
        seen=f"{change.status} {change.mode}",
        hint="leave the file as it was, or write elsewhere",
        mends=subject.phase,
    )


def _changes(subject: Subject) -> Iterator[Objection]:
    for change in subject.changes:
        paths = {change.path, change.old_path} - {""}
        for path in sorted(paths):
            if not allows(subject.lane, path):
                yield change.path, "out-of-lane", "is out of the lane"
            if not path.isprintable():
                yield change.path, "hidden-name", "has signs in its name that do not show"
            elif what := disguise(path):
                yield change.path, "disguised-name", what
            if is_vendored(path):
                yield change.path, "vendored", "is code of a dependency, whose origin nobody would look at"
        # A pattern for files matches a folder of that name too, with all that is in it: x_test.go/prod.go.
        if any(parent.suffix.lower() in _FILE_LIKE for path in paths for parent in PurePosixPath(path).parents):
            yield change.path, "folder-like-file", "is in a folder that is named like a file"
        yield from ((change.path, rule, what) for rule, what in _content(subject, change))


def _content(subject: Subject, change: Change) -> Iterator[tuple[str, str]]:
    if change.mode not in _ORDINARY or change.old_mode == _SUBMODULE:
        yield "not-a-file", "is a link or a submodule, not a file"
        return
    if (change.status != "M" or change.mode == "000000") and any(map(is_border, (change.path, change.old_path))):
        yield "module-border", "moves the border of a module: what is behind it is not built and tested with the rest"
    if change.status == "D":
        return
    if is_unread(change.path):
        yield "unread-code", "becomes part of the program, and no check can read it"
    if change.mode == _EXECUTABLE != change.old_mode and not _text(subject, change.path).startswith("#!"):
        yield "executable", "is made executable, and is no script"
    if change.path.endswith((".go", ".mod")) and _size(subject, change.path) > _LARGEST:
        yield "too-large", f"has more than {_LARGEST:,} bytes, which nobody would read"
    if change.path.endswith(".go"):
        for line, what in directives(_text(subject, change.path)):
            if line in change.added_lines:
                yield "reaching-out", f"{what} (line {line})"


def _twins(subject: Subject, tree: tuple[str, ...]) -> Iterator[Objection]:
    """On a file system that does not tell them apart, the one is checked and the other is built."""
    written = {change.path for change in subject.changes if change.status != "D"}
    for path, other in doubles(sorted(written), tree):
        yield path, "same-name", f"is the same file as {_shown(other)} where letter case does not count"


async def _ignoring(subject: Subject) -> list[Objection]:
    """A go.mod that keeps more folders out of the build than before."""
    found = list[Objection]()
    for change in subject.changes:
        if PurePosixPath(change.path).name != "go.mod" or change.mode not in _ORDINARY or change.status == "D":
            continue
        before = await subject.repository.git.call("cat-file", "blob", f"{subject.parent}:{change.old_path or change.path}")
        hidden = ignored_folders(_text(subject, change.path)) - ignored_folders(before.stdout if before.ok else "")
        found += [(change.path, "hidden-folder", f"keeps {_shown(name)} out of build and tests") for name in sorted(hidden)]
    return found


async def _embedding(subject: Subject, tree: tuple[str, ...]) -> list[Objection]:
    """Tests and test data as part of the program: who writes the one would write the other."""
    written = {change.path for change in subject.changes if change.status != "D"}
    theirs, found = [path for path in tree if allows(_TESTS, path)], list[Objection]()
    for file, directive in await _embeds(subject):
        for path in embedded(file, directive, theirs):
            if file in written:
                found.append((file, "embedded-test", f"puts {_shown(path)} into the program"))
            elif path in written:
                found.append((path, "embedded-test", f"is put into the program by {_shown(file)}"))
    return found


async def _embeds(subject: Subject) -> list[tuple[str, str]]:
    """(file, line) for each directive of production code that embeds files."""
    pattern = "^[[:blank:]]*//go:embed[[:blank:]]"
    done = await subject.repository.git.call("grep", "--text", "--full-name", "-z", "-e", pattern, subject.commit)
    if done.exit_status not in (0, 1) or done.truncated:
        raise Unreadable(f"git cannot look for embedded files: {done.stderr[-300:]}")
    lines = (line.removeprefix(f"{subject.commit}:").partition("\0") for line in done.stdout.split("\n"))
    return [(file, said) for file, _, said in lines if file.endswith(".go") and not file.endswith("_test.go")]


def _text(subject: Subject, path: str) -> str:
    """The beginning of the file, far more than anybody writes; a link, or what is not there, has none."""
    if not _size(subject, path):
        return ""
    with (subject.checkout / path).open("rb") as stream:
        return stream.read(_LARGEST).decode("utf-8", "replace")


def _size(subject: Subject, path: str) -> int:
    """Bytes of an ordinary file; 0 for what is none, or has a name that cannot be told from git's words."""
    file = subject.checkout / path
    return file.stat().st_size if file.is_file() and not file.is_symlink() else 0


def _shown(path: str) -> str:
    return path if path.isprintable() else repr(path)


CHECK = Check("lane", "Only files of the member's lane were changed", tuple(PhaseId), examine, first=True)
