"""`status`, `watch`, `log`: what runs do and did."""

from collections.abc import Iterator
from typing import Annotated

import typer

from backend_factory.cli.asking import how_to_answer, put
from backend_factory.cli.exits import Exit
from backend_factory.cli.facade import Facade
from backend_factory.cli.log_lines import log_line, risk_line
from backend_factory.cli.options import AsJson, RunId
from backend_factory.cli.progress import Progress
from backend_factory.cli.session import session
from backend_factory.cli.terminal import Terminal, shown
from backend_factory.cli.work import conclude, event_object, watcher
from backend_factory.domain.amount import limits_line, taken
from backend_factory.domain.event import Asked
from backend_factory.domain.run import Run, RunSummary, begin
from backend_factory.workflow.phases import PHASES

Limit = Annotated[int, typer.Option(min=1, help="How many runs to list, newest first.")]


def status(
    context: typer.Context,
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="Id of one run.", show_default="list all runs")] = "",
    limit: Limit = 20,
    as_json: AsJson = False,
) -> int:
    """List the runs, or tell about one."""
    terminal = Terminal(as_json=as_json)
    with session(context) as opened:
        if run_id:
            _one(terminal, opened.factory.run(opened.factory.find(run_id)))
        else:
            _all(terminal, opened.factory.runs(limit))
    return Exit.OK


def _all(terminal: Terminal, runs: tuple[RunSummary, ...]) -> None:
    if terminal.as_json:
        terminal.data({"runs": runs})
        return
    if not runs:
        terminal.note("there are no runs yet")
        terminal.hint('backend-factory run "I need an API for ..."')
        return
    rows = [("run", "status", "phase", "requested", "branch", "title")]
    for run in runs:
        phase = f"{run.phase.number} {PHASES[run.phase].member}" if run.phase else ""
        rows.append((run.id, run.status, phase, run.created.strftime("%Y-%m-%d %H:%M"), shown(run.branch), shown(run.title)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        terminal.say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _one(terminal: Terminal, run: Run) -> None:
    if terminal.as_json:
        terminal.data(run)
        return
    where = f", phase {run.phase.number} {PHASES[run.phase].member}, attempt {run.attempt}" if run.phase else ""
    terminal.say(f"{run.title}: {run.status}{'' if run.finished else where}", "bold")
    for label, value in (
        ("run", run.id),
        ("request", run.requested.text),
        ("ticket", run.requested.ticket or ""),
        ("asked by", run.requested.by),
        ("approved by", run.approved),
        ("repository", run.requested.repository),
        ("branch", run.requested.branch),
        ("accepted", ", ".join(PHASES[p].member for p in run.deliverables if p is not run.phase)),
        ("sent back", f"{run.reworks} times" if run.reworks else ""),
        *_spent(run),
        ("reason", run.finished.reason if run.finished else ""),
        *(("rejected", f"{kept.phase.member}, attempt {kept.attempt}: {kept.patch}") for kept in run.rejected),
        *(("risk", risk_line(risk)) for risk in (*run.requested.policy.risks, *run.risks)),
    ):
        if value:
            terminal.say(f"   {label:11} {value}")
    if run.question:
        put(terminal, run, run.question)
        terminal.hint(how_to_answer(run.id, run.question))
    elif not run.finished:
        terminal.hint(f"backend-factory resume {run.id}, or backend-factory watch {run.id} if it is being worked on")


def _spent(run: Run) -> Iterator[tuple[str, str]]:
    """By phase, for runs that pay for something."""
    for phase in run.ledger.phases:
        yield "spent", f"{phase.member}: {taken(run.ledger.total(phase))}"
    if run.ledger.entries:
        yield "limits", limits_line(run.budgets)


def watch(context: typer.Context, run_id: RunId = "", as_json: AsJson = False) -> int:
    """Follow a run, whoever works on it, until it has ended."""
    terminal = Terminal(as_json=as_json)
    with session(context) as opened:
        found = opened.factory.find(run_id)
        opened.do(_follow(opened.factory, terminal, found))
        return conclude(terminal, opened.factory.run(found))


async def _follow(factory: Facade, terminal: Terminal, run_id: str) -> None:
    # The events are told from the beginning, so the progress starts from the bare request.
    with Progress(terminal, begin(run_id, factory.run(run_id).requested)) as progress:
        observe = watcher(terminal, run_id, progress)
        async for happened in factory.follow(run_id):
            observe(happened)
            if isinstance(happened, Asked):
                put(terminal, factory.run(run_id), happened)
                terminal.hint(how_to_answer(run_id, happened))


def log(context: typer.Context, run_id: RunId = "", as_json: AsJson = False) -> int:
    """Print all events of a run, oldest first."""
    terminal = Terminal(as_json=as_json)
    with session(context) as opened:
        found = opened.factory.find(run_id)
        events = opened.factory.events(found)
    if as_json:
        terminal.data({"run": found, "events": [event_object(found, event) for event in events]})
    else:
        for event in events:
            terminal.say(log_line(event))
    return Exit.OK
