"""Strangers' words in Markdown: escaped, on one line."""

import re
from collections.abc import Iterable, Sequence

_MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~&$^]")
_START = re.compile(r"^([-+=:]|\d+[.)])")
"""What begins a list, a rule or a heading of another kind at the start of a line."""
_LINK = re.compile(r"(?<=:)//|(?<=www)\.|@", re.IGNORECASE)
"""What turns into a link without any markup (https://github.github.com/gfm/#autolinks-extension-)."""
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
"""Control characters, and those that hide or turn text."""


def escape(text: str) -> str:
    """The text as it reads, on one line; nothing in it is markup, a link or HTML."""
    line = _UNSEEN.sub(" ", text).strip()
    marked = _MARKUP.sub(lambda found: f"\\{found.group()}", line)
    started = _START.sub(lambda found: found.group()[:-1] + "\\" + found.group()[-1], marked)
    return _LINK.sub(lambda found: "".join(f"&#{ord(character)};" for character in found.group()), started)


def code(text: str) -> str:
    """The text as inline code, on one line; backticks inside are replaced, and a bar does not end a table's cell."""
    return "`" + _UNSEEN.sub(" ", text).replace("`", "'").replace("|", "\\|").strip() + "`"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def bullets(items: Iterable[str]) -> str:
    """A list of items that are Markdown already."""
    return "\n".join(f"- {item}" for item in items)


def numbered(items: Iterable[str]) -> str:
    """A numbered list of items that are Markdown already."""
    return "\n".join(f"{number}. {item}" for number, item in enumerate(items, start=1))
