"""Changed Go files are as gofmt writes them."""

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.commands import kept
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """gofmt -l on the files that the attempt wrote."""
    files = [change.path for change in subject.changes if change.path.endswith(".go") and change.status != "D"]
    if not files:
        return Examination("no Go file was changed")
    done = await subject.go.gofmt(["-l", *(f"./{file}" for file in files)], cwd=subject.checkout, cache=subject.cache)
    if not done.ok and not done.stdout:
        if "expected" not in done.stderr:
            raise Unreadable(f"gofmt failed: {done.output[-500:]}")
        unformatted = [("syntax", done.stderr.partition(":")[0], done.stderr[:500])]
    else:
        unformatted = [("format", name, "is not as gofmt writes it") for name in done.stdout.split()]
    findings = tuple(
        Finding(check=CHECK.id, rule=rule, message=message, file=name.removeprefix("./"), mends=subject.phase)
        for rule, name, message in unformatted
    )
    return Examination(f"{len(files)} files, {len(findings)} to format", findings, (kept(subject, "gofmt -l", done),))


CHECK = Check("go-format", "Formatted as gofmt does", (PhaseId.IMPLEMENT, PhaseId.TEST), examine)
