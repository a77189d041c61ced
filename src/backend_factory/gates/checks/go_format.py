"""Changed Go files are as gofmt writes them."""

import re

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.commands import kept
from backend_factory.gates.subject import Subject

_MOST = 20
_PLACE = re.compile(r"^(?:\./)?(?P<file>[^:\n]+\.go):(?P<line>\d+)(?::\d+)?: (?P<message>.+)$", re.MULTILINE)


async def examine(subject: Subject) -> Examination:
    """gofmt -l on the files that the attempt wrote; what it cannot read is a syntax error."""
    files = [change.path for change in subject.changes if change.path.endswith(".go") and change.status != "D"]
    if not files:
        return Examination("no Go file was changed")
    done = await subject.go.gofmt(["-l", *(f"./{file}" for file in files)], cwd=subject.checkout, cache=subject.cache)
    found = [("format", name.removeprefix("./"), 0, "is not as gofmt writes it") for name in done.stdout.splitlines()]
    found += [("syntax", m["file"], int(m["line"]), m["message"][:500]) for m in _PLACE.finditer(done.stderr)]
    if not done.ok and not found:
        raise Unreadable(f"gofmt failed: {done.output[-500:]}")
    findings = tuple(
        Finding(check=CHECK.id, rule=rule, message=message, file=name, line=line, mends=subject.phase)
        for rule, name, line, message in found[:_MOST]
    )
    return Examination(f"{len(files)} files, {len(findings)} to format", findings, (kept(subject, "gofmt -l", done),))


CHECK = Check("go-format", "Formatted as gofmt does", (PhaseId.IMPLEMENT, PhaseId.TEST), examine)
