"""Text of strangers inside Markdown: shown as it is, and nothing more than shown."""

import html
import re
from collections.abc import Iterable

from backend_factory.workspace.plain import plain

_PUNCTUATION = re.compile(r"([\\`*_\[\]#|~$]|^[-+=])")
_INVISIBLE = "\u200b"
# Code hosts look for mentions, references and addresses in the rendered text, where a backslash or an entity is gone;
# only a character in between stops them (GitHub notifies whoever is mentioned, and "fixes #1" closes an issue).
_LIVE = re.compile(r"(@|#|GH-|://|\bwww\.)(?=\S)", re.IGNORECASE)
_STARTS_LIST = re.compile(r"^(\d+)([.)])")


def inline(text: str) -> str:
    """`text` on one line, for a paragraph, a list item or a table cell."""
    line = " ".join(plain(text).split())
    line = _LIVE.sub(lambda m: m[0] + _INVISIBLE, line)
    line = html.escape(line, quote=False)
    # The entities of html.escape hold no character that is escaped here but "&" and ";", which are left alone.
    return _STARTS_LIST.sub(r"\1\\\2", _PUNCTUATION.sub(r"\\\1", line))


def code(text: str, *, cell: bool = False) -> str:
    """`text` as a code span; in a table `cell`, where a bar would end it, bars are escaped as tables want it."""
    line = " ".join(plain(text).split()) or " "
    if cell:
        line = line.replace("|", "\\|")
    fence = "`" * (_longest_run(line) + 1)
    return f"{fence} {line} {fence}" if "`" in line else f"{fence}{line}{fence}"


def block(text: str) -> str:
    """`text` as a fenced block that nothing in it can end."""
    body = plain(text)
    fence = "`" * max(3, _longest_run(body) + 1)
    return f"{fence}text\n{body}\n{fence}"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """Lines of a table whose cells are escaped already."""
    titles = list(head)
    return [_row(titles), _row(["---"] * len(titles)), *(_row(row) for row in rows)]


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
