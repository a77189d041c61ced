"""The one place where text from outside becomes a request."""

import re
import unicodedata

from backend_factory.errors import AskerError

LONGEST_REQUEST = 64 * 1024
"""Bytes of UTF-8; enough for the longest real ticket, small enough to be read whole by every phase."""

LONGEST_TICKET = 64
"""Characters of a ticket's id."""

_WANTED = {"request": "the backend should do", "remark": "should change"}
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_KEPT = frozenset("\n\t\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2")
# The Arabic and Syriac signs above are "format characters" by category, yet they are printed.
_JOINERS = frozenset("\u200c\u200d")
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_SMUGGLERS = re.compile("[\ufe00-\ufe0d\U000e0100-\U000e01ef]")
# Runs of variation selectors can carry a hidden text; only the two that choose between text and emoji style are kept.
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
_PICTURES = frozenset({"So", "Sk", "Mn"})
_LETTERS = frozenset({"Lo", "Mn", "Mc"})
_UNUSUAL = re.compile(r"[^\n\x20-\x7e]")


def read_request(raw: bytes | str, what: str = "request") -> str:
    """Return `raw` as request text: NFC, "\\n" line ends, nothing invisible, no blank edges.

    Kept: every visible character of every script, emoji with their joiners and variation selectors, line breaks and tabs.
    Removed: control, private-use and unassigned characters, a byte order mark, bidirectional overrides (Unicode TR 36,
    CVE-2021-42574), zero-width characters outside joined emoji and scripts written with them, invisible fillers, and
    variation selectors other than the two for text and emoji style.
    Raises `AskerError` when the text is blank, longer than `LONGEST_REQUEST` bytes, not UTF-8, or binary (a NUL in it);
    `what` is what it calls the text.
    """
    text = _decode(raw, what)
    if not text.strip():
        raise AskerError(f"The {what} is empty.", hint=f"Say in a sentence what {_WANTED.get(what, 'is meant')}.")
    visible = _visible(unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text)))
    # Removing a character can bring a letter and its accent together, so the normal form is taken again.
    request = unicodedata.normalize("NFC", visible).strip()
    if not request:
        raise AskerError(
            f"The {what} holds nothing but control or invisible characters.",
            hint=f"Type the {what} as plain text and try again.",
        )
    return request


def read_ticket(raw: str | None) -> str | None:
    """Return `raw` as a ticket's id, without blank edges; None where there is none.

    Raises `AskerError` when it is blank, longer than `LONGEST_TICKET` characters, or holds what cannot be printed on one line.
    """
    if raw is None:
        return None
    ticket = raw.strip()
    if not ticket or len(ticket) > LONGEST_TICKET or not ticket.isprintable():
        raise AskerError(
            f"{shortened(ticket)!r} is not the id of a ticket.",
            hint=f"Give one as in CHAR-123, at most {LONGEST_TICKET} characters on one line, or leave it out.",
        )
    return ticket


def shortened(text: str) -> str:
    """As much of a stranger's text as an error message has room for."""
    return text if len(text) <= LONGEST_TICKET else text[:LONGEST_TICKET] + "..."


def _decode(raw: bytes | str, what: str) -> str:
    # Lone surrogates cannot be written as UTF-8; as a str they come from undecodable command-line bytes.
    size_checked = raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")
    if len(size_checked) > LONGEST_REQUEST:
        raise AskerError(
            f"The {what} is too long: at most {LONGEST_REQUEST:,} bytes are read.",
            hint="Shorten it to what should be built, and put attachments in the ticket.",
        )
    if b"\0" in size_checked:
        raise AskerError(
            f"The {what} is binary: it holds a NUL byte.",
            hint=f"Give the {what} as plain UTF-8 text, not as a document file or an archive.",
        )
    try:
        return size_checked.decode("utf-8")
    except UnicodeDecodeError as error:
        raise AskerError(
            f"The {what} is not UTF-8 text (byte {error.start}).",
            hint="Save it as UTF-8, for example: iconv -f WINDOWS-1252 -t UTF-8 FILE",
        ) from error


def _visible(text: str) -> str:
    if not _UNUSUAL.search(text):
        return text
    return "".join(char for at, char in enumerate(text) if _is_kept(text, at, char))


def _is_kept(text: str, at: int, char: str) -> bool:
    if char in _KEPT:
        return True
    if char in _JOINERS:
        return _joins(text[at - 1 : at], text[at + 1 : at + 2])
    if char in _FILLERS or _SMUGGLERS.match(char):
        return False
    return unicodedata.category(char) not in _DROPPED_CATEGORIES


def _joins(before: str, after: str) -> bool:
    """A joiner has work to do between two pictures, or between letters of a script that is written with joiners."""
    if not before or not after:
        return False
    left, right = unicodedata.category(before), unicodedata.category(after)
    if right == "So":
        return left in _PICTURES
    return min(before, after) > "\u0590" and left in _LETTERS and right in _LETTERS
