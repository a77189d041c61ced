"""Tool output as plain text: nothing in it can move a cursor, set a title or hide a line."""

import re

_ESCAPE = re.compile(
    r"""
    (?: \x1b\] | \x9d ) [^\x07\x1b\x9c]* (?: \x07 | \x1b\\ | \x9c )?      # OSC: titles, links, clipboard
    | (?: \x1b[PX^_] | [\x90\x98\x9e\x9f] ) [^\x1b\x9c]* (?: \x1b\\ | \x9c )?  # DCS, SOS, PM, APC
    | (?: \x1b\[ | \x9b ) [0-?]* [ -/]* [@-~]?                            # CSI: colours, cursor
    | \x1b [ -/]* [0-~]?                                                  # everything shorter
    """,
    re.VERBOSE,
)
# Bidirectional overrides make a line read as something it is not (CVE-2021-42574).
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """`text` without escape sequences and control characters; tabs and line ends stay, CRLF becomes LF."""
    whole = text.encode("utf-8", "replace").decode("utf-8")  # half of a surrogate pair can be recorded nowhere
    return _CONTROL.sub("", _ESCAPE.sub("", whole).replace("\r\n", "\n"))
