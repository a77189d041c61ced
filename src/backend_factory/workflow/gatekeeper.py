"""Gates on the real thing: a clean checkout of the attempt's commit."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from backend_factory.domain.gate import CheckResult, Evidence, Verdict
from backend_factory.domain.notice import Notice
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.gates.check import Check, Gate
from backend_factory.gates.judge import gate_of, judge, verdict
from backend_factory.gates.repository_policy import thresholds_of
from backend_factory.gates.subject import Subject
from backend_factory.journal.evidence import EvidenceStore
from backend_factory.team.lanes import LANES
from backend_factory.workflow.perform import now
from backend_factory.workflow.ports import Observe
from backend_factory.workflow.site import FindGo, GitSite
from backend_factory.workspace.changes import diff
from backend_factory.workspace.checkout import clean_checkout, discard
from backend_factory.workspace.plain import plain
from backend_factory.workspace.state import StateFolder


class CheckoutGatekeeper:
    """Checks out, judges, puts away."""

    def __init__(self, site: GitSite, state: StateFolder, evidence: EvidenceStore, go: FindGo, checks: Sequence[Check]) -> None:
        self._site = site
        self._state = state
        self._evidence = evidence
        self._go = go
        self._checks = checks

    async def judge(self, run: Run, phase: PhaseId, observe: Observe) -> tuple[tuple[CheckResult, ...], Verdict]:
        """Run the phase's gate on what `run` holds."""
        results = await self._run(run, phase, phase, observe)
        return results, verdict(phase, results)

    async def deploy(self, run: Run, observe: Observe) -> tuple[CheckResult, ...]:
        """Run the gate of the delivery step `stack`: deploy what was accepted, try it, prove the way back."""
        return await self._run(run, PhaseId.COMMIT, "stack", observe)

    async def _run(self, run: Run, phase: PhaseId, gate: Gate, observe: Observe) -> tuple[CheckResult, ...]:
        def checked(check: Check, result: CheckResult | None) -> None:
            text = f"{check.title}: {result.summary}{_under_risk(result)}" if result else check.title
            status = result.status if result else "started"
            observe(Notice(at=now(), run=run.id, phase=phase, text=text, check=check.id, status=status))

        def say(text: str) -> None:
            observe(Notice(at=now(), run=run.id, phase=phase, text=text))

        place = self._state.scratch(run.id)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        try:
            subject = await self._subject(run, phase, place, say)
            return await judge(subject, gate_of(gate, self._checks), checked)
        finally:
            discard(place)

    async def _subject(self, run: Run, phase: PhaseId, place: Path, say: Callable[[str], None]) -> Subject:
        repository = await self._site.repository(run)
        parent, commit = run.parent_commit(phase), run.commits.get(phase) or run.parent_commit(phase)
        scratch, at = Path(tempfile.mkdtemp(dir=place)), now()
        return Subject(
            run=run,
            phase=phase,
            repository=repository,
            checkout=await clean_checkout(repository, commit, place / "checkout"),
            base=run.requested.base_commit,
            parent=parent,
            commit=commit,
            changes=await diff(repository.git, parent, commit),
            feature=await diff(repository.git, run.requested.base_commit, commit),
            lane=LANES[phase],
            go=await self._go(),
            sandbox=await self._site.walls(run),
            cache=self._state.cache,
            scratch=scratch,
            keep=self._keep,
            say=say,
            thresholds=thresholds_of(run.requested.policy, at),
            accepted={check.id: risk for check in self._checks if (risk := run.accepted(check.id, at))},
        )

    def _keep(self, title: str, text: str) -> Evidence:
        return self._evidence.keep(title, plain(text))


def _under_risk(result: CheckResult) -> str:
    return f" (risk accepted by {result.accepted.by})" if result.accepted else ""
