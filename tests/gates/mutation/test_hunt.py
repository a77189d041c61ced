"""What is made of the runs of a test program: merit only where the mutant was come to, and doubt tried again."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from backend_factory.gates.check import Unreadable
from backend_factory.gates.go_packages import Package
from backend_factory.gates.mutation.hunt import Hunt
from backend_factory.gates.mutation.mutant import Mutant
from backend_factory.gates.mutation.trial import Ran, read
from backend_factory.gates.test_functions import TestFunction
from backend_factory.workspace.process import Completed

PACKAGE = Package("m/p", "p", "p", ("p/a.go",), ("p/a_test.go",), frozenset(), frozenset())
MUTANT = Mutant(id="abc", file="p/a.go", line=3, operator="negate", change="x")


def ran(*failed: str, reached: str = "abc", status: int | None = None, late: bool = False) -> Ran:
    lines = "".join(
        f"\x16=== RUN   {name}\n\x16--- {'FAIL' if name in failed else 'PASS'}: {name} (0.00s)\n" for name in ("TestA", "TestB")
    )
    code = status if status is not None else int(bool(failed))
    done = Completed(("p.test",), None if late else code, lines, "", timedelta(seconds=0.01), timed_out=late)
    return read(done, frozenset(filter(None, [reached])))


class Scripted:
    """Test programs whose runs are told beforehand: without a mutant all is well."""

    def __init__(self, *with_mutant: Ran, clean: Ran | None = None) -> None:
        self.answers, self.clean, self.within = list(with_mutant), clean or ran(), list[timedelta]()

    async def run(
        self, package: Package, within: timedelta, *, mutant: str, tests: Sequence[str] = (), options: Sequence[str] = ()
    ) -> Ran:
        if mutant != MUTANT.id:
            return self.clean
        self.within.append(within)
        return self.answers.pop(0)


async def fate(trials: Scripted) -> str:
    hunt = Hunt(trials, [PACKAGE], 60)  # type: ignore[arg-type]
    await hunt.look()
    (tried,) = await hunt.kill([MUTANT])
    return tried.fate


@pytest.mark.parametrize(
    ("runs", "wanted"),
    [
        ([ran("TestA")], "killed"),
        ([ran()], "survived"),
        ([ran("TestA", reached="")], "survived"),
        ([ran(late=True), ran(late=True)], "late"),
        ([ran(late=True), ran()], "survived"),
        ([ran(status=-9), ran()], "survived"),
        ([ran(status=-9), ran("TestA")], "killed"),
        ([ran(status=2)], "killed"),
    ],
)
async def test_a_mutant_is_noticed_only_by_a_run_that_came_to_it_and_failed_for_sure(runs: list[Ran], wanted: str) -> None:
    trials = Scripted(*runs)

    assert await fate(trials) == wanted
    assert not trials.answers


async def test_a_late_run_gets_more_time_before_it_is_believed() -> None:
    trials = Scripted(ran(late=True), ran())
    await fate(trials)

    first, second = trials.within
    assert second >= 4 * first


async def test_a_mutant_that_no_test_comes_to_is_not_run() -> None:
    assert await fate(Scripted(clean=ran(reached=""))) == "unreached"


async def test_where_no_test_passes_without_a_mutant_nothing_is_known() -> None:
    with pytest.raises(Unreadable, match="no test passes"):
        await fate(Scripted(clean=ran("TestA", "TestB")))


async def test_a_test_that_noticed_nothing_is_tried_alone() -> None:
    trials = Scripted(ran("TestA"), ran())
    hunt = Hunt(trials, [PACKAGE], 60)  # type: ignore[arg-type]
    await hunt.look()
    await hunt.kill([MUTANT])
    tests = [TestFunction("p", name, "p/a_test.go", 1, "") for name in ("TestA", "TestB")]

    first, second = await hunt.witnesses(tests, [MUTANT])

    assert (first.killed, second.killed, second.reached) == ("abc", "", 1)
    assert trials.answers == []


def test_what_a_test_prints_is_no_result_and_what_never_ended_failed() -> None:
    done = Completed(
        ("p.test",),
        2,
        "\x16=== RUN   TestA\n--- PASS: TestA (0.00s)\nTestX\n\x16=== RUN   TestB\n\x16--- PASS: TestB (0.00s)\n",
        "",
        timedelta(0),
    )

    assert (read(done, frozenset()).passed, read(done, frozenset()).failed) == ({"TestB"}, {"TestA"})
