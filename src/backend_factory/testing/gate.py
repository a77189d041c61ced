"""A gate that says what a script tells it to."""

from collections.abc import Mapping, Sequence

from backend_factory.domain.assignment import Finding
from backend_factory.domain.gate import CheckResult, Verdict
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.workflow.ports import Observe


class ScriptedGatekeeper:
    """Answers each judgement of a phase with the next verdict of its script, and passes once that is used up."""

    def __init__(self, script: Mapping[PhaseId, Sequence[Verdict]] | None = None) -> None:
        """An empty script makes a gate that always passes."""
        self._script = {phase: list(verdicts) for phase, verdicts in (script or {}).items()}
        self.judged: list[PhaseId] = []
        """What it was asked to judge, in order."""

    async def judge(self, run: Run, phase: PhaseId, observe: Observe) -> tuple[tuple[CheckResult, ...], Verdict]:
        """The next verdict of the script."""
        self.judged.append(phase)
        script = self._script.get(phase)
        return (), script.pop(0) if script else Verdict(kind="passed", phase=phase)


def rework(judged: PhaseId, *messages: str, mends: PhaseId | None = None) -> Verdict:
    """A verdict that sends the work back to `mends` (default: the judged phase), with one finding a message."""
    to = mends or judged
    findings = tuple(Finding(check="scripted", rule="script", message=each, mends=to) for each in messages)
    return Verdict(kind="rework", phase=to, findings=findings)


def escalate(judged: PhaseId, reason: str) -> Verdict:
    """A verdict that wants a person."""
    return Verdict(kind="escalate", phase=judged, reason=reason)
