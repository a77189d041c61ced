"""What an attempt costs the factory itself when a model does it, without the model: JSON on stdout, a table on stderr.

    python benchmarks/attempt.py [--times 8]

The whole line up to the first checkpoint: the blueprint does `backend-summarize`, or a scripted model over real HTTP on
loopback does, which answers at once with what the blueprint made. `model, 1 turn` hands in at once, `model, 9 turns` reads a
file eight times before; so the difference of the two is eight turns. `member` is the attempt, `gate` its gate, with the
independent review that a model's work gets (one turn). They take turns, so that the machine's other work meets them alike.
Milliseconds. Tokens of each assignment are the factory's own count, above that of the tokenizers it was measured against.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from pydantic import SecretStr

from backend_factory.domain.assignment import Limits
from backend_factory.domain.deliverable import Deliverable
from backend_factory.domain.event import PhaseDelivered, PhaseJudged
from backend_factory.domain.phase import PhaseId
from backend_factory.factory import Factory
from backend_factory.settings import Provider, Settings
from backend_factory.team.brief import MOST_TOKENS, overhead
from backend_factory.team.charter import built_in
from backend_factory.testing.model_server import ModelRequest, ModelServer, ToolCall, Turn

TEXT = "I need an API that processes vulnerability data and correlates with assets"
TEAM = '[[backend-summarize]]\nrunner = "model"\nmodel = "anthropic:claude-sonnet-4-6"\n'
READS = 8


def script(made: Deliverable, reads: int) -> Callable[[ModelRequest], Turn]:
    """A model that reads a file so many times, hands in what was made, and accepts as a reviewer."""

    def answer(request: ModelRequest) -> Turn:
        if "# Review of phase" in request.said:
            return Turn(calls=(ToolCall("deliver", {"kind": "review", "verdict": "accept", "summary": "read all of it"}),))
        if request.turns < reads:
            return Turn(calls=(ToolCall("read", {"path": "go.mod", "first_line": request.turns + 1}),))
        return Turn(calls=(ToolCall("deliver", made.model_dump(mode="json")),))

    return answer


def team_in(folder: Path) -> Path:
    """The team's file, in a new folder."""
    folder.mkdir()
    (folder / "team.toml").write_text(TEAM)
    return folder / "team.toml"


async def once(folder: Path, made: Deliverable | None, reads: int = 0) -> tuple[PhaseDelivered, PhaseJudged]:
    """The first phase, delivered and judged, in a state folder of its own; by a model where `made` says what it answers."""
    team = team_in(folder)
    with ModelServer(script(made, reads) if made else []) as server:
        key = Provider(key=SecretStr("a-key-0123456789"), url=server.url)
        async with Factory.open(Settings(home=folder / "home", providers={"anthropic": key})) as factory:
            repository = await factory.init(folder / "chariot")
            run_id = await factory.submit(TEXT, repository, team_file=team if made else None)
            run = await factory.drive(run_id)
            assert run.question, run.status
            assert run.question.about == "checkpoint", run.question
            events = factory.events(run_id)
        assert not server.complaints, server.complaints
    delivered, judged = (next(e for e in events if isinstance(e, kind)) for kind in (PhaseDelivered, PhaseJudged))
    assert isinstance(delivered, PhaseDelivered)
    assert isinstance(judged, PhaseJudged)
    return delivered, judged


async def measure(times: int) -> dict[str, dict[str, float]]:
    """Who -> figures."""
    taken: dict[str, list[tuple[float, float]]] = {"blueprint": [], "model, 1 turn": [], f"model, {READS + 1} turns": []}
    with tempfile.TemporaryDirectory(prefix="backend-factory-bench-") as place:
        made = (await once(Path(place) / "first", None))[0].deliverable
        for turn in range(times + 1):
            for number, (name, rows) in enumerate(taken.items()):
                folder = Path(place) / f"{turn}-{number}"
                delivered, judged = await once(folder, made if number else None, READS if number == 2 else 0)
                assert delivered.deliverable == made
                assert ("review" in judged.checks[-1].check) == bool(number), name
                if turn:  # the first warms up
                    rows.append((1000 * delivered.seconds, 1000 * judged.seconds))
    return {
        name: {"member_ms": round(median(row[0] for row in rows), 1), "gate_ms": round(median(row[1] for row in rows), 1)}
        for name, rows in taken.items()
    }


def main() -> None:
    """Run, print."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--times", type=int, default=8)
    times = arguments.parse_args().times
    rows = asyncio.run(measure(times))
    one, many = (row["member_ms"] for name, row in rows.items() if name.startswith("model"))
    tokens = {str(phase): overhead(built_in(phase), Limits()) for phase in PhaseId}
    assert max(tokens.values()) <= MOST_TOKENS, tokens
    figures = {"more_a_turn_ms": round((many - one) / READS, 1), "load": round(os.getloadavg()[0], 1)}
    print(
        json.dumps({"benchmark": "attempt", "times": times, **figures, "attempts": rows, "assignment_tokens": tokens}, indent=2)
    )
    for name, row in rows.items():
        print(f"{name:16} member {row['member_ms']:>8.1f} ms   gate {row['gate_ms']:>8.1f} ms", file=sys.stderr)
    print(f"each further turn of a model: {figures['more_a_turn_ms']} ms", file=sys.stderr)
    for phase, count in tokens.items():
        print(f"{phase:18} {count:>6,} of {MOST_TOKENS:,} tokens, before the handoff", file=sys.stderr)


if __name__ == "__main__":
    main()
