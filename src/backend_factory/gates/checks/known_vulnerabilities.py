"""No code path reaches a vulnerability that is known: govulncheck, with the database that the operator named."""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.analysis.program import govulncheck
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.commands import go_tool, kept
from backend_factory.gates.subject import Subject
from backend_factory.settings import Settings
from backend_factory.workspace.process import Completed, run

_WITHIN = timedelta(minutes=10)
_ADDRESS = re.compile(r"(?:https://|file:///)\S+")


def missing(_: Subject) -> str:
    """Without a database nothing is known; https://go.dev/security/vuln/database tells of the format."""
    return (
        "" if Settings().vulnerability_database else "no vulnerability database is set (BACKEND_FACTORY_VULNERABILITY_DATABASE)"
    )


async def examine(subject: Subject) -> Examination:
    """Vulnerable functions that the code calls; those that it only links, or that no path reaches, are counted."""
    done = await _scanned(subject)
    known: set[str] = set()
    reached: dict[str, Any] = {}
    for message in _messages(done):
        if found := message.get("finding"):
            known.add(found["osv"])
            if found["trace"][0].get("function"):
                reached.setdefault(found["osv"], found)
    findings = tuple(_finding(found) for _, found in sorted(reached.items()))
    summary = f"{len(reached)} known vulnerabilities reached, {len(known) - len(reached)} in modules that are not called so"
    return Examination(summary, findings, (kept(subject, "govulncheck", done),), {"vulnerabilities_count": len(reached)})


async def _scanned(subject: Subject) -> Completed:
    database = Settings().vulnerability_database
    if not _ADDRESS.fullmatch(database):
        raise Unreadable("the vulnerability database is neither an https:// nor a file:/// address")
    program = await govulncheck(subject.go, subject.cache, subject.say)
    env = subject.go.environment(subject.cache) | {"GOPROXY": "off"}
    command = [str(program), "-json", "-db", database, "-tags", "lambda.norpc", "./..."]
    if database.startswith("file:"):
        folder = Path(unquote(urlsplit(database).path))
        if not await asyncio.to_thread(folder.is_dir):
            raise Unreadable(f"govulncheck could not tell: there is no database in {folder}")
        done = await go_tool(subject, command, env, within=_WITHIN, readable=(program, folder))
    else:
        # It asks the database through the network, so no walls; of the checkout it runs nothing.
        done = await run(command, cwd=subject.checkout, env=env, timeout=_WITHIN, supervised=True)
    if not done.ok or done.truncated:
        raise Unreadable(f"govulncheck could not tell: {'no answer in time' if done.timed_out else done.stderr.strip()[-300:]}")
    return done


def _messages(done: Completed) -> Iterator[Mapping[str, Any]]:
    decoder, rest = json.JSONDecoder(), done.stdout.lstrip()
    while rest:
        try:
            message, end = decoder.raw_decode(rest)
        except (json.JSONDecodeError, RecursionError) as error:
            raise Unreadable(f"govulncheck printed something else than JSON: {rest[:200]}") from error
        yield message
        rest = rest[end:].lstrip()


def _finding(found: Mapping[str, Any]) -> Finding:
    """`trace` leads from the vulnerable function to the code that calls it: https://pkg.go.dev/golang.org/x/vuln/internal/govulncheck"""
    trace = found["trace"]
    place: Mapping[str, Any] = next((step["position"] for step in reversed(trace) if step.get("position")), {})
    vulnerable = trace[0]
    called = f"{vulnerable.get('package', vulnerable['module'])}.{vulnerable['function']}"
    fixed = found.get("fixed_version")
    return Finding(
        check=CHECK.id,
        rule=found["osv"],
        message=f"{called} is called, and known to be vulnerable",
        file=place.get("filename", "go.mod"),
        line=place.get("line", 0),
        seen=f"{vulnerable['module']} {vulnerable.get('version', '')}".strip(),
        expected=fixed or "",
        hint=f"use {vulnerable['module']} {fixed}" if fixed else "do without it: no version without the fault is known",
        # Versions of modules are the plan's.
        mends=PhaseId.PLAN if fixed else PhaseId.IMPLEMENT,
    )


CHECK = Check(
    "known-vulnerabilities",
    "No known vulnerability is reached",
    (PhaseId.IMPLEMENT,),
    examine,
    after=("go-build",),
    missing=missing,
)
