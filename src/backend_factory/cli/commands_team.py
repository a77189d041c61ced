"""`team`: who would do what, with which runner and model, in which lane, within which limits."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from backend_factory.cli.exits import Exit
from backend_factory.cli.options import AsJson
from backend_factory.cli.terminal import Terminal
from backend_factory.domain.assignment import Limits
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.team import Team
from backend_factory.errors import AskerError, OperatorError
from backend_factory.settings import Settings
from backend_factory.team.brief import MOST_TOKENS, overhead
from backend_factory.team.lanes import LANES, RULES
from backend_factory.team.limits import shown_limits
from backend_factory.team.roster import Roster, load_roster
from backend_factory.workflow.usable import ensure_usable
from backend_factory.workspace.repository import Repository, open_repository


def team(
    repo: Annotated[
        Path | None, typer.Option(help="The git repository that may bring its own team.", show_default="where you are")
    ] = None,
    base: Annotated[
        str | None, typer.Option(metavar="BRANCH", help="Read from this branch.", show_default="the current one")
    ] = None,
    team_file: Annotated[Path | None, typer.Option("--team", metavar="FILE", help="A team of your own, as TOML.")] = None,
    tokens: Annotated[bool, typer.Option("--tokens", help="Print what each assignment takes before its handoff.")] = False,
    as_json: AsJson = False,
) -> int:
    """Show who would do what: runner, model, tools, lane, limits. Starts nothing."""
    terminal = Terminal(as_json=as_json)
    roster = asyncio.run(_roster(terminal, repo, base, team_file))
    if as_json:
        terminal.data(_data(roster))
    elif tokens:
        _tokens(terminal, roster)
    else:
        _show(terminal, roster)
    return Exit.OK


async def _roster(terminal: Terminal, repo: Path | None, base: str | None, team_file: Path | None) -> Roster:
    return await load_roster(await _repository(terminal, repo, base), team_file)


async def _repository(terminal: Terminal, repo: Path | None, base: str | None) -> Repository | None:
    """The repository that is named; where none is, the one around the current folder, if there is one."""
    try:
        return await open_repository(repo or Path(), base, Settings().tool_path)
    except AskerError as reason:
        if repo is not None or base is not None:
            raise
        terminal.note(f"no repository is read: {reason.message}")
        return None


def _show(terminal: Terminal, roster: Roster) -> None:
    terminal.say(f"Team: {roster.source}", "bold")
    for phase in PhaseId:
        charter = roster.charters[phase]
        terminal.say()
        terminal.say(f"{phase.number} {phase.member} ({phase})", "bold")
        for attempt, names in _turns(roster.team, phase):
            terminal.say(f"   {'attempt ' + str(attempt) if attempt > 1 else 'done by':10} {', else '.join(names)}")
        terminal.say(f"   {'writes':10} {_lane(phase)}")
        terminal.say(f"   {'tools':10} {', '.join(charter.tools) or 'none'}")
        terminal.say(f"   {'charter':10} {charter.place}")
    terminal.say()
    if roster.team.second_opinion:
        terminal.say(f"Second opinion, when the same findings come twice: {roster.team.second_opinion.label}")
    if not roster.team.all_blueprint:
        reviewer = roster.team.reviewer.label if roster.team.reviewer else "another member, of another vendor where there is one"
        terminal.say(f"Review of what models and agents made: {reviewer}")
    if roster.team.own_configuration:
        terminal.say("Agents follow the repository's own orders for agents.")
    for label, reason in _unusable(roster.team):
        terminal.say(f"{label} cannot be used here: {reason.message}", "yellow")
        terminal.say(f"   hint: {reason.hint}")
    terminal.say(f"Nobody writes: {', '.join(RULES)}")
    terminal.say(f"Limits: {', '.join(shown_limits(Limits()))}")


def _unusable(team: Team) -> Iterator[tuple[str, OperatorError]]:
    """Who could not work on this machine, and why: a run with such a team is refused."""
    for member in team.everybody:
        try:
            ensure_usable(member, Settings())
        except OperatorError as reason:
            yield member.label, reason


def _lane(phase: PhaseId) -> str:
    others = [pattern for pattern in LANES[phase].never if pattern not in RULES]
    return (", ".join(LANES[phase].writes) or "nothing") + (f"; not {', '.join(others)}" if others else "")


def _turns(team: Team, phase: PhaseId) -> list[tuple[int, list[str]]]:
    """Attempt -> who is tried, in order; for each attempt at which somebody joins."""
    joins = sorted({member.from_attempt for member in team.chains[phase]})
    return [(attempt, [member.label for member in team.members(phase, attempt)]) for attempt in joins]


def _tokens(terminal: Terminal, roster: Roster) -> None:
    for phase in PhaseId:
        count = overhead(roster.charters[phase], Limits())
        terminal.say(f"{phase:18} {count:>6,} of {MOST_TOKENS:,} tokens at most, before the handoff")


def _data(roster: Roster) -> dict[str, object]:
    return {
        "team": roster.source,
        "second_opinion": roster.team.second_opinion,
        "reviewer": roster.team.reviewer,
        "own_configuration": roster.team.own_configuration,
        "unusable": [
            {"member": label, "reason": reason.message, "hint": reason.hint} for label, reason in _unusable(roster.team)
        ],
        "limits": Limits(),
        "phases": [
            {
                "phase": phase,
                "member": phase.member,
                "chain": roster.team.chains[phase],
                "lane": LANES[phase],
                "tools": roster.charters[phase].tools,
                "charter": roster.charters[phase].place,
                "overhead_tokens": overhead(roster.charters[phase], Limits()),
            }
            for phase in PhaseId
        ],
    }
