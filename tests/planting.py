"""Planted faults and correct variants: how tests mark them, and how each is held to its check, and to it alone.

While a marked test runs, every check that it does not name is blind: what it names must do, without help. `pytest --spoilt all
-m "fault or variant"` turns the tables: what a fault names is blind too, what a variant names complains about everything, and
a test that still passes proves nothing. It is reported as failed.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.judge import all_checks
from backend_factory.gates.subject import Subject
from backend_factory.gates.table import Planted

Row = tuple[Any, ...]


def faults(check: str, rows: Mapping[str, Row] | Iterable[Row], what: str = "{0}") -> list[Any]:
    """Parameters that each plant a fault which `check` must find; `what` tells it, from the row unless the keys do."""
    return _marked(pytest.mark.fault, check, rows, what)


def variants(check: str, rows: Mapping[str, Row] | Iterable[Row], what: str = "{0}") -> list[Any]:
    """Parameters that are each another way to be right, for `check`."""
    return _marked(pytest.mark.variant, check, rows, what)


def _marked(mark: Any, check: str, rows: Mapping[str, Row] | Iterable[Row], what: str) -> list[Any]:
    if isinstance(rows, Mapping):
        return [pytest.param(*row, marks=mark(check, text)) for text, row in rows.items()]
    return [pytest.param(*row, marks=mark(check, what.format(*row))) for row in rows]


def planted(items: Iterable[pytest.Item]) -> list[Planted]:
    """What the markers of collected tests say, each once."""
    found = {Planted(mark.name, *mark.args) for item in items for mark in _marks(item)}  # type: ignore[arg-type]
    return sorted(found)


def _marks(item: pytest.Item) -> list[pytest.Mark]:
    return [mark for mark in item.iter_markers() if mark.name in ("fault", "variant")]


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "break the checks that marked tests name, and want those to fail: the first row of each test, or all"
    parser.addoption("--spoilt", choices=("first", "all"), help=told)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--spoilt") != "first":
        return
    # The rows of one test differ in what they plant, not in what they assert.
    rows = {
        (item.nodeid.partition("[")[0], *sorted(str(mark.args[0]) for mark in _marks(item))): item for item in reversed(items)
    }
    first = {*rows.values()}
    config.hook.pytest_deselected(items=[item for item in items if item not in first])
    items[:] = [item for item in items if item in first]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Any:
    marks = _marks(item)
    if not marks:
        return (yield)
    if not item.config.getoption("--spoilt"):
        with _spoiling({}, kept={str(mark.args[0]) for mark in marks}):
            return (yield)
    try:
        with _spoiling({str(mark.args[0]): mark.name for mark in marks}, kept=set()):
            yield
    except pytest.skip.Exception:
        raise
    except (Exception, pytest.fail.Exception):  # noqa: BLE001 - however it fails, it did not pass
        return None
    pytest.fail(f"{item.name} passes although {marks[0].args[0]} is broken: it does not ask `judge` for that check's findings")


@contextmanager
def _spoiling(broken: Mapping[str, str], kept: set[str]) -> Iterator[None]:
    """Every check blind but those `kept`; of the `broken` ones, those that a variant names complain about everything."""
    every = {check.id: check for check in all_checks()}
    if unknown := ({*broken} | kept) - {*every}:
        pytest.fail(f"there is no check called {', '.join(sorted(unknown))}")
    whole = [(check, check.examine) for name, check in every.items() if name not in kept]
    for check, _ in whole:
        _set(check, _complaining if broken.get(check.id) == "variant" else _blind)
    try:
        yield
    finally:
        for check, examine in whole:
            _set(check, examine)


def _set(check: Check, examine: Any) -> None:
    object.__setattr__(check, "examine", examine)


async def _blind(_: Subject) -> Examination:
    return Examination("saw nothing")


async def _complaining(subject: Subject) -> Examination:
    finding = Finding(check="spoilt", rule="spoilt", message="it is never right", mends=PhaseId.SUMMARIZE)
    return Examination("never content", findings=(finding,))
