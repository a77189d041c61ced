"""What the embedded team delivers passes every check that needs neither Go nor a stack: strict, but not with good work."""

from pathlib import Path

import pytest
from subjects import Bench

from backend_factory.domain.assignment import Assignment, Delivered, Survey
from backend_factory.domain.deliverable import Deliverable, Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check
from backend_factory.gates.judge import all_checks, judge
from backend_factory.intake import detect
from backend_factory.runners.blueprint.implement.template import render
from backend_factory.runners.blueprint.runner import BlueprintRunner
from backend_factory.team.lanes import LANES
from backend_factory.workspace.git import Git
from backend_factory.workspace.golang import GoToolchain
from backend_factory.workspace.repository import Repository
from backend_factory.workspace.workbench import Workbench
from backend_factory.workspace.worktree import Worktree

REQUESTS = (
    "I need an API that processes vulnerability data and correlates with assets",
    "I need an API for maintenance windows with a start, an end, an owner and the assets affected",
    "I need an API for purchase orders with a unique number, a supplier and a total of at most 10000",
)
SURVEY = Survey(module="example.com/chariot", go="1.26")
OTHERS = (
    "alarms-",
    "arm64-",
    "attacks-",
    "changed-",
    "code-rules",
    "cold-",
    "concurrent-",
    "contract-fuzzed",
    "contract-implemented",
    "criteria-tested",
    "error-paths",
    "files-",
    "functions-",
    "go-",
    "known-",
    "least-",
    "licences",
    "load-",
    "merge-",
    "modules-",
    "mutation-",
    "permissions-",
    "poison-",
    "replays",
    "rollback-",
    "scenarios-",
    "security-",
    "sign-in-",
    "smoke",
    "stack-",
    "static-",
    "tests-",
    "throttled",
)
"""Checks of Go, of a deployed stack, or of files that the passes left out here would have written."""


async def delivered(folder: Path, phase: PhaseId, text: str, *handoff: Deliverable) -> tuple[Deliverable, dict[str, bytes]]:
    """What the specialist hands over, and the files that it wrote."""
    root = folder / phase
    root.mkdir(parents=True)
    tree = Worktree(Repository(root, root, "main", "0" * 40, Git("git", root)), "r1", root, Git("git", root))
    bench = Workbench(tree, LANES[phase], GoToolchain(root, "go1.26"), root, lambda _: None)
    told = Assignment(
        run="r1", phase=phase, attempt=1, request=text, detection=detect(text), handoff=handoff, survey=SURVEY, lane=LANES[phase]
    )
    outcome = await BlueprintRunner().perform(told, bench)
    assert isinstance(outcome, Delivered), outcome
    return outcome.deliverable, {f.relative_to(root).as_posix(): f.read_bytes() for f in root.rglob("*") if f.is_file()}


def cheap(phase: PhaseId) -> list[Check]:
    return [check for check in all_checks() if phase in check.gates and not check.id.startswith((*OTHERS, "change-set"))]


@pytest.mark.parametrize("text", REQUESTS)
async def test_the_embedded_team_passes(bench: Bench, text: str) -> None:
    made: list[Deliverable] = []
    files: dict[str, str | bytes | None] = {"go.mod": "module example.com/chariot\n\ngo 1.26\n"}
    for phase in (PhaseId.SUMMARIZE, PhaseId.PLAN, PhaseId.IMPLEMENT, PhaseId.VALIDATE, PhaseId.COMMIT):
        if phase is PhaseId.IMPLEMENT:
            (plan,) = (each for each in made if isinstance(each, Plan))
            written: dict[str, bytes] = {plan.layout.template: render(plan).encode()}
        else:
            deliverable, written = await delivered(bench.place / "work", phase, text, *made)
            made.append(deliverable)
        subject = await Bench(bench.place / phase, bench.go, bench.cache).subject(
            phase, earlier=dict(files), after=written or None, deliverables=made, text=text
        )
        files |= written

        results = await judge(subject, cheap(phase), lambda *_: None)

        assert {r.check: (r.summary, r.findings) for r in results if r.status != "passed"} == {}
        assert len(results) >= 2
