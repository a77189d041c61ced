"""`report`, `metrics`: a run told in full, and all runs in figures."""

import os
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, assert_never

import typer

from backend_factory.cli.exits import Exit
from backend_factory.cli.facade import Facade
from backend_factory.cli.metric_lines import metric_lines
from backend_factory.cli.options import AsJson, RunId
from backend_factory.cli.session import session
from backend_factory.cli.terminal import Terminal
from backend_factory.domain.event import Event, PhaseJudged, StepDelivered, StepFailed
from backend_factory.errors import AskerError, InternalError, OperatorError
from backend_factory.metrics import measure

EVERY_RUN = 1_000_000


class Format(StrEnum):
    """What a report is written as."""

    HTML = "html"
    MARKDOWN = "md"
    JSON = "json"
    PULL_REQUEST = "pr"

    @property
    def suffix(self) -> str:
        """What a file of that format ends with."""
        return "pull-request.md" if self is Format.PULL_REQUEST else self.value


def report(
    context: typer.Context,
    run_id: RunId = "",
    form: Annotated[
        Format, typer.Option("--format", help="One self-contained page, Markdown, JSON, or the body of the pull request.")
    ] = Format.HTML,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write; - is standard output.", show_default="in the state folder"),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it exists.")] = False,
    as_json: AsJson = False,
) -> int:
    """Write a run's report, with all its evidence, and print where it is."""
    terminal = Terminal(as_json=as_json)
    with session(context) as opened:
        found = opened.factory.find(run_id)
        opened_one = opened.do(opened.factory.pull_request(found)) if form is Format.PULL_REQUEST else None
        text, lost = (opened_one.body, ()) if opened_one else _render(opened.factory, found, form)
        place = output or opened.factory.report_path(found, form.suffix)
    if output == Path("-"):
        typer.echo(text, nl=False)
        return _ended(terminal, lost)
    # A report in the state folder is the factory's own file and is brought up to date; any other file is not.
    _write(place, text, replace=force or output is None)
    if as_json:
        terminal.data({"run": found, "format": form.value, "path": str(place)})
    else:
        typer.echo(str(place))
    return _ended(terminal, lost)


def _ended(terminal: Terminal, lost: Sequence[str]) -> Exit:
    """A report with less than all its evidence is worth having, but must not pass for a whole one."""
    if not lost:
        return Exit.OK
    hint = "restore the state folder's evidence from a copy, then write the report again"
    terminal.fail(f"the report lacks evidence: {'; '.join(lost[:3])}{' and more' * (len(lost) > 3)}", hint)
    return Exit.INTERNAL


def _render(factory: Facade, run_id: str, form: Format) -> tuple[str, Sequence[str]]:
    """The report, and what is wrong with evidence that it should show."""
    from backend_factory.report import pull_request_body, read_account, render_html, render_json, render_markdown

    events = factory.events(run_id)
    if form is Format.PULL_REQUEST:
        return pull_request_body(factory.run(run_id), events), ()
    account = read_account(factory.run(run_id), events)
    excerpts, lost = _excerpts(factory, events)
    match form:
        case Format.HTML:
            return render_html(account, excerpts), lost
        case Format.MARKDOWN:
            return render_markdown(account, excerpts), lost
        case Format.JSON:
            return render_json(account, excerpts), lost
        case _ as unreachable:
            assert_never(unreachable)


def _excerpts(factory: Facade, events: tuple[Event, ...]) -> tuple[dict[str, str], Sequence[str]]:
    """Evidence that cannot be read is named as such in its place: the rest of the report is worth having."""
    from backend_factory.report import excerpt

    judged = [event for event in events if isinstance(event, PhaseJudged | StepDelivered | StepFailed)]
    excerpts, lost = {}, []
    for sha256 in sorted({piece.sha256 for event in judged for check in event.checks for piece in check.evidence}):
        try:
            excerpts[sha256] = excerpt(sha256, factory.evidence(sha256))
        except InternalError as reason:
            excerpts[sha256] = f"[{reason.message}]"
            lost.append(reason.message)
    return excerpts, lost


def _write(place: Path, text: str, *, replace: bool) -> None:
    """All of it or nothing; a file that is there stays unless it may be replaced."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=place.parent, prefix=".report-", delete=False) as file:
            written = Path(file.name)
            try:
                file.write(text)
                file.flush()
                if replace:
                    written.replace(place)
                else:
                    os.link(written, place)
            finally:
                written.unlink(missing_ok=True)
    except FileExistsError as reason:
        raise AskerError(f"{place} exists already", hint="--force replaces it, or give another --output") from reason
    except OSError as reason:
        hint = "choose another place with --output"
        raise OperatorError(f"{place} cannot be written: {reason.strerror}", hint=hint) from reason


def metrics(
    context: typer.Context,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Count runs requested on or after this day (UTC).")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Print the five success metrics; docs/metrics.md defines them."""
    terminal = Terminal(as_json=as_json)
    first = since.replace(tzinfo=UTC) if since else datetime.min.replace(tzinfo=UTC)
    with session(context) as opened:
        chosen = [run.id for run in opened.factory.runs(EVERY_RUN) if run.created >= first]
        figures = measure(opened.factory.events(run_id) for run_id in chosen)
    if as_json:
        terminal.data(figures)
    else:
        for line in metric_lines(figures):
            terminal.say(line)
    return Exit.OK
