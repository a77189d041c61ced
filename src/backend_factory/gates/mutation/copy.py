"""A copy of the checkout with all mutants in it, and the test programs built from it."""

import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from backend_factory.gates.check import Unreadable
from backend_factory.gates.commands import go
from backend_factory.gates.go_packages import Package
from backend_factory.gates.mutation.mutant import Planting, Rendered, render
from backend_factory.gates.mutation.switch import FILE, switch
from backend_factory.gates.subject import Subject
from backend_factory.gates.test_programs import apart
from backend_factory.workspace.process import Completed

_COMPLAINT = re.compile(r"^(?:vet: )?(?P<file>[^\s:][^:\n]*\.go):(?P<line>\d+):(?P<column>\d+): ", re.MULTILINE)
_ROUNDS = 8
_BUILDING = timedelta(minutes=10)


@dataclass
class Copy:
    """The copy's folder, the mutants that compile, and those that do not."""

    root: Path
    planted: dict[str, tuple[Planting, ...]]
    """File -> its mutants."""
    invalid: list[Planting] = field(default_factory=list)
    """Mutants that Go refuses: nobody's merit."""
    rendered: dict[str, Rendered] = field(default_factory=dict)
    """File -> what was last written there."""


def copied(subject: Subject, planted: Mapping[str, tuple[Planting, ...]], packages: Sequence[Package]) -> Copy:
    """The checkout's copy in the gate's scratch folder."""
    root = subject.scratch / "mutants"
    shutil.copytree(subject.checkout, root, symlinks=True)
    copy = Copy(root, dict(planted))
    _write(copy, subject.checkout, packages)
    return copy


async def build(subject: Subject, copy: Copy, packages: Sequence[Package], tested: Sequence[Package], into: Path) -> None:
    """Test programs of the `tested` packages; mutants that do not compile are taken out. Unreadable if that does not help."""
    for last in range(_ROUNDS):
        done = await _linked(subject, copy.root, tested, into)
        if done.ok:
            return
        # Go stops at ten complaints a package, unless told otherwise; the tests' own are not the mutants' fault.
        changed = [f"./{package.folder}" for package in packages if any(copy.planted.get(file) for file in package.files)]
        done = await go(subject, ["build", "-gcflags=-e", "-tags", "lambda.norpc", *changed], cwd=copy.root, within=_BUILDING)
        if not _taken_out(copy, done.output, desperate=last >= 2):
            break
        _write(copy, subject.checkout, packages)
    raise Unreadable(f"the tests do not build on the code with mutants: {done.output[-800:]}")


async def _linked(subject: Subject, root: Path, tested: Sequence[Package], into: Path) -> Completed:
    for number, group in enumerate(apart(tested)):
        folder = into / str(number)
        folder.mkdir(parents=True, exist_ok=True)
        names = [f"./{package.folder}" for package in group]
        command = ["test", "-c", "-vet=off", "-tags", "lambda.norpc", "-ldflags=-s -w", f"-o={folder}/", *names]
        done = await go(subject, command, cwd=root, within=_BUILDING)
        if not done.ok:
            break
    return done


def _write(copy: Copy, source: Path, packages: Iterable[Package]) -> None:
    for package in packages:
        numbers = _numbers(copy, package)
        for file in package.files:
            if copy.planted.get(file) is not None:
                copy.rendered[file] = render((source / file).read_bytes(), copy.planted[file], numbers)
                (copy.root / file).write_bytes(copy.rendered[file].text)
        place = copy.root / package.folder / FILE
        if numbers:
            place.write_text(switch(package.name, list(numbers)), encoding="utf-8")
        else:
            place.unlink(missing_ok=True)


def _numbers(copy: Copy, package: Package) -> dict[str, int]:
    every = [planting.mutant.id for file in package.files for planting in copy.planted.get(file, ())]
    return {id: number for number, id in enumerate(every)}


def _taken_out(copy: Copy, output: str, *, desperate: bool) -> bool:
    """Take out the mutants that the compiler complains about; False where none is to blame."""
    places: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for match in _COMPLAINT.finditer(output):
        places[match["file"].removeprefix("./")].append((int(match["line"]), int(match["column"])))
    found = False
    for file, complaints in places.items():
        planted = copy.planted.get(file, ())
        if planted:
            blamed = _every(planted) if desperate else _blamed(copy.rendered[file], complaints)
            copy.invalid += [p for p in planted if p.mutant.id in blamed]
            copy.planted[file] = tuple(p for p in planted if p.mutant.id not in blamed)
            found = found or bool(blamed)
    return found


def _every(planted: Iterable[Planting]) -> set[str]:
    return {planting.mutant.id for planting in planted}


def _blamed(rendered: Rendered, places: Iterable[tuple[int, int]]) -> set[str]:
    """The innermost mutant around each place; all of the declaration where none is around it."""
    lines = [0]
    for each in rendered.text.split(b"\n"):
        lines.append(lines[-1] + len(each) + 1)
    found: set[str] = set()
    for number, column in places:
        at = lines[number - 1] + column - 1
        spans = [(last - first, planting) for first, last, planting in rendered.spans if first <= at <= last]
        if spans:
            found.add(min(spans, key=lambda span: span[0])[1].mutant.id)
        else:
            found |= _every(p for first, last, p in rendered.functions if first <= at <= last)
    return found
