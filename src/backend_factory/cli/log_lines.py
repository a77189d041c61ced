"""One line for each event."""

from typing import assert_never

from backend_factory.cli.progress import receipt
from backend_factory.domain.amount import limits_line, minutes, taken
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
    Spent,
    StepDelivered,
    StepFailed,
)
from backend_factory.domain.policy import Risk
from backend_factory.domain.spending import spending
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
            told = f"{figures} ({event.seconds:.1f} s){commit}{_notes(event)}"
            return f"{event.phase} attempt {event.attempt} by {event.runner}: {told}"
        case PhaseBlocked():
            return f"{event.phase} attempt {event.attempt}: {event.blocked.reason}, {event.blocked.needed}{_notes(event)}"
        case Spent():
            return f"{event.phase} attempt {event.attempt} turn {event.turn} by {event.runner}: {_spent(event)}"
        case PhasePaused():
            return f"{event.phase} until {event.paused.until:%Y-%m-%d %H:%M:%S}: {event.paused.reason}"
        case PhaseJudged():
            failed = [check.check for check in event.checks if check.status != "passed"]
            missed = f", not passed: {' '.join(failed)}" if failed else ""
            risks = "".join(f", {risk_line(check.accepted)}" for check in event.checks if check.accepted)
            kept = f", kept in {event.patch}" if event.patch else ""
            return f"{event.phase} attempt {event.attempt}: {event.verdict.kind}, {len(event.checks)} checks{missed}{risks}{kept}"
        case Asked():
            return f"{event.about} after {event.phase}: {event.question}"
        case Answered():
            return f"{event.answer} by {event.by} {event.remark}{'; '.join(map(risk_line, event.risks))}{_raised(event)}"
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


def _notes(event: PhaseDelivered | PhaseBlocked) -> str:
    return "".join(f"\n{'':21}{note}" for note in event.notes)


def _spent(event: Spent) -> str:
    if not event.turn:
        return f"broken off after {minutes(event.time)}"
    return f"{taken(spending(event.usage, event.time))} {event.usage.model}".rstrip()


def _raised(event: Answered) -> str:
    return f"limits: {limits_line(event.raised)}" if event.raised else ""


def risk_line(risk: Risk) -> str:
    """Who answers for what, and why."""
    until = f", until {risk.until}" if risk.until else ""
    return f"accepted risk: {risk.about}, by {risk.by}{until}: {risk.reason}"
