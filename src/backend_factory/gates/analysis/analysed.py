"""One run of the embedded analysis on the checkout, and on what the run found where that decides who is to blame."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from backend_factory.domain.assignment import Finding
from backend_factory.domain.gate import Evidence
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.analysis.complaint import Complaint, read_complaints
from backend_factory.gates.analysis.families import Family, family, hint
from backend_factory.gates.analysis.program import vettool
from backend_factory.gates.check import Examination, Unreadable
from backend_factory.gates.commands import below, go, kept
from backend_factory.gates.subject import Subject
from backend_factory.workspace.checkout import clean_checkout
from backend_factory.workspace.process import Completed

MOST = 50
"""Findings that one check reports; more would not be read."""


@dataclass(frozen=True, slots=True)
class Analysed:
    """What `go vet` said with the embedded tool."""

    done: Completed
    complaints: tuple[Complaint, ...]
    evidence: Evidence


async def analysed(subject: Subject) -> Analysed:
    """The gate's run, made when first asked for. Raises OperatorError where the tool cannot be built."""
    return await subject.resources.shared("analysis", lambda: _analysed(subject))


async def complaints(subject: Subject) -> tuple[Complaint, ...]:
    """What was said. Raises Unreadable where the code could not be analysed, which go-vet tells about."""
    seen = await analysed(subject)
    if not seen.done.ok:
        raise Unreadable(f"the code cannot be analysed: {seen.done.stderr.strip()[:300]}")
    return seen.complaints


async def examined(subject: Subject, check: str, of: Family) -> Examination:
    """What analyzers of that family complain about and the run brought in."""
    found = await _new(subject, tuple(each for each in await complaints(subject) if family(each) is of))
    evidence = (await analysed(subject)).evidence
    return Examination(f"{len(found)} complaints", findings(check, found), (evidence,), {"complaints_count": len(found)})


async def _new(subject: Subject, found: tuple[Complaint, ...]) -> tuple[Complaint, ...]:
    """Those that the run brought in: the code as it was before is analysed only if it could matter."""
    added = {change.path for change in subject.feature if change.status == "A"}
    if all(complaint.file in added for complaint in found):
        return found
    old = {change.path: change.old_path for change in subject.feature}
    known = Counter(await subject.resources.shared("analysis before", lambda: _before(subject)))
    fresh = []
    for complaint in found:
        signature = (old.get(complaint.file, complaint.file), complaint.rule, complaint.message)
        if known[signature] > 0:
            known[signature] -= 1
        else:
            fresh.append(complaint)
    return tuple(fresh)


def findings(check: str, found: Iterable[Complaint]) -> tuple[Finding, ...]:
    """The complaints as findings, at most 50; a test is the test engineer's to mend, all else the developer's."""
    return tuple(
        Finding(
            check=check,
            rule=complaint.rule.replace("_", "-"),
            message=complaint.message[:500],
            file=complaint.file,
            line=complaint.line,
            hint=hint(complaint.rule),
            mends=PhaseId.TEST if complaint.file.endswith("_test.go") else PhaseId.IMPLEMENT,
        )
        for complaint in tuple(found)[:MOST]
    )


@asynccontextmanager
async def _analysed(subject: Subject) -> AsyncIterator[Analysed]:
    done = await _vet(subject, subject.checkout)
    said = read_complaints(done.stdout, lambda path: below(subject.checkout, path)) if done.ok else ()
    yield Analysed(done, said, kept(subject, "go vet with staticcheck, gosec and own rules", done))


@asynccontextmanager
async def _before(subject: Subject) -> AsyncIterator[tuple[tuple[str, str, str], ...]]:
    """File, rule and message of what could be complained about before the run; nothing where it could not be analysed."""
    checkout = await clean_checkout(subject.repository, subject.base, subject.scratch / "before")
    if not await asyncio.to_thread((checkout / "go.mod").is_file):
        yield ()
        return
    done = await _vet(subject, checkout)
    said = read_complaints(done.stdout, lambda path: below(checkout, path)) if done.ok else ()
    yield tuple((complaint.file, complaint.rule, complaint.message) for complaint in said)


async def _vet(subject: Subject, checkout: Path) -> Completed:
    tool = await vettool(subject.go, subject.cache, subject.say)
    line = ["vet", "-json", f"-vettool={tool}", "-tags", "lambda.norpc", "./..."]
    done = await go(subject, line, cwd=checkout, readable=(tool.parent,))
    if done.truncated:
        raise Unreadable("go vet said more than can be read")
    return done
