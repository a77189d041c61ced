"""What a person is asked when a limit on spending is used up, and what the answer makes of the limits."""

from datetime import datetime
from typing import Literal

from backend_factory.domain.action import Ask
from backend_factory.domain.amount import AMOUNTS, cost, limit, minutes, read_amount, taken
from backend_factory.domain.budget import Budgets, Quantity, Reached, reached, spent_in
from backend_factory.domain.event import Answered
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.errors import AskerError


def raise_question(run: Run, phase: PhaseId, used_up: Reached) -> Ask:
    """Raise it to how much? With what was spent on what."""
    held = limit(run.budgets.of(used_up.scope), used_up.quantity)
    where = {"run": "the run", "phase": f"{phase.member}'s phase", "attempt": f"attempt {run.attempt} of {phase.member}"}
    if used_up.unpriced:
        question = (
            f"The limit of {held} for {where[used_up.scope]} cannot be held: a model has been paid whose price is not known. "
            "Go on under which limit on tokens?"
        )
        return Ask("escalation", phase, question, _spent(run), "a limit on tokens in its place", limit=used_up)
    question = f"The limit of {held} for {where[used_up.scope]} is used up: {_used(run, phase, used_up)}. Raise it to how much?"
    return Ask("escalation", phase, question, _spent(run), "a higher limit; the same attempt then goes on", limit=used_up)


def raising(run: Run, answer: Literal["go_on", "send_back", "stop"], to: str, by: str, at: datetime) -> Answered:
    """A person's answer to that question. AskerError where it neither raises the limit nor stops the run."""
    if answer == "stop":
        return Answered(at=at, answer=answer, by=by)
    if answer == "send_back" or not to.strip():
        hint = f"backend-factory answer {run.id} --raise 10usd | --stop"
        raise AskerError(f"a limit of run {run.id} is used up: raise it, or stop the run", hint=hint)
    return Answered(at=at, answer=answer, by=by, raised=raised(run, to))


def raised(run: Run, to: str) -> Budgets:
    """The limits once a person has answered that `to` (`10usd`, `2Mtok`, `90min`) holds from now on.

    AskerError where the open question is about no limit, or where that is no limit, not the one in question, or used up already.
    """
    used_up = run.question.limit if run.question else None
    if used_up is None or run.phase is None:
        hint = f"backend-factory status {run.id} shows what it waits for"
        raise AskerError(f"run {run.id} has not used up a limit that could be raised", hint=hint)
    wanted: Quantity = "tokens" if used_up.unpriced else used_up.quantity
    try:
        amount = read_amount(to, bare=wanted)
    except ValueError as error:
        raise AskerError(f"{error}: the limit in question is one on {wanted}", hint=f"as in {AMOUNTS}") from error
    if not limit(amount, wanted):
        raise AskerError(f"{to!r} is no limit on {wanted}, and that is the one in question", hint=f"as in {AMOUNTS}")
    budgets = run.budgets.with_limits(used_up.scope, amount)
    still = reached(budgets, run.ledger, run.phase, run.attempt)
    if still and (still.scope, still.quantity) == (used_up.scope, wanted):
        spent = _used(run, run.phase, still)
        raise AskerError(f"{limit(amount, wanted)} would be used up at once: {spent}", hint="give more than that")
    return budgets


def _used(run: Run, phase: PhaseId, used_up: Reached) -> str:
    spent = spent_in(used_up.scope, run.ledger, phase, run.attempt)
    match used_up.quantity:
        case "money":
            return cost(spent)
        case "tokens":
            return f"{spent.tokens:,} tokens"
        case "time":
            return minutes(spent.time)


def _spent(run: Run) -> tuple[str, ...]:
    """By phase and model, in the order of the line."""
    return tuple(
        f"{phase.member}, {model or 'model not known'}: {taken(run.ledger.total(phase, model=model))}"
        for phase in run.ledger.phases
        for model in run.ledger.models
        if run.ledger.total(phase, model=model).turns
    )
