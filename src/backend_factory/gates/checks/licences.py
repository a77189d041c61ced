"""Every module that the build links may be used: its licence is one of a short list of permissive ones."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.analysis.licence import licence, ties
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.commands import go, kept
from backend_factory.gates.subject import Subject

_LINKED = "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}"
_NAMES = re.compile(r"(?:licen[cs]e|copying|unlicense)(?:[.-].*)?", re.IGNORECASE)
_MAIN = re.compile(r"(?:licen[cs]e|copying|unlicense)(?:\.(?:txt|md|rst))?", re.IGNORECASE)
_MOST_BYTES = 256 * 1024


async def examine(subject: Subject) -> Examination:
    """The licence files of linked modules, from the module cache; what the repository had before the run is not asked about."""
    done = await go(subject, ["list", "-deps", "-tags", "lambda.norpc", "-f", _LINKED, "./..."])
    if not done.ok:
        raise Unreadable(f"go list failed: {done.output[-500:]}")
    linked = sorted({tuple(line.split("\t")) for line in done.stdout.splitlines() if line.count("\t") == 2})
    before = subject.run.prepared.survey.requires if subject.run.prepared else {}
    found = [(path, version, Path(folder)) for path, version, folder in linked if before.get(path) != version]
    named = await asyncio.to_thread(lambda: [(path, version, _of(folder)) for path, version, folder in found])
    findings = tuple(_finding(path, version) for path, version, name in named if not name)
    table = "\n".join(f"{path} {version}: {name or 'unknown'}" for path, version, name in named)
    summary = f"{len(named)} modules: {', '.join(sorted({name or 'unknown' for _, _, name in named})) or 'none'}"
    return Examination(summary, findings, (kept(subject, "go list", done), subject.keep("licences", table)))


def _of(folder: Path) -> str:
    """The licence of the module in the folder, all its licence files read; empty where one is unknown or ties."""
    texts = dict(_texts(folder))
    main = next((texts[name] for name in sorted(texts) if _MAIN.fullmatch(name)), "")
    return "" if any(ties(text) for text in texts.values()) else licence(main)


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    for file in folder.iterdir() if folder.is_dir() else ():
        if _NAMES.fullmatch(file.name) and file.is_file():
            with file.open(encoding="utf-8", errors="replace") as opened:
                yield file.name, opened.read(_MOST_BYTES)


def _finding(path: str, version: str) -> Finding:
    return Finding(
        check=CHECK.id,
        rule="licence-not-allowed",
        message=f"{path} {version} has no licence that is known to be permissive",
        file="go.mod",
        hint="do without the module, or have its licence accepted by a person",
        mends=PhaseId.PLAN,
    )


CHECK = Check("licences", "Linked modules have permissive licences", (PhaseId.IMPLEMENT,), examine, after=("go-build",))
