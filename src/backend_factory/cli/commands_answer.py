"""`answer`, `cancel`: what people decide."""

import asyncio
from typing import Annotated

import typer

from backend_factory.cli.exits import Exit
from backend_factory.cli.facade import Facade, Reply
from backend_factory.cli.options import As, AsJson
from backend_factory.cli.session import person, session
from backend_factory.cli.terminal import Terminal
from backend_factory.domain.amount import limits_line
from backend_factory.domain.run import Run, summarize
from backend_factory.errors import AskerError, OperatorError

Which = Annotated[str, typer.Argument(metavar="RUN", help="Id of the run, or the beginning of it.")]
PATIENCE = 20
"""Seconds in which another process that works on the run may end it."""


def answer(
    context: typer.Context,
    run_id: Which,
    go_on: Annotated[
        bool, typer.Option("--go-on", help="Checkpoint: next phase. Escalation: try again, or leave the demand out.")
    ] = False,
    send_back: Annotated[str | None, typer.Option("--send-back", metavar="REMARK", help="Have the work redone.")] = None,
    stop: Annotated[bool, typer.Option("--stop", help="End the run without a delivery.")] = False,
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept-risk", metavar="CHECK", help="Go on although CHECK fails; you answer for it. Can be repeated."),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why the risk of --accept-risk can be taken.")] = "",
    raise_to: Annotated[
        str, typer.Option("--raise", metavar="LIMIT", help="A limit is used up: go on until LIMIT is, as in 10usd, 5Mtok, 90min.")
    ] = "",
    name: As = "",
    as_json: AsJson = False,
) -> int:
    """Answer the question for which a run waits. The answer is recorded with your name."""
    reply = _reply(go_on or bool(accept) or bool(raise_to), send_back, stop)
    if reason and not accept:
        raise AskerError("--reason goes with --accept-risk", hint="backend-factory answer --help")
    terminal = Terminal(as_json=as_json)
    with session(context) as opened:
        found = opened.factory.find(run_id)
        by = person(opened, name, opened.factory.run(found).requested.repository)
        words = send_back or reason
        answered = opened.factory.answer(found, reply, remark=words, by=by, accept=tuple(accept or ()), raise_to=raise_to)
        made = opened.do(answered)
    said = f"risk of {', '.join(accept)} accepted" if accept else reply.replace("_", " ")
    said = f"limits raised to {limits_line(made.budgets)}" if raise_to else said
    _tell(terminal, made, f"recorded: {said}, by {by}")
    terminal.hint(f"backend-factory resume {found}")
    return Exit.OK


def _reply(go_on: bool, send_back: str | None, stop: bool) -> Reply:
    given: list[Reply] = []
    if go_on:
        given.append("go_on")
    if send_back is not None:
        given.append("send_back")
    if stop:
        given.append("stop")
    if len(given) != 1:
        raise AskerError("give exactly one of --go-on, --send-back and --stop", hint="backend-factory answer --help")
    return given[0]


def cancel(context: typer.Context, run_id: Which, name: As = "", as_json: AsJson = False) -> int:
    """End a run; what it made outside is put away, its record stays."""
    terminal = Terminal(as_json=as_json)
    with session(context) as opened:
        found = opened.factory.find(run_id)
        by = person(opened, name, opened.factory.run(found).requested.repository)
        opened.do(opened.factory.cancel(found, by=by))
        ended = opened.do(_ended(opened.factory, found))
    _tell(terminal, ended, f"{ended.status}: {ended.title}")
    return Exit.OK


async def _ended(factory: Facade, run_id: str) -> Run:
    """The run once it has ended: by this process, or by the one that works on it and is told by the journal."""
    try:
        return await factory.drive(run_id)
    except OperatorError:
        for _ in range(PATIENCE * 5):
            if (run := factory.run(run_id)).finished:
                return run
            await asyncio.sleep(0.2)
        raise


def _tell(terminal: Terminal, run: Run, text: str) -> None:
    terminal.say(f"run {run.id} {text}")
    if terminal.as_json:
        terminal.data(summarize(run))
