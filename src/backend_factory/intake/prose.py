"""The lines of a text that a person wrote for a person: no code, quotes, tables, comments or link targets."""

import re
from collections.abc import Iterator

SEARCHED = 8_192
"""Characters that are looked at; no ticket says something new so far down, and the run itself gets the whole text."""
_LONGEST_LINE = 1_200

_LINK = re.compile(r"!?\[([^\[\]]{0,200})\]\([^()\s]{0,500}\)|https?://\S+|<[^<>]{1,200}>")
_LINK_SIGNS = ("](", "://", "<")
_FENCES = ("```", "~~~")
_NO_PROSE = ("> ", "|", "at ", "curl ", "$ ")


def prose(text: str) -> Iterator[str]:
    """Yield the lines of prose in the first `SEARCHED` characters of `text`, cut short where needed, with single spaces."""
    fenced = False
    for line in _without_comments(text[:SEARCHED]):
        plain = " ".join(line[:_LONGEST_LINE].split())
        if plain.startswith(_FENCES):
            fenced = not fenced
            continue
        if fenced or not plain or plain.startswith(_NO_PROSE):
            continue
        if any(sign in plain for sign in _LINK_SIGNS):
            plain = _LINK.sub(r"\1", plain)
        yield plain


def _without_comments(text: str) -> Iterator[str]:
    commented = False
    for line in text.splitlines():
        if commented:
            _, end, line = line.partition("-->")
            commented = not end
        while "<!--" in line:
            before, _, rest = line.partition("<!--")
            _, end, after = rest.partition("-->")
            line, commented = before + after, not end
        yield line
