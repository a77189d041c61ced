"""How checks run tools: offline, in the factory's explicit environment, with what was printed kept as evidence."""

import re
import shlex
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path, PurePosixPath

from backend_factory.domain.assignment import Finding
from backend_factory.domain.gate import Evidence
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Unreadable
from backend_factory.gates.subject import Subject
from backend_factory.workspace.process import Completed

_PLACE = re.compile(r"^(?:vet: )?(?:\./)?(?P<file>[^:#\n]+\.go):(?P<line>\d+)(?::\d+)?:? (?P<message>.+)$", re.MULTILINE)
_MOST = 20


async def go(
    subject: Subject,
    arguments: Sequence[str],
    *,
    race: bool = False,
    goarch: str | None = None,
    within: timedelta = timedelta(minutes=10),
    cwd: Path | None = None,
    more: Mapping[str, str] | None = None,
) -> Completed:
    """`go <arguments>` in the checkout, with `more` variables. Unreadable when it does not end in time."""
    env = {**subject.go.environment(subject.cache, race=race, offline=True, goarch=goarch), **(more or {})}
    done = await subject.go.go(arguments, cwd=cwd or subject.checkout, env=env, timeout=within)
    if done.timed_out:
        raise Unreadable(f"go {arguments[0]} did not end within {within.total_seconds():.0f} seconds")
    return done


def kept(subject: Subject, title: str, done: Completed) -> Evidence:
    """The command, its exit status and what it printed, as evidence."""
    said = f"exit status: {done.exit_status}\nseconds: {done.duration.total_seconds():.2f}\n\n{done.output}"
    text = f"$ {shlex.join(done.command)}\n{said}"
    return subject.keep(title, text.replace(str(subject.checkout), "."))


def findings_in(subject: Subject, output: str, check: str, rule: str, mends: PhaseId, fallback: str) -> tuple[Finding, ...]:
    """The places that a Go tool complains about, at most 20; one finding with the end of the output where it names none."""
    places = [
        Finding(
            check=check,
            rule=rule,
            message=m["message"][:500],
            file=below(subject.checkout, m["file"]),
            line=int(m["line"]),
            mends=mends,
        )
        for m in _PLACE.finditer(output)
    ]
    return tuple(places[:_MOST]) or (Finding(check=check, rule=rule, message=fallback, seen=output[-1500:], mends=mends),)


def below(checkout: Path, named: str) -> str:
    """The file's path in the checkout: go vet repeats what it cached, with the path that led there from another folder."""
    parts = PurePosixPath(named).parts
    ends = (PurePosixPath(*parts[start:]) for start in range(len(parts)) if ".." not in parts[start:])
    return next((str(end) for end in ends if not end.is_absolute() and (checkout / end).is_file()), named)
