"""A run as a document for people: HTML, Markdown, JSON, and the body of its pull request; all from its events and evidence."""

from backend_factory.report.account import Account, read_account
from backend_factory.report.document import render_json
from backend_factory.report.excerpts import excerpt
from backend_factory.report.markdown import render_markdown
from backend_factory.report.page import render_html
from backend_factory.report.pull_request import pull_request_body

__all__ = [
    "Account",
    "excerpt",
    "pull_request_body",
    "read_account",
    "render_html",
    "render_json",
    "render_markdown",
]
