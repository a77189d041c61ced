"""What `go vet -json` prints, read: complaints of the tools, and what the code says about itself."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from backend_factory.gates.check import Unreadable


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """One thing that an analyzer reported."""

    file: str
    """Path in the checkout."""
    line: int
    analyzer: str
    """SA4006, gosec, ignored_errors, printf"""
    rule: str
    """The analyzer, or what it divides itself into: G115"""
    message: str


def read_complaints(printed: str, below: Callable[[str], str]) -> tuple[Complaint, ...]:
    """Each complaint once, by file and line; `below` turns a printed path into one in the checkout.

    Raises Unreadable where it is not the output of `go vet -json`, or an analyzer failed.
    """
    return tuple(sorted({complaint for unit in _units(printed) for complaint in _of(unit, below)}))


def _units(printed: str) -> Iterator[Mapping[str, Any]]:
    decoder, rest = json.JSONDecoder(), printed.lstrip()
    while rest:
        try:
            unit, end = decoder.raw_decode(rest)
        except (json.JSONDecodeError, RecursionError) as error:
            raise Unreadable(f"go vet printed something else than JSON: {rest[:200]}") from error
        yield unit
        rest = rest[end:].lstrip()


def _of(unit: Mapping[str, Any], below: Callable[[str], str]) -> Iterator[Complaint]:
    for package, analyzers in unit.items():
        for analyzer, found in analyzers.items():
            if not isinstance(found, list):
                raise Unreadable(f"{analyzer} failed on {package}: {str(found)[:300]}")
            for each in found:
                path, line, _ = each["posn"].rsplit(":", 2)
                yield Complaint(below(path), int(line), analyzer, each.get("category") or analyzer, each["message"])
