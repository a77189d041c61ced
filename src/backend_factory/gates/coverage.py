"""Coverage of the changed lines, from a Go cover profile."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"(?P<file>.+):(?P<first>\d+)\.(?P<from>\d+),(?P<last>\d+)\.(?P<to>\d+) (?P<statements>\d+) (?P<count>\d+)")


@dataclass(frozen=True, slots=True)
class Block:
    """A run of statements without a branch."""

    file: str
    """Import path of the package, then the file's name."""
    first: int
    last: int
    covered: bool
    first_column: int = 1
    """In bytes, from 1."""
    last_column: int = 1 << 30


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of some lines ran in the tests."""

    covered: int
    counted: int
    missed: Mapping[str, tuple[int, ...]]
    """Path -> numbers of the lines that did not run."""

    @property
    def percent(self) -> float:
        """0 to 100; 100 where no line counts."""
        return 100.0 * self.covered / self.counted if self.counted else 100.0


def read_profile(path: Path) -> tuple[Block, ...]:
    """The profile's blocks (https://go.dev/doc/build-cover); none when the file is not there. ValueError if it is damaged."""
    if not path.is_file():
        return ()
    return read_blocks(path.read_text(encoding="utf-8"))


def read_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a profile's text. ValueError if it is damaged."""
    mode, *lines = text.split("\n")
    if not mode.startswith("mode: "):
        raise ValueError(f"this is no cover profile: {mode[:100]!r}")
    return tuple(block for block in map(_block, filter(None, lines)) if block)


def _block(line: str) -> Block | None:
    match = _BLOCK.fullmatch(line)
    if match is None:
        raise ValueError(f"not a block of a cover profile: {line[:100]!r}")
    if int(match["statements"]) == 0:
        return None  # an empty function: there is nothing that could run
    covered = int(match["count"]) > 0
    return Block(match["file"], int(match["first"]), int(match["last"]), covered, int(match["from"]), int(match["to"]))


def ran(blocks: Iterable[Block], line: int, column: int) -> bool | None:
    """Whether the statement that starts there ran in any test program; None where no block (of one file) holds it."""
    around: dict[tuple[int, int, int, int], bool] = {}
    for block in blocks:
        if (block.first, block.first_column) <= (line, column) < (block.last, block.last_column):
            place = (block.last - block.first, block.last_column - block.first_column, block.first, block.first_column)
            around[place] = around.get(place, False) or block.covered
    # A function literal's block lies within that of the statement that holds it.
    return around[min(around)] if around else None


def changed_lines(blocks: Iterable[Block], module: str, changed: Mapping[str, frozenset[int]]) -> Coverage:
    """Coverage of the `changed` lines (path in the repository -> line numbers) that hold statements.

    A line that belongs to several blocks, or was measured by several test binaries, counts as run if any of them ran.
    """
    seen: dict[str, dict[int, bool]] = defaultdict(dict)
    for block in blocks:
        path = block.file.removeprefix(f"{module}/")
        for line in changed.get(path, frozenset()).intersection(range(block.first, block.last + 1)):
            seen[path][line] = seen[path].get(line, False) or block.covered
    missed = {path: tuple(sorted(n for n, covered in lines.items() if not covered)) for path, lines in sorted(seen.items())}
    counted = sum(len(lines) for lines in seen.values())
    return Coverage(counted - sum(map(len, missed.values())), counted, {path: lines for path, lines in missed.items() if lines})
