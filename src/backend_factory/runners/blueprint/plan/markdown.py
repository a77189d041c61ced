"""Strangers' words in Markdown: escaped, on one line."""

import re
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~&$^=:@-])")
_PLAIN = re.compile(r"[\w .,;?'/%“”‘’…-]*")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
"""Control characters, and those that hide or turn text."""


def escape(text: str) -> str:
    """The text as it reads, on one line; nothing in it is markup, a link or HTML."""
    line = _UNSEEN.sub(" ", text).strip()
    # Words, hyphens inside them and common punctuation mean nothing to Markdown, and stay readable as they are.
    if _PLAIN.fullmatch(line) and not re.search(r"(^|\s)[-_]|[_-](\s|$)|__|--|://|www\.|^\d+\.(\s|$)", line):
        return re.sub(r"(?<=\w)_|_(?=\w)", r"\\_", line)
    return re.sub(r"^(\d+)\.", r"\1\\.", _SPECIAL.sub(r"\\\1", line)).replace("\\:", "&#58;").replace("\\@", "&#64;")


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
