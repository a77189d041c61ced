"""`doctor`, `init`: the machine, and a repository to try things on."""

from pathlib import Path
from typing import Annotated

import typer

from backend_factory.cli.exits import Exit
from backend_factory.cli.options import AsJson
from backend_factory.cli.session import session
from backend_factory.cli.terminal import Terminal


def doctor(context: typer.Context, as_json: AsJson = False) -> int:
    """Look whether this machine has what runs need."""
    terminal = Terminal(as_json=as_json)
    with session(context) as opened:
        probes = opened.do(opened.factory.doctor())
    if as_json:
        terminal.data({"probes": [{n: getattr(p, n) for n in ("name", "ok", "needed", "detail", "hint")} for p in probes]})
    for probe in probes:
        mark, style = ("✓", "green") if probe.ok else ("✗", "red") if probe.needed else ("?", "yellow")
        if not as_json:
            terminal.say(f"{mark} {probe.name:14} {probe.detail}", style)
    for probe in probes:
        if not probe.ok and probe.hint:
            terminal.hint(f"{probe.name}: {probe.hint}")
    return Exit.OPERATOR if any(probe.needed and not probe.ok for probe in probes) else Exit.OK


def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that does not exist yet, or is empty.")],
    as_json: AsJson = False,
) -> int:
    """Make a small example repository to try the factory on."""
    terminal = Terminal(as_json=as_json)
    with session(context) as opened:
        made = opened.do(opened.factory.init(folder))
    if as_json:
        terminal.data({"path": str(made)})
    else:
        typer.echo(str(made))
    terminal.hint(f'backend-factory run "I need an API for ..." --repo {made}')
    return Exit.OK
