"""`run`, `resume`: from a text to a delivered feature."""

from pathlib import Path
from typing import Annotated

import typer

from backend_factory.cli.options import As, AsJson, Budget, RunId
from backend_factory.cli.session import person, session
from backend_factory.cli.streams import standard_input
from backend_factory.cli.terminal import Terminal
from backend_factory.cli.work import event_object, work
from backend_factory.domain.amount import EXAMPLES, read_budgets
from backend_factory.domain.assignment import Limits
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.domain.team import Team
from backend_factory.errors import AskerError
from backend_factory.intake.request import LONGEST_REQUEST

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Pass every checkpoint. Escalations still wait for a person.")]


def run(
    context: typer.Context,
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="What the backend should do; - reads it from standard input.")
    ] = None,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="Read the request from this file.")] = None,
    repo: Annotated[Path, typer.Option(help="The git repository to add the feature to.")] = Path(),
    ticket: Annotated[str | None, typer.Option(help="Ticket id, as in CHAR-123; part of the branch name.")] = None,
    base: Annotated[str | None, typer.Option(help="Branch to start from.", show_default="the branch checked out")] = None,
    branch: Annotated[str | None, typer.Option(help="Branch to publish.", show_default="feature/TICKET-TITLE")] = None,
    budget: Budget = None,
    team_file: Annotated[
        Path | None,
        typer.Option("--team", metavar="FILE", help="Who does what, as TOML.", show_default="the repository's own"),
    ] = None,
    no_sandbox: Annotated[
        bool,
        typer.Option("--no-sandbox", help="Let the team, and what it writes, run without walls; `doctor` tells what falls then."),
    ] = False,
    yes: Yes = False,
    name: As = "",
    as_json: AsJson = False,
) -> int:
    """Turn a request into a reviewed, tested, deployed backend feature."""
    request, limits = _request(text, file), _limits(budget)
    terminal = Terminal(as_json=as_json)
    with session(context) as opened:
        by = person(opened, name, repo)
        submitted = opened.factory.submit(
            request,
            repo,
            ticket=ticket,
            base_branch=base,
            branch=branch,
            unattended=yes,
            limits=limits,
            team_file=team_file,
            sandboxed=not no_sandbox,
            by=by,
        )
        run_id = opened.do(submitted)
        _launch(terminal, opened.factory.run(run_id))
        return work(opened, terminal, run_id, yes=yes, by=by)


def resume(context: typer.Context, run_id: RunId = "", yes: Yes = False, name: As = "", as_json: AsJson = False) -> int:
    """Go on with a run that was interrupted, or that waits for an answer."""
    terminal = Terminal(as_json=as_json)
    with session(context) as opened:
        found = opened.factory.find(run_id)
        by = person(opened, name, opened.factory.run(found).requested.repository)
        return work(opened, terminal, found, yes=yes, by=by)


def _request(text: str | None, file: Path | None) -> bytes | str:
    """The text as given, one byte past the limit at most, so that what is too long is refused and not cut."""
    if (text is None) == (file is None):
        raise AskerError("give the request either as TEXT or with --file", hint='backend-factory run "I need an API for ..."')
    if file is not None:
        try:
            with file.open("rb") as stream:
                return stream.read(LONGEST_REQUEST + 1)
        except OSError as reason:
            raise AskerError(f"{file} cannot be read: {reason.strerror}", hint="check the path and its permissions") from reason
    return standard_input().read(LONGEST_REQUEST + 1) if text == "-" else text or ""


def _limits(budget: list[str] | None) -> Limits | None:
    """The limits with this budget in place of the default one; None where none is given."""
    try:
        return Limits(budgets=read_budgets(budget)) if budget else None
    except ValueError as error:
        raise AskerError(f"--budget: {error}", hint=f"as in {EXAMPLES}") from error


def _team(team: Team) -> str:
    """Who does what, in one line."""
    chains = {phase: ", else ".join(member.label for member in team.chains[phase]) for phase in PhaseId}
    distinct = set(chains.values())
    return distinct.pop() if len(distinct) == 1 else "; ".join(f"{phase}: {chain}" for phase, chain in chains.items())


def _launch(terminal: Terminal, made: Run) -> None:
    terminal.say(f"🏭 Backend Factory detected: {made.title}", "bold")
    terminal.say("Launching 6-phase workflow...")
    terminal.note(f"run {made.id}, branch {made.requested.branch}")
    if not made.requested.team.all_blueprint:
        terminal.note(f"team: {_team(made.requested.team)}")
    if not made.requested.sandboxed:
        terminal.note("no sandbox: the team, and the code that it writes, can do on this machine what you can")
    if made.requested.uncommitted:
        terminal.note(f"uncommitted changes in {made.requested.repository} are not part of it; it starts from the last commit")
    if made.requested.detection.frontend:
        terminal.say("")
        terminal.say(f"For the frontend team, not part of this run: {made.requested.detection.frontend}")
    if terminal.as_json:
        terminal.data(event_object(made.id, made.requested))
