"""What a test program says about its tests.

It is run with `-test.v=test2json`, which marks its own words with a control character: https://pkg.go.dev/cmd/test2json
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

VERBOSE = "-test.v=test2json"
# The mark can come after something that a test printed without ending the line.
_MARKED = re.compile(
    r"\x16 *(?:=== (?P<begun>RUN|PAUSE|CONT|NAME) *(?P<test>\S*)|"
    r"--- (?P<outcome>PASS|FAIL|SKIP): (?P<name>\S+) \([\d.]+s\))[ \t]*$",
    re.MULTILINE,
)
_ERRORS = dict.fromkeys(map(ord, "\x0e\x0f"))
"""Around what a test complains about."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One program's words."""

    outcomes: Mapping[str, str]
    """Test -> pass, fail or skip; the worst of several. Subtests by their full name."""
    unfinished: frozenset[str]
    """Tests that began and have no result."""
    odd: tuple[str, ...]
    """Tests with more results than beginnings: a test can print what looks like another test's result."""
    said: Mapping[str, str]
    """Test -> what was printed while it was its turn; under the empty name what belongs to none."""
    text: str
    """All of it, without the marks."""


def read_output(printed: str) -> Spoken:
    """Read the standard output of a test program."""
    begun: Counter[str] = Counter()
    ended: Counter[str] = Counter()
    outcomes: dict[str, str] = {}
    odd: list[str] = []
    said: defaultdict[str, str] = defaultdict(str)
    printed = printed.translate(_ERRORS)
    turn, at = "", 0
    for mark in _MARKED.finditer(printed):
        said[turn] += printed[at : mark.start()]
        turn, at = mark["name"] or mark["test"] or "", mark.end()
        if mark["begun"] == "RUN":
            begun[turn] += 1
        elif outcome := mark["outcome"]:
            ended[turn] += 1
            if ended[turn] > begun[turn]:
                odd.append(turn)
            if outcomes.get(turn) != "fail":
                outcomes[turn] = outcome.lower()
        said[turn] += mark[0].lstrip("\x16")
    said[turn] += printed[at:]
    unfinished = frozenset(name for name, count in begun.items() if count > ended[name])
    return Spoken(outcomes, unfinished, tuple(odd), dict(said), printed.replace("\x16", ""))
