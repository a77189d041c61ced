"""The mutation score of what a run changed, measured once for a gate, and once for the same bytes."""

import hashlib
import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from pydantic import ValidationError

from backend_factory.domain.deliverable import Plan
from backend_factory.gates.go_packages import Package, packages, reaching_tests
from backend_factory.gates.go_syntax import parse
from backend_factory.gates.kept_binaries import kept_binaries
from backend_factory.gates.mutation.copy import build, copied
from backend_factory.gates.mutation.hunt import Hunt
from backend_factory.gates.mutation.mutant import Mutant, Planting
from backend_factory.gates.mutation.operators import plantings
from backend_factory.gates.mutation.score import Score
from backend_factory.gates.mutation.trial import Trials
from backend_factory.gates.subject import Subject
from backend_factory.gates.test_functions import TestFunction, new_tests
from backend_factory.gates.test_programs import programs

_EDITION = 1
"""Counted up when the same code would be measured otherwise."""
_KEPT = 100


async def measured(subject: Subject) -> Score:
    """The gate's score, measured when first asked for. Raises Unreadable."""
    return await subject.resources.shared("mutation", lambda: _shared(subject))


def changed_code(subject: Subject) -> dict[str, frozenset[int]]:
    """Go file that the run wrote, tests aside -> the lines that it wrote."""
    return {
        change.path: change.added_lines
        for change in subject.feature
        if change.path.endswith(".go") and not change.path.endswith("_test.go") and change.status != "D" and change.added
    }


@asynccontextmanager
async def _shared(subject: Subject) -> AsyncIterator[Score]:
    tests = await new_tests(subject)
    place = subject.cache / "mutation" / f"{_key(subject, tests)}.json"
    score = _remembered(place)
    if score is None:
        score = await _measure(subject, tests)
        _remember(place, score)
    yield score


async def _measure(subject: Subject, tests: Sequence[TestFunction]) -> Score:
    every = await packages(subject)
    planted = _planted(subject, every)
    mutated = [package for package in every if any(planted.get(file) for file in package.files)]
    tested = reaching_tests(every, frozenset(package.path for package in mutated))
    if not mutated or not tested:
        return Score(planted=sum(map(len, planted.values())), invalid=0, tried=(), witnesses=())
    copy = copied(subject, planted, mutated)
    with kept_binaries(subject.cache, f"mutants {subject.handed(Plan).layout.module}", subject.scratch) as folder:
        await build(subject, copy, mutated, tested, folder)
        mutants = [planting.mutant for plantings in copy.planted.values() for planting in plantings]
        subject.say(f"{len(mutants)} mutants")
        async with Trials(subject, copy.root, folder, programs(tested, folder)) as trials:
            hunt = Hunt(trials, tested, subject.thresholds.test_timeout_seconds)
            await hunt.look()
            tried = await hunt.kill(_sample(mutants, subject.thresholds.mutants_count))
            witnesses = await hunt.witnesses(tests, mutants)
    return Score(planted=len(mutants), invalid=len(copy.invalid), tried=tried, witnesses=witnesses, unfit=hunt.unfit)


def _planted(subject: Subject, every: Sequence[Package]) -> dict[str, tuple[Planting, ...]]:
    changed = changed_code(subject)
    files = [file for package in every for file in package.files if file in changed]
    return {file: plantings(file, parse((subject.checkout / file).read_bytes()), changed[file]) for file in files}


def _sample(mutants: Sequence[Mutant], most: int) -> list[Mutant]:
    """All, or `most` of them as the hash of each has it: the same ones for the same code."""
    chosen = {mutant.id for mutant in sorted(mutants, key=lambda mutant: mutant.id)[:most]}
    return [mutant for mutant in mutants if mutant.id in chosen]


def _key(subject: Subject, tests: Sequence[TestFunction]) -> str:
    """A hash of all that the score depends on: any file may be read by a test."""
    changed = {file: sorted(lines) for file, lines in changed_code(subject).items()}
    named = sorted((test.folder, test.name) for test in tests)
    told = [_EDITION, subject.go.version, subject.thresholds.mutants_count, changed, named]
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    for folder, names, files in os.walk(subject.checkout):
        names.sort()
        for file in sorted(files):
            path = Path(folder, file)
            content = os.fsencode(path.readlink()) if path.is_symlink() else path.read_bytes()
            digest.update(f"\0{path.relative_to(subject.checkout)}\0{len(content)}\0".encode(errors="replace") + content)
    return digest.hexdigest()


def _remembered(place: Path) -> Score | None:
    try:
        return Score.model_validate_json(place.read_bytes())
    except (OSError, ValidationError):
        return None


def _remember(place: Path, score: Score) -> None:
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_suffix(f".{os.getpid()}")
        draft.write_text(score.model_dump_json(), encoding="utf-8")
        draft.replace(place)
        for old in sorted(place.parent.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)[_KEPT:]:
            old.unlink()
