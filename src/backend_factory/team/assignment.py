"""Puts together what a member is told: the request, the accepted deliverables it needs, the last findings, its lane."""

from collections.abc import Mapping
from types import MappingProxyType

from backend_factory.domain.assignment import Assignment, Survey
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.team.lanes import LANES, NOTHING

HANDOFF: Mapping[PhaseId, tuple[PhaseId, ...]] = MappingProxyType(
    {
        PhaseId.SUMMARIZE: (),
        PhaseId.PLAN: (PhaseId.SUMMARIZE,),
        PhaseId.IMPLEMENT: (PhaseId.PLAN,),
        PhaseId.TEST: (PhaseId.SUMMARIZE, PhaseId.PLAN, PhaseId.IMPLEMENT),
        PhaseId.VALIDATE: (PhaseId.SUMMARIZE, PhaseId.PLAN),
        PhaseId.COMMIT: (PhaseId.SUMMARIZE, PhaseId.PLAN, PhaseId.IMPLEMENT, PhaseId.TEST, PhaseId.VALIDATE),
    }
)
"""Whose deliverables each phase receives."""


def assign_review(run: Run, phase: PhaseId, change: str) -> Assignment:
    """The assignment of whoever reviews what `run` holds of that phase; `change` is its patch. It may write nothing."""
    return Assignment(
        run=run.id,
        phase=phase,
        attempt=run.attempt,
        request=run.requested.text,
        ticket=run.requested.ticket,
        detection=run.requested.detection,
        handoff=tuple(run.deliverables[p] for p in HANDOFF[phase]),
        excluded=run.excluded,
        survey=run.prepared.survey if run.prepared else Survey(),
        lane=NOTHING,
        judged=run.deliverables[phase],
        change=change,
    )


def assign(run: Run, phase: PhaseId) -> Assignment:
    """The assignment of the attempt at `phase` that is next."""
    return Assignment(
        run=run.id,
        phase=phase,
        attempt=run.attempts.get(phase, 0) + 1,
        request=run.requested.text,
        ticket=run.requested.ticket,
        detection=run.requested.detection,
        handoff=tuple(run.deliverables[p] for p in HANDOFF[phase]),
        findings=tuple(f for f in run.findings if f.mends is phase) or run.findings,
        remark=run.remarks.get(phase, ""),
        excluded=run.excluded,
        survey=run.prepared.survey if run.prepared else Survey(),
        lane=LANES[phase],
    )
