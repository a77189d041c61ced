"""The judge: who runs when, what counts as passed, and where work goes on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from subjects import Bench

from backend_factory.domain.assignment import Finding
from backend_factory.domain.gate import CheckResult
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.policy import Risk
from backend_factory.errors import InternalError, OperatorError
from backend_factory.gates.acceptance import NEVER
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.judge import all_checks, gate_of, judge, verdict
from backend_factory.gates.subject import Subject
from backend_factory.gates.thresholds import Thresholds

Examine = Callable[[Subject], Awaitable[Examination]]


def check(name: str, examine: Examine, *after: str) -> Check:
    return Check(name, name, (PhaseId.TEST,), examine, after)


def finding(mends: PhaseId = PhaseId.TEST) -> Finding:
    return Finding(check="a", rule="r", message="m", mends=mends)


def result(status: str, *findings: Finding) -> CheckResult:
    return CheckResult(check="a", title="a", status=status, summary="why", findings=findings, duration=timedelta(0))  # type: ignore[arg-type]


async def fine(_: Subject) -> Examination:
    return Examination("fine")


async def wrong(_: Subject) -> Examination:
    return Examination("wrong", (finding(),))


def raising(error: BaseException) -> Examine:
    async def examine(_: Subject) -> Examination:
        raise error

    return examine


def silent(*_: object) -> None:
    """Observes nothing."""


@pytest.fixture
async def subject(bench: Bench) -> Subject:
    return await bench.subject(PhaseId.TEST)


async def test_results_come_in_the_order_of_the_gate_whoever_is_first(subject: Subject) -> None:
    async def slow(_: Subject) -> Examination:
        await asyncio.sleep(0.05)
        return Examination("slow")

    results = await judge(subject, [check("z", slow), check("a", fine), check("m", wrong)], silent)

    assert [(each.check, each.status) for each in results] == [("z", "passed"), ("a", "passed"), ("m", "failed")]


@pytest.mark.parametrize("first", [wrong, raising(Unreadable("gone")), raising(ValueError("broken"))])
async def test_what_comes_after_a_check_that_did_not_pass_is_skipped_as_not_passed(subject: Subject, first: Examine) -> None:
    ran = []

    async def never(_: Subject) -> Examination:
        ran.append(1)
        return Examination("ran")

    gate = [check("third", never, "second"), check("second", never, "first"), check("first", first)]
    results = {each.check: each for each in await judge(subject, gate, silent)}

    assert not ran
    assert results["second"].status == results["third"].status == "unavailable"
    assert results["second"].summary == "not run: first did not pass"


async def test_a_check_waits_for_the_one_that_it_comes_after(subject: Subject) -> None:
    order = []

    def noting(name: str) -> Examine:
        async def examine(_: Subject) -> Examination:
            await asyncio.sleep(0.01)
            order.append(name)
            return Examination(name)

        return examine

    await judge(subject, [check("b", noting("b"), "a"), check("a", noting("a"))], silent)

    assert order == ["a", "b"]


async def test_no_more_checks_run_at_a_time_than_allowed(subject: Subject) -> None:
    now, most = 0, 0

    async def counted(_: Subject) -> Examination:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.01)
        now -= 1
        return Examination("counted")

    two = replace(subject, thresholds=Thresholds(parallel_checks=2))
    await judge(two, [check(str(n), counted) for n in range(9)], silent)

    assert most == 2


async def test_a_check_that_takes_too_long_has_not_passed(subject: Subject) -> None:
    async def endless(_: Subject) -> Examination:
        await asyncio.sleep(60)
        return Examination("never")

    hurried = replace(subject, thresholds=Thresholds(check_seconds=0.05))
    (late,) = await judge(hurried, [check("late", endless)], silent)

    assert (late.status, late.summary) == ("unavailable", "not ended after 0.05 seconds")


@pytest.mark.parametrize(
    "error", [Unreadable("the file is gone"), KeyError("Plan"), TimeoutError("of its own"), RecursionError(), UnicodeError("x")]
)
async def test_a_check_that_breaks_has_not_passed(subject: Subject, error: Exception) -> None:
    (broken,) = await judge(subject, [check("broken", raising(error))], silent)

    assert broken.status == "unavailable"
    assert "not ended" not in broken.summary
    assert verdict(PhaseId.TEST, [broken]).kind == "escalate"


async def test_where_the_machine_is_at_fault_nothing_is_judged(subject: Subject) -> None:
    ended = []

    async def interrupted(_: Subject) -> Examination:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(1)
        return Examination("never")

    with pytest.raises(OperatorError, match="the disk is full"):
        await judge(subject, [check("a", interrupted), check("b", raising(OperatorError("the disk is full")))], silent)

    assert ended


async def test_what_this_machine_cannot_run_is_left_out_and_said_and_alone_passes_no_gate(subject: Subject) -> None:
    cannot = replace(check("a", wrong), missing=lambda _: "no emulator of arm64")

    results = await judge(subject, [cannot, check("b", fine, "a")], silent)

    assert [(each.status, each.summary) for each in results] == [("left-out", "no emulator of arm64"), ("passed", "fine")]
    assert verdict(PhaseId.TEST, results).kind == "passed"
    assert verdict(PhaseId.TEST, results[:1]).kind == "escalate"


RISK = Risk(check="a", reason="a pilot", by="ada")


@pytest.mark.parametrize("fails", [wrong, raising(Unreadable("gone"))])
async def test_a_person_can_answer_for_a_failure_which_stays_one(subject: Subject, fails: Examine) -> None:
    answered = replace(subject, accepted={"a": RISK})

    results = await judge(answered, [check("a", fails), check("b", fine, "a")], silent)

    assert [(each.status == "passed", each.accepted) for each in results] == [(False, RISK), (True, None)]
    assert verdict(PhaseId.TEST, results).kind == "passed"
    assert verdict(PhaseId.TEST, results[:1]).kind == "escalate", "a gate in which nothing passed is no gate"


async def test_an_answer_for_one_check_is_none_for_another(subject: Subject) -> None:
    answered = replace(subject, accepted={"a": RISK})

    results = await judge(answered, [check("a", wrong), check("b", wrong), check("c", fine)], silent)

    said = verdict(PhaseId.TEST, results)
    assert (said.kind, len(said.findings)) == ("rework", 1), "nobody is told what a person answers for"


@pytest.mark.parametrize("name", NEVER)
async def test_some_failures_nobody_can_answer_for_whatever_a_run_says(subject: Subject, name: str) -> None:
    answered = replace(subject, accepted={name: RISK.model_copy(update={"check": name})})

    (result,) = await judge(answered, [check(name, wrong)], silent)

    assert result.accepted is None
    assert verdict(PhaseId.TEST, [result]).kind == "rework"


async def test_a_check_that_passes_needs_nobody_to_answer_for_it(subject: Subject) -> None:
    (result,) = await judge(replace(subject, accepted={"a": RISK}), [check("a", fine)], silent)

    assert result.accepted is None


async def test_nothing_runs_where_a_cheap_check_says_that_it_would_be_pointless(subject: Subject) -> None:
    ran = []

    async def dear(_: Subject) -> Examination:
        ran.append(1)
        return Examination("ran")

    gate = [check("dear", dear), replace(check("cheap", wrong), first=True), replace(check("other", fine), first=True)]
    results = {each.check: each for each in await judge(subject, gate, silent)}

    assert not ran
    assert (results["dear"].status, results["dear"].summary) == ("unavailable", "not run: cheap did not pass")
    assert results["other"].status == "passed", "first checks do not wait for each other"
    assert verdict(PhaseId.TEST, tuple(results.values())).kind == "rework"


async def test_two_checks_with_one_id_are_no_gate(subject: Subject) -> None:
    with pytest.raises(InternalError, match="same id"):
        await judge(subject, [check("a", wrong), check("a", fine)], silent)


async def test_checks_that_wait_for_each_other_are_no_gate(subject: Subject) -> None:
    with pytest.raises(InternalError, match="wait for each other"):
        await judge(subject, [check("a", fine, "b"), check("b", fine, "a")], silent)


async def test_whoever_watches_is_told_of_start_and_end_and_of_what_was_skipped(subject: Subject) -> None:
    seen = []
    gate = [check("a", wrong), check("b", fine, "a")]

    await judge(subject, gate, lambda each, result: seen.append((each.id, result and result.status)))

    assert seen == [("a", None), ("a", "failed"), ("b", "unavailable")]


class Counting:
    """A resource that counts how often it was made and put away."""

    def __init__(self, failing: bool = False) -> None:
        self.made = self.closed = 0
        self._failing = failing

    @asynccontextmanager
    async def make(self) -> AsyncIterator[str]:
        self.made += 1
        await asyncio.sleep(0.01)
        if self._failing:
            raise Unreadable("it cannot be made")
        try:
            yield "stack"
        finally:
            self.closed += 1


async def test_what_checks_share_is_made_once_and_put_away_once(subject: Subject) -> None:
    counting = Counting()

    async def uses(of: Subject) -> Examination:
        return Examination(await of.resources.shared("stack", counting.make))

    results = await judge(subject, [check(str(n), uses) for n in range(4)], silent)

    assert {each.summary for each in results} == {"stack"}
    assert (counting.made, counting.closed) == (1, 1)


async def test_what_cannot_be_made_is_unavailable_to_all_who_share_it(subject: Subject) -> None:
    counting = Counting(failing=True)

    async def uses(of: Subject) -> Examination:
        return Examination(await of.resources.shared("stack", counting.make))

    results = await judge(subject, [check("a", uses), check("b", uses)], silent)

    assert {(each.status, each.summary) for each in results} == {("unavailable", "it cannot be made")}
    assert counting.made == 1


async def test_what_is_shared_may_itself_need_something_shared(subject: Subject) -> None:
    account = Counting()

    async def uses(of: Subject) -> Examination:
        @asynccontextmanager
        async def stack() -> AsyncIterator[str]:
            yield "stack in " + await of.resources.shared("account", account.make)

        return Examination(await of.resources.shared("stack", stack))

    results = await judge(subject, [check("a", uses), check("b", uses)], silent)

    assert {each.summary for each in results} == {"stack in stack"}


@pytest.mark.parametrize("error", [OperatorError("no disk"), ValueError("broken")])
async def test_what_is_shared_is_put_away_whatever_happens(subject: Subject, error: Exception) -> None:
    counting = Counting()

    async def breaks(of: Subject) -> Examination:
        await of.resources.shared("stack", counting.make)
        raise error

    try:
        await judge(subject, [check("a", breaks)], silent)
    except OperatorError:
        assert isinstance(error, OperatorError)

    assert counting.closed == 1


async def test_what_is_shared_is_put_away_when_the_judge_is_interrupted(subject: Subject) -> None:
    counting = Counting()

    async def hangs(of: Subject) -> Examination:
        await of.resources.shared("stack", counting.make)
        await asyncio.sleep(60)
        return Examination("never")

    judging = asyncio.create_task(judge(subject, [check("a", hangs)], silent))
    await asyncio.sleep(0.1)
    judging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await judging

    assert counting.closed == 1


def test_an_empty_gate_is_not_passed() -> None:
    said = verdict(PhaseId.PLAN, [])

    assert (said.kind, said.phase) == ("escalate", PhaseId.PLAN)
    assert "no checks" in said.reason


def test_passed_means_that_every_check_is() -> None:
    assert verdict(PhaseId.PLAN, [result("passed"), result("passed")]).kind == "passed"
    assert verdict(PhaseId.PLAN, [result("passed"), result("unavailable")]).kind == "escalate"
    assert verdict(PhaseId.PLAN, [result("passed"), result("failed", finding(PhaseId.PLAN))]).kind == "rework"


def test_a_check_that_could_not_be_read_and_found_nothing_is_for_a_person() -> None:
    said = verdict(PhaseId.TEST, [result("unavailable")])

    assert (said.kind, said.findings) == ("escalate", ())
    assert "a: why" in said.reason


def test_findings_go_to_the_earliest_phase_that_can_mend_one() -> None:
    found = [result("failed", finding(PhaseId.TEST), finding(PhaseId.IMPLEMENT)), result("failed", finding(PhaseId.VALIDATE))]
    said = verdict(PhaseId.VALIDATE, found)

    assert (said.kind, said.phase) == ("rework", PhaseId.IMPLEMENT)
    assert len(said.findings) == 3


def test_work_is_never_sent_forward() -> None:
    assert verdict(PhaseId.PLAN, [result("failed", finding(PhaseId.COMMIT))]).phase == PhaseId.PLAN


def test_every_check_has_an_id_of_its_own_and_waits_only_for_checks_that_exist() -> None:
    every = all_checks()
    names = [each.id for each in every]

    assert len(set(names)) == len(names)
    assert {needed for each in every for needed in each.after} <= set(names)


@pytest.mark.parametrize("gate", [*PhaseId, "stack"])
async def test_every_gate_can_be_run(subject: Subject, gate: str) -> None:
    """Of sound order, and never empty."""
    checks = gate_of(gate, all_checks())  # type: ignore[arg-type]
    stood_in = [Check(each.id, each.title, each.gates, fine, each.after) for each in checks]

    results = await judge(subject, stood_in, silent)

    assert checks
    assert verdict(PhaseId.COMMIT, results).kind == "passed"
