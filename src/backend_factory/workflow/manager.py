"""The manager: all policy on one page. Pure: a run and the time in, the next action out.

cancelled or stopped  -> finish          blocked, stuck, a cap or a budget reached -> ask (escalation)
a question is open    -> nothing         a phase was just accepted        -> ask (checkpoint) unless unattended by policy
a quota is used up    -> wait until      else: perform -> judge, phase by phase, then deliver step by step
"""

from datetime import datetime

from backend_factory.domain.action import Action, Ask, Deliver, Finish, Judge, Perform, Prepare, WaitUntil
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.workflow.phases import DELIVERY, PHASES, following
from backend_factory.workflow.raising import raise_question


def decide(run: Run, now: datetime) -> Action | None:
    """What to do next; None when the run is finished or waits for a person."""
    if run.finished:
        return None
    if run.cancelled:
        return Finish("cancelled", f"cancelled by {run.cancelled}")
    if run.stopped:
        return Finish("stopped", f"stopped by {run.stopped}")
    if run.question:
        return None
    if run.prepared is None:
        return Prepare()
    if run.phase is None and not _remaining(run):
        return Finish("delivered")
    if escalation := _escalation(run):
        return escalation
    if run.paused_until and now < run.paused_until:
        return WaitUntil(run.paused_until)
    if run.checkpoint and not _passed_by_policy(run, run.checkpoint):
        return _checkpoint(run.checkpoint)
    return _work(run)


def _work(run: Run) -> Action:
    if run.phase is None:
        return Deliver(_remaining(run)[0])
    if run.stage == "pending":
        return Perform(run.phase, run.attempt)
    return Judge(run.phase, run.attempt)


def _remaining(run: Run) -> tuple[str, ...]:
    return tuple(step for step in DELIVERY if step not in run.receipts)


def _passed_by_policy(run: Run, accepted: PhaseId) -> bool:
    """`--yes` passes every checkpoint but the last where the repository says who may approve a deployment."""
    return run.requested.unattended and not (accepted is PhaseId.COMMIT and run.requested.policy.approval.attended)


def _checkpoint(accepted: PhaseId) -> Ask:
    coming = following(accepted)
    if coming is None:
        return Ask("checkpoint", accepted, "Ready to deploy the stack and open the pull request?")
    return Ask("checkpoint", accepted, f"Ready to assign {coming.member} for {coming.purpose}?")


def _escalation(run: Run) -> Ask | None:
    """The question that only a person can answer, if the run has come to one."""
    phase = run.phase or PhaseId.COMMIT
    if run.blocked:
        blocked = run.blocked
        return Ask("escalation", phase, blocked.question, blocked.tried, blocked.needed, blocked.demand)
    if run.step_failed:
        failed = run.step_failed
        question = f"Delivery step '{failed.step}' failed: {failed.reason}. Try it again?"
        return Ask("escalation", phase, question, (f"performed '{failed.step}'; what it had done was rolled back",))
    if used_up := run.reached:
        return raise_question(run, phase, used_up)
    if reason := _cap(run, phase):
        question = f"{PHASES[phase].member} is not getting through: {reason}. Allow as many tries again?"
        return Ask("escalation", phase, question, _tried(run), "the findings above are mended, or the request is changed")
    return None


def _cap(run: Run, phase: PhaseId) -> str:
    """Which cap the run has reached, or nothing. Every grant of a person allows each cap once more."""
    limits, times = run.requested.limits, run.grants + 1
    if run.stuck:
        return run.stuck
    if run.repeats > (run.requested.team.second_opinion is not None):
        return f"the same findings came {'twice' if run.repeats == 1 else 'three times'} in a row"
    if run.phase and run.stage == "pending" and run.attempts.get(phase, 0) >= limits.attempts * times:
        return f"{run.attempts[phase]} attempts"
    if run.findings and run.reworks >= limits.reworks * times:
        return f"work was sent back {run.reworks} times"
    if run.working >= limits.wall_clock * times:
        return f"{run.working.total_seconds() / 60:.0f} minutes of work"
    return ""


def _tried(run: Run) -> tuple[str, ...]:
    attempts = tuple(f"{PHASES[p].member}: {n} attempt{'s' * (n != 1)}" for p, n in run.attempts.items())
    return attempts + tuple(f"{f.check}: {f.message}" for f in run.findings[:10])
