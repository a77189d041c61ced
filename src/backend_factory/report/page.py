"""The report as one HTML page that needs nothing else: no script, no font, no picture from outside."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from backend_factory.domain.amount import limits_line
from backend_factory.domain.deliverable import Plan, Requirements
from backend_factory.report.account import Account
from backend_factory.report.expenses import HEADINGS, expenses
from backend_factory.report.standing import accepted_risks, counted, measured, not_checked
from backend_factory.report.timings import Bar, bars, duration
from backend_factory.report.trace import code_files, trace
from backend_factory.workspace.plain import plain

if TYPE_CHECKING:
    from jinja2 import Template


def render_html(account: Account, excerpts: Mapping[str, str]) -> str:
    """The page; `excerpts` maps an evidence hash to its readable beginning. All text of the run is escaped."""
    rows = bars(account)
    passed, ran = counted(account)
    traces = trace(account)
    return _template().render(
        account=account,
        run=account.run,
        requested=account.run.requested,
        requirements=account.delivered(Requirements),
        plan=account.delivered(Plan),
        traces=traces,
        code=code_files(account),
        shown=sum(t.result == "passed" for t in traces),
        checks=ran,
        passed=passed,
        risks=accepted_risks(account),
        absent=not_checked(account),
        measured=lambda metric: measured(account, metric),
        excerpts=excerpts,
        expenses=expenses(account.run),
        headings=HEADINGS,
        limits_line=limits_line,
        bars=rows,
        scale=_scale(rows),
        duration=duration,
    )


@cache
def _template() -> "Template":
    import jinja2  # slow to import, and most commands render nothing

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("backend_factory.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: plain(value) if type(value) is str else value,
    )
    return environment.get_template("page.html.jinja")


def _scale(rows: tuple[Bar, ...]) -> float:
    """Seconds of the longest row; never 0, so that it can be divided by."""
    return max((bar.work + bar.gate for bar in rows), default=0.0) or 1.0
