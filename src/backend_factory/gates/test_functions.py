"""The test functions that a run wrote, and those that were there before."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from backend_factory.gates.check import Unreadable
from backend_factory.gates.go_syntax import line, parse, text
from backend_factory.gates.subject import Subject
from backend_factory.workspace.changes import Change

_KINDS = ("Test", "Fuzz", "Example")


@dataclass(frozen=True, slots=True)
class TestFunction:
    """A top-level test, fuzz target or example."""

    __test__ = False

    folder: str
    name: str
    file: str
    line: int
    text: str


def test_files(subject: Subject) -> tuple[Change, ...]:
    """The test files that the run wrote and that are still there."""
    return tuple(change for change in subject.feature if change.path.endswith("_test.go") and change.status != "D")


async def new_tests(subject: Subject) -> tuple[TestFunction, ...]:
    """Tests that the run wrote: no file that it touched had one of that name in that folder."""
    before = {(each.folder, each.name) for each in await earlier_tests(subject)}
    written = (
        each
        for change in test_files(subject)
        for each in functions_in(change.path, (subject.checkout / change.path).read_bytes())
    )
    return tuple(each for each in written if (each.folder, each.name) not in before)


async def earlier_tests(subject: Subject) -> tuple[TestFunction, ...]:
    """The tests of the touched files, as the run found them. Raises Unreadable when git cannot say."""
    return tuple(each for path, source in (await earlier_files(subject)).items() for each in functions_in(path, source))


async def earlier_files(subject: Subject) -> dict[str, bytes]:
    """Path -> the source of each touched test file, as the run found it. Raises Unreadable when git cannot say."""
    found: dict[str, bytes] = {}
    for change in subject.feature:
        if change.status != "A" and change.old_path.endswith("_test.go"):
            done = await subject.repository.git.call("cat-file", "blob", f"{subject.base}:{change.old_path}")
            if not done.ok:
                raise Unreadable(f"{change.old_path} cannot be read as it was: {done.stderr[-200:]}")
            found[change.old_path] = done.stdout.encode()
    return found


def functions_in(path: str, source: bytes) -> Iterator[TestFunction]:
    """The test functions of a file."""
    folder = PurePosixPath(path).parent.as_posix()
    for node in parse(source).named_children:
        name = text(node.child_by_field_name("name"))
        if node.type == "function_declaration" and is_test(name):
            yield TestFunction(folder, name, path, line(node), text(node))


def is_test(name: str) -> bool:
    """Whether `go test` runs a function of that name: https://pkg.go.dev/testing"""
    kind = next((kind for kind in _KINDS if name.startswith(kind)), None)
    return kind is not None and name != "TestMain" and not name[len(kind) : len(kind) + 1].islower()
