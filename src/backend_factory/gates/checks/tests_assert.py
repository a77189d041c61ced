"""No test without an assertion, and no assertion that cannot fail."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import PurePosixPath

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.assertions import Flaw, flaws
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.go_packages import packages
from backend_factory.gates.subject import Subject
from backend_factory.gates.test_functions import earlier_files, functions_in


async def examine(subject: Subject) -> Examination:
    """The tests of each folder in which the run wrote a test file; what was wrong there before is not held against it."""
    every = await packages(subject)
    touched = {
        PurePosixPath(path).parent.as_posix()
        for change in subject.feature
        for path in (change.path, change.old_path)
        if path.endswith("_test.go")
    }
    helpers = _helpers(subject, [file for package in every for file in package.files])
    found, count = list[Flaw](), 0
    for folder in sorted(touched):
        files = _tests(subject, folder)
        count += sum(len(list(functions_in(path, source))) for path, source in files.items())
        now = flaws(files, helpers)
        found += (
            [flaw for flaw in now if flaw not in _known(now, flaws(await _before(subject, folder, files), helpers))]
            if now
            else []
        )
    findings = tuple(
        Finding(
            check=CHECK.id,
            rule=flaw.rule,
            message=flaw.message,
            file=flaw.file,
            line=flaw.line,
            hint="compare what the code does with what it should do",
            mends=PhaseId.TEST,
        )
        for flaw in found[:50]
    )
    return Examination(f"{count} tests read, {len(findings)} that look at nothing", findings)


def _tests(subject: Subject, folder: str) -> dict[str, bytes]:
    files = sorted((subject.checkout / folder).glob("*_test.go"))
    return {file.relative_to(subject.checkout).as_posix(): file.read_bytes() for file in files}


def _helpers(subject: Subject, files: list[str]) -> dict[str, bytes]:
    """The module's files that have to do with testing, though they are no test files."""
    read = {file: (subject.checkout / file).read_bytes() for file in files}
    return {file: source for file, source in read.items() if b'"testing"' in source}


async def _before(subject: Subject, folder: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The folder's test files as the run found them."""
    earlier = {
        path: source for path, source in (await earlier_files(subject)).items() if PurePosixPath(path).parent.as_posix() == folder
    }
    written = {change.path for change in subject.feature}
    return {path: source for path, source in files.items() if path not in written} | earlier


def _known(now: tuple[Flaw, ...], before: tuple[Flaw, ...]) -> list[Flaw]:
    """Of the flaws, those that were there before: as many of a kind in a test as there were."""
    left: defaultdict[tuple[str, str], int] = defaultdict(int)
    for flaw in before:
        left[flaw.rule, flaw.test] += 1
    known = []
    for flaw in now:
        if left[flaw.rule, flaw.test]:
            left[flaw.rule, flaw.test] -= 1
            known.append(flaw)
    return known


CHECK = Check("tests-assert", "Each test looks at something, and can fail", (PhaseId.TEST,), examine)
