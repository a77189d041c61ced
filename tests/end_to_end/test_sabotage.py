"""An implementation that is sabotaged in phase 3 is caught by a gate, sent back, and mended."""

from collections.abc import Callable
from pathlib import Path

import pytest
from line import drive, judgements, make_line

from backend_factory.domain.assignment import Assignment, Outcome
from backend_factory.domain.phase import PhaseId
from backend_factory.runners.blueprint.runner import BlueprintRunner
from backend_factory.workspace.workbench import Workbench

pytestmark = [pytest.mark.slow, pytest.mark.go]

WINDOWS = "an API for maintenance windows with a start, an end, an owner and the assets affected"
RULES = "pkg/maintenancewindow/maintenancewindowrules.go"


class Saboteur:
    """Does the developer's work, and spoils it the first time."""

    name = "saboteur"

    def __init__(self, spoil: Callable[[str], str]) -> None:
        self._spoil = spoil
        self.findings: list[str] = []

    async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
        outcome = await BlueprintRunner().perform(assignment, workbench)
        self.findings += [f.check for f in assignment.findings]
        if assignment.attempt == 1:
            text = workbench.read(RULES)
            assert self._spoil(text) != text, "the sabotage changes nothing"
            workbench.write(RULES, self._spoil(text))
        return outcome


SABOTAGE = {
    "does not build": (lambda text: text.replace("r.Start >= r.End", "r.Start >= r.Finish"), "go-build", PhaseId.IMPLEMENT),
    "left for later": (lambda text: text + "\n// TODO: check the order of start and end\n", "placeholders", PhaseId.IMPLEMENT),
    "wrong rule": (lambda text: text.replace("r.Start >= r.End", "r.Start > r.End"), "", None),
}


@pytest.mark.parametrize("kind", SABOTAGE)
async def test_a_sabotaged_implementation_is_caught_sent_back_and_mended(kind: str, tmp_path: Path) -> None:
    line = await make_line(tmp_path)
    spoil, check, at = SABOTAGE[kind]
    saboteur = Saboteur(spoil)

    run, events = await drive(line, WINDOWS, {PhaseId.IMPLEMENT: saboteur})

    assert run.status == "delivered", run.question
    rejected = [judged for judged in judgements(events) if judged.verdict.kind != "passed"]
    assert len(rejected) == 1
    assert rejected[0].verdict.phase is PhaseId.IMPLEMENT
    assert saboteur.findings
    if check:
        assert check in saboteur.findings
        assert rejected[0].phase is at
    else:
        assert rejected[0].phase in (PhaseId.TEST, PhaseId.VALIDATE)
    assert "r.Start >= r.End" in line.git("show", f"{run.requested.branch}:{RULES}")
    assert line.left_behind() == []
