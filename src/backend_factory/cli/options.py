"""Arguments that several commands share."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Data as JSON on standard output; everything else on standard error.")]
As = Annotated[
    str,
    typer.Option("--as", metavar="NAME", help="Who you are.", show_default="git's user.email, or the login name"),
]
Budget = Annotated[
    list[str] | None,
    typer.Option(
        "--budget",
        metavar="LIMIT",
        help="What may be spent: 5usd, 2Mtok, 90min; phase:1usd or attempt:20min limit each of them; none. Can be repeated.",
        show_default="20usd, 20Mtok, attempt:60min",
    ),
]
RunId = Annotated[
    str, typer.Argument(metavar="RUN", help="Id of the run, or the beginning of it.", show_default="the newest run")
]
