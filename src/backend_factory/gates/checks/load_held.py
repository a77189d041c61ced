"""Clients at the same time are served fast enough, without an error, while nothing else of the gate runs."""

import asyncio
from collections.abc import Sequence

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.outside.ground import NotMade
from backend_factory.gates.outside.load import load, warmed
from backend_factory.gates.outside.reach import grounded
from backend_factory.gates.outside.visit import Seen
from backend_factory.gates.outside.wound import findings, wound
from backend_factory.gates.subject import Subject
from backend_factory.gates.thresholds import Thresholds

_PAUSES = (2, 5)
"""Seconds before measuring again what was too slow: what else the machine was doing is not the feature's doing, and passes."""


async def examine(subject: Subject) -> Examination:
    """The table's clients and requests, after one request of each client that warms the functions up."""
    table = subject.thresholds
    async with grounded(subject) as ground:
        try:
            records = await warmed(ground, table.load_clients)
        except NotMade as error:
            raise Unreadable(f"there is nothing to ask for: {error}") from error
        seen = await load(ground, records, table.load_requests)
        for pause in _PAUSES:
            if not _slow(_figures(seen), table):
                break
            subject.say(f"too slow; measured again in {pause} seconds")
            await asyncio.sleep(pause)
            seen = await load(ground, records, table.load_requests)
    figures = _figures(seen)
    if len(seen) != table.load_clients * table.load_requests:
        raise Unreadable(f"{len(seen)} requests were made")
    failed = findings(CHECK.id, [wound("failed", s, "an answer below 400") for s in seen if s.failure or s.status >= 400])
    return Examination(
        f"{table.load_clients} clients x {table.load_requests} requests: mean {figures['load_mean_ms']:.0f} ms, "
        f"p95 {figures['load_p95_ms']:.0f} ms, max {figures['load_max_ms']:.0f} ms, {len(failed)} errors",
        (*failed, *_slow(figures, table)),
        (),
        figures,
    )


def _figures(seen: Sequence[Seen]) -> dict[str, float]:
    times = sorted(each.ms for each in seen) or [0.0]
    return {
        "load_requests_count": len(seen),
        "load_mean_ms": round(sum(times) / len(times), 1),
        "load_p95_ms": times[int(len(times) * 0.95) - 1],
        "load_max_ms": times[-1],
    }


def _slow(figures: dict[str, float], table: Thresholds) -> tuple[Finding, ...]:
    most = {"load_mean_ms": table.load_mean_ms, "load_max_ms": table.load_max_ms}
    return tuple(
        Finding(
            check=CHECK.id,
            rule="slow",
            message=f"{name} with {table.load_clients} clients at the same time",
            expected=f"less than {limit:g} ms",
            seen=f"{figures[name]:g} ms",
            mends=PhaseId.IMPLEMENT,
        )
        for name, limit in most.items()
        if figures[name] >= limit
    )


CHECK = Check(
    "load-held",
    "Ten clients at the same time are served fast, without an error",
    (PhaseId.VALIDATE,),
    examine,
    after=(
        "arm64-starts",
        "attacks-fail",
        "cold-start",
        "concurrent-writers",
        "contract-fuzzed",
        "permissions-needed",
        "poison-handled",
        "replays",
        "scenarios-hold",
        "sign-in-demanded",
        "stack-created",
    ),
)
"""After everything that would share the machine with it."""
