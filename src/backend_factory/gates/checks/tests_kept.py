"""The tests that were there before are still there."""

import re
from pathlib import PurePosixPath

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.subject import Subject

_TEST = re.compile(r"^func ((?:Test|Fuzz|Example)\w*)\(", re.MULTILINE)
Found = set[tuple[str, str]]
"""(folder, name of the test)"""


async def examine(subject: Subject) -> Examination:
    """Top-level tests of the files that the attempt touched, before and after."""
    touched = {c.old_path for c in subject.changes if c.status != "A" and c.old_path.endswith("_test.go")}
    before: Found = set()
    for path in sorted(touched):
        before |= _tests(path, await _text_before(subject, path))
    after: Found = set()
    for folder in {folder for folder, _ in before}:
        for file in (subject.checkout / folder).glob("*_test.go"):
            after |= _tests(f"{folder}/{file.name}", file.read_text(encoding="utf-8", errors="replace"))
    findings = tuple(
        Finding(
            check=CHECK.id,
            rule="test-removed",
            message=f"{name} in {folder} was there before, and is gone",
            file=folder,
            hint="keep the tests of others; mend the code if one fails",
            mends=PhaseId.TEST,
        )
        for folder, name in sorted(before - after)
    )
    return Examination(f"{len(before)} earlier tests in {len(touched)} touched files", findings)


async def _text_before(subject: Subject, path: str) -> str:
    done = await subject.repository.git.call("cat-file", "blob", f"{subject.parent}:{path}")
    if not done.ok:
        raise Unreadable(f"{path} cannot be read as it was: {done.stderr[-200:]}")
    return done.stdout


def _tests(path: str, text: str) -> Found:
    return {(str(PurePosixPath(path).parent), name) for name in _TEST.findall(text)}


CHECK = Check("tests-kept", "No earlier test was removed", (PhaseId.TEST,), examine)
