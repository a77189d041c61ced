"""One line for each event."""

from typing import assert_never

from backend_factory.cli.progress import receipt
from backend_factory.domain.event import (
    Answered,
    Asked,
    CancelRequested,
    Event,
    Finished,
    PhaseBlocked,
    PhaseDelivered,
    PhaseJudged,
    PhasePaused,
    Prepared,
    Requested,
    StepDelivered,
    StepFailed,
)
from backend_factory.workflow.phases import delivered


def log_line(event: Event) -> str:
    """When, which kind, what."""
    return f"{event.at:%Y-%m-%d %H:%M:%S}  {event.kind:16} {_what(event)}"


def _what(event: Event) -> str:
    match event:
        case Requested():
            return f"{event.detection.title}: {event.text}"
        case Prepared():
            return f"worktree {event.worktree}"
        case PhaseDelivered():
            figures = delivered(event.deliverable)
            commit = f", commit {event.commit[:12]}" if event.commit else ""
            return f"{event.phase} attempt {event.attempt} by {event.runner}: {figures} ({event.seconds:.1f} s){commit}"
        case PhaseBlocked():
            return f"{event.phase} attempt {event.attempt}: {event.blocked.reason}, {event.blocked.needed}"
        case PhasePaused():
            return f"{event.phase} until {event.paused.until:%Y-%m-%d %H:%M:%S}: {event.paused.reason}"
        case PhaseJudged():
            failed = [check.check for check in event.checks if check.status != "passed"]
            missed = f", not passed: {' '.join(failed)}" if failed else ""
            return f"{event.phase} attempt {event.attempt}: {event.verdict.kind}, {len(event.checks)} checks{missed}"
        case Asked():
            return f"{event.about} after {event.phase}: {event.question}"
        case Answered():
            return f"{event.answer} by {event.by} {event.remark}"
        case StepDelivered():
            return f"{event.step}: {receipt(event.receipt)}"
        case StepFailed():
            return f"{event.step}: {event.reason}"
        case CancelRequested():
            return f"by {event.by}"
        case Finished():
            return f"{event.outcome} {event.reason}"
        case _ as unreachable:
            assert_never(unreachable)
