"""Differently worded requests through the whole line, each in a new example repository: `make examples`.

    python scripts/examples.py [--only NAME]... [--anew] [--at-once 2] [--json] [--write]

The requests are in examples.toml. What ended as expected before is kept, unless its request changed or --anew is given.
Everything is below .demo/examples: per example the repository, a state folder of its own, the product's report and what it
said meanwhile.
Exit status 1 when an example did not end as expected.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from examples_page import Row, read_row, write_page, written_rows

from backend_factory.settings import Settings

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / ".demo" / "examples"
PAGE = PROJECT / "docs" / "examples.md"
FACTORY = [sys.executable, "-m", "backend_factory.cli"]
MOST_AT_ONCE = 2


@dataclass(frozen=True)
class Example:
    """A request, and how it must end."""

    name: str
    text: str
    family: str = ""
    demand: str | None = None
    """Words of the demand that must be declined by name; None: the request must be delivered."""
    reason: str = "unsupported_demand"
    """Why it must be declined, as the product calls it."""

    @property
    def folder(self) -> Path:
        """Where everything of it is."""
        return FOLDER / self.name

    @property
    def report(self) -> Path:
        """The product's own account of the run."""
        return self.folder / "report.json"


def read_examples(path: Path = PROJECT / "scripts" / "examples.toml") -> list[Example]:
    """All requests of the file."""
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    examples = [Example(**each) for kind in ("delivered", "declined") for each in found[kind]]
    if len({example.name for example in examples}) < len(examples):
        raise SystemExit(f"{path}: a name is there twice")
    return examples


def row(example: Example) -> Row | None:
    """What is known of the example; None where it was not run, or with other words."""
    if not example.report.is_file():
        return None
    told = json.loads(example.report.read_text(encoding="utf-8"))
    if told["requested"]["text"].split() != example.text.split():
        return None
    found = read_row(example.name, example.family, example.text, told)
    return replace(found, as_expected=_as_expected(example, found))


def _as_expected(example: Example, found: Row) -> bool:
    if example.demand is None:
        return found.outcome == "delivered"
    return found.reason == example.reason and example.demand in found.demand


def run(example: Example) -> Row | str:
    """Run it anew, whatever there was; what became of it, or the product's last words where it made no run."""
    shutil.rmtree(example.folder, ignore_errors=True)
    home, repository = example.folder / "home", example.folder / "repository"
    home.mkdir(parents=True)
    cache = Settings().home / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    (home / "cache").symlink_to(cache)
    environment = {**os.environ, "BACKEND_FACTORY_HOME": str(home)}
    with (example.folder / "progress.log").open("w+", encoding="utf-8") as said:

        def product(*arguments: str, text: str = "") -> int:
            command = [*FACTORY, *arguments]
            return subprocess.run(command, input=text, env=environment, stdout=said, stderr=said, encoding="utf-8").returncode

        made = product("init", str(repository)) == 0
        if made:
            product("run", "-", "--repo", str(repository), "--yes", text=example.text)
        if not made or product("report", "--format", "json", "--output", str(example.report)) != 0:
            return _last_words(example.folder / "progress.log")
    return row(example) or "the report is about another request"


def _last_words(log: Path) -> str:
    lines = [line for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("error:")]
    return lines[0] if lines else f"see {log}"


def run_all(examples: list[Example], at_once: int, anew: bool, say: Callable[[str], None]) -> bool:
    """Run what has to be run; whether everything is as expected."""

    def one(example: Example) -> bool:
        before = None if anew else row(example)
        if before and before.as_expected:
            say(f"{example.name}: {before.outcome}, kept")
            return True
        say(f"{example.name}: running, {example.folder / 'progress.log'} tells")
        found = run(example)
        if isinstance(found, str):
            say(f"{example.name}: NOT AS EXPECTED: {found}")
            return False
        say(f"{example.name}: {found.outcome}, {found.seconds:.0f} s{'' if found.as_expected else ': NOT AS EXPECTED'}")
        return found.as_expected

    with ThreadPoolExecutor(max(1, min(at_once, MOST_AT_ONCE))) as pool:
        return all(list(pool.map(one, examples)))


def main() -> int:
    """Exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", metavar="NAME", help="this example; may be given several times")
    parser.add_argument("--anew", action="store_true", help="run also what ended as expected before")
    parser.add_argument("--at-once", type=int, default=1, metavar="N", help=f"how many run side by side, {MOST_AT_ONCE} at most")
    parser.add_argument("--json", action="store_true", help="the table as JSON on standard output")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(PROJECT)}")
    wanted = parser.parse_args()
    examples = read_examples()
    unknown = set(wanted.only or ()) - {example.name for example in examples}
    if unknown:
        parser.error(f"no example is called {', '.join(sorted(unknown))}")
    chosen = [example for example in examples if not wanted.only or example.name in wanted.only]
    good = run_all(chosen, wanted.at_once, wanted.anew, lambda line: print(line, file=sys.stderr, flush=True))
    rows = [found for example in chosen if (found := row(example))]
    print(json.dumps([each.told() for each in rows], indent=2) if wanted.json else written_rows(rows))
    if wanted.write:
        PAGE.write_text(write_page([(example.name, row(example)) for example in examples]), encoding="utf-8")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
