"""Who may do an attempt, in which order: the chain of the phase, and the second opinion; and who reviews it."""

from collections.abc import Sequence
from itertools import dropwhile

from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.domain.team import BLUEPRINT, Chain, Member
from backend_factory.workflow.ports import Runner

DECLINES = frozenset({"unsupported_demand", "findings", "tool"})
"""Reasons of a block at which the next of the chain is tried; the others are questions that only a person can answer."""


def members(run: Run, phase: PhaseId) -> Chain:
    """Those who may do the next attempt at `phase`, the first one first.

    Who is asked for a second opinion stands behind the chain while findings are open, and before it once the same came twice.
    """
    team = run.requested.team
    chain, second = team.members(phase, run.attempts.get(phase, 0) + 1), team.second_opinion
    if second is None or second in chain or not run.findings:
        return chain
    return (second, *chain) if run.repeats else (*chain, second)


def reviewer(run: Run, phase: PhaseId) -> Member | None:
    """Who reviews the attempt at `phase` that `run` holds; None where the blueprint made it, which has no opinion to please.

    The one that the team names; else a member of another vendor, or at least another one; else the same one, with other orders.
    """
    team, worker = run.requested.team, run.workers.get(phase, BLUEPRINT.label)
    if worker == BLUEPRINT.label:
        return None
    paid = [member for chain in team.chains.values() for member in chain if member.runner != BLUEPRINT.runner]
    paid += [team.second_opinion] if team.second_opinion else []
    vendor = next((member.vendor for member in paid if member.label == worker), "")
    return team.reviewer or min(paid, key=lambda member: (member.vendor == vendor, member.label == worker), default=None)


def left(run: Run, runners: Sequence[Runner]) -> Sequence[Runner]:
    """Those whose turn is still to come: who was interrupted goes on, and who had declined before is not asked again."""
    if run.underway is None:
        return runners
    interrupted = run.underway.runner
    return [*dropwhile(lambda runner: runner.name != interrupted, runners)] or runners
