"""The manager's policy as one table: a situation, told as events, and the action that follows from it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from backend_factory.domain.action import Action, Ask, Deliver, Finish, Judge, Perform, Prepare, WaitUntil
from backend_factory.domain.assignment import Blocked, Limits, Paused, Survey
from backend_factory.domain.budget import Budget, Budgets, Reached
from backend_factory.domain.event import (
    Answered,
    Asked,
    CancelRequested,
    Event,
    Finished,
    PhaseBlocked,
    PhaseDelivered,
    PhaseJudged,
    PhasePaused,
    Prepared,
    Spent,
    StepDelivered,
    StepFailed,
)
from backend_factory.domain.gate import Verdict
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.policy import Approval, Policy
from backend_factory.domain.run import Run, rebuild
from backend_factory.domain.usage import Usage
from backend_factory.testing.gate import escalate, rework
from backend_factory.testing.tiny import TINY
from backend_factory.testing.wiring import request
from backend_factory.workflow.manager import decide
from backend_factory.workflow.phases import PHASES

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
S, P, I, T, V, C = PhaseId  # noqa: E741 - the six, in a table

PREPARED = Prepared(at=NOW, worktree="/w", survey=Survey())
GO_ON = Answered(at=NOW, answer="go_on", by="ada")
SEND_BACK = Answered(at=NOW, answer="send_back", remark="more", by="ada")
STOP = Answered(at=NOW, answer="stop", by="ada")
CANCEL = CancelRequested(at=NOW, by="ada")


def delivered(phase: PhaseId, attempt: int = 1, seconds: float = 1.0) -> list[Event]:
    commit = f"{phase.number}{attempt}" if PHASES[phase].writes else ""
    return [
        PhaseDelivered(at=NOW, phase=phase, attempt=attempt, runner="r", deliverable=TINY[phase], commit=commit, seconds=seconds)
    ]


def judged(phase: PhaseId, verdict: Verdict | None = None, attempt: int = 1) -> list[Event]:
    verdict = verdict or Verdict(kind="passed", phase=phase)
    return [
        *delivered(phase, attempt),
        PhaseJudged(at=NOW, phase=phase, attempt=attempt, checks=(), verdict=verdict, seconds=1.0),
    ]


def passed(*phases: PhaseId) -> list[Event]:
    return [event for phase in phases for event in judged(phase)]


def asked(phase: PhaseId = S, about: str = "checkpoint", demand: str = "") -> Event:
    return Asked.model_validate({"at": NOW, "about": about, "phase": phase, "question": "?", "demand": demand})


def blocked(phase: PhaseId) -> Event:
    why = Blocked(reason="ambiguous", demand="with pigeons", needed="a carrier", tried=("looked",), question="Leave it out?")
    return PhaseBlocked(at=NOW, phase=phase, attempt=1, runner="r", blocked=why)


def step(name: str) -> Event:
    return StepDelivered(at=NOW, step=name, receipt={"it": "is there"})


def paused(until: datetime) -> Event:
    return PhasePaused(at=NOW, phase=S, attempt=1, paused=Paused(until=until, reason="quota"))


def paid(phase: PhaseId, *costs: str | None, attempt: int = 1) -> list[Event]:
    return [
        Spent(at=NOW, phase=phase, attempt=attempt, turn=turn, runner="r", time=timedelta(0),
              usage=Usage(model="m", input_tokens=10, cost_usd=None if cost is None else Decimal(cost)))
        for turn, cost in enumerate(costs, 1)
    ]  # fmt: skip


def raised(money: str, by: str = "ada") -> list[Event]:
    question = {"at": NOW, "about": "escalation", "phase": S, "question": "?", "limit": OUT_OF_MONEY}
    limits = BUDGETS.with_limits("run", Budget(money=Decimal(money)))
    return [Asked.model_validate(question), Answered(at=NOW, answer="go_on", by=by, raised=limits)]


OUT_OF_MONEY = Reached(scope="run", quantity="money")
BUDGETS = Budgets(run=Budget(money=Decimal("0.50")), phase=Budget(), attempt=Budget(money=Decimal("0.30")))
LATER, BEFORE = NOW + timedelta(hours=1), NOW - timedelta(hours=1)
ALL = passed(*PhaseId)
LIMITS = Limits(attempts=2, reworks=3, wall_clock=timedelta(minutes=10), budgets=BUDGETS)
TWICE = [*judged(S, rework(S, "a")), *judged(S, rework(S, "b"), 2)]
AT_LAST = [*judged(S, rework(S, "a")), *judged(S, attempt=2)]
SAME = [*judged(S, rework(S, "a")), *judged(S, rework(S, "a"), 2)]
GRANTED = [asked(about="escalation"), GO_ON]
USED_UP = [*judged(S, rework(S, "c"), 3), *judged(S, rework(S, "d"), 4)]
MENDED_EARLIER = [*passed(S, P, I), *judged(T, rework(T, "a", mends=I)), *judged(I, attempt=2)]
LEFT_OUT = [blocked(S), asked(about="escalation", demand="with pigeons"), GO_ON]
FAILED = StepFailed(at=NOW, step="branch", reason="base moved")

TABLE: list[tuple[str, list[Event], Action | None]] = [
    ("a new run", [], Prepare()),
    ("prepared", [PREPARED], Perform(S, 1)),
    ("delivered by a phase that writes nothing", [PREPARED, *delivered(S)], Judge(S, 1)),
    ("delivered by a phase that writes", [PREPARED, *passed(S), *delivered(P)], Judge(P, 1)),
    ("passed", [PREPARED, *passed(S)], Perform(P, 1)),
    ("sent back to itself", [PREPARED, *judged(S, rework(S, "a"))], Perform(S, 2)),
    ("sent back to an earlier phase", [PREPARED, *passed(S, P, I), *judged(T, rework(T, "a", mends=I))], Perform(I, 2)),
    ("sent back, mended, and on", [PREPARED, *MENDED_EARLIER], Perform(T, 2)),
    ("a gate that wants a person", [PREPARED, *judged(S, escalate(S, "no disk"))], Ask("escalation", S, "no disk")),
    ("the same findings twice", [PREPARED, *SAME], Ask("escalation", S, "the same findings came twice in a row")),
    ("attempts used up", [PREPARED, *TWICE], Ask("escalation", S, "2 attempts")),
    ("attempts granted again", [PREPARED, *TWICE, *GRANTED], Perform(S, 3)),
    ("granted attempts used up", [PREPARED, *TWICE, *GRANTED, *USED_UP], Ask("escalation", S, "4 attempts")),
    ("wall clock used up", [PREPARED, *delivered(S, seconds=600.0)], Ask("escalation", S, "10 minutes of work")),
    ("wall clock granted again", [PREPARED, *delivered(S, seconds=600.0), *GRANTED], Judge(S, 1)),
    ("blocked", [PREPARED, blocked(S)], Ask("escalation", S, "Leave it out?", ("looked",), "a carrier", "with pigeons")),
    ("blocked, and the demand left out", [PREPARED, *LEFT_OUT], Perform(S, 1)),
    ("a turn is paid for", [PREPARED, *paid(S, "0.29")], Perform(S, 1)),
    ("the attempt's money is spent", [PREPARED, *paid(S, "0.30")], Ask("escalation", S, "Raise it to how much?")),
    ("the next attempt's is not", [PREPARED, *paid(S, "0.29"), *judged(S, rework(S, "a"))], Perform(S, 2)),
    ("the run's money is spent", [PREPARED, *paid(S, "0.29"), *passed(S), *paid(P, "0.21")], Ask("escalation", P, "$0.50")),
    ("the money is spent and the work is done", [PREPARED, *paid(S, "0.30"), *delivered(S)], Ask("escalation", S, "$0.30")),
    ("the money is spent and all is accepted", [PREPARED, *passed(S, P, I, T, V), *paid(C, "9"), *passed(C)], Deliver("branch")),
    ("a price is not known", [PREPARED, *paid(S, None)], Ask("escalation", S, "price is not known")),
    ("a limit is raised", [PREPARED, *passed(S), *paid(P, "0.25", "0.04"), *paid(I, "0.21"), *raised("1")], Perform(P, 1)),
    ("the raised one is spent", [PREPARED, *passed(S), *paid(I, "0.5"), *raised("1"), *paid(T, "2")], Ask("escalation", P, "$1")),
    ("a limit is raised by nothing", [PREPARED, *paid(I, "0.50"), *raised("0.5")], Ask("escalation", S, "Raise it to how much?")),
    ("cancelled when the money is spent", [PREPARED, *paid(S, "9"), CANCEL], Finish("cancelled", "cancelled by ada")),
    ("a quota is used up", [PREPARED, paused(LATER)], WaitUntil(LATER)),
    ("the quota is back", [PREPARED, paused(BEFORE)], Perform(S, 1)),
    ("a question is open", [PREPARED, *passed(S), asked()], None),
    ("the question is answered", [PREPARED, *passed(S), asked(), GO_ON], Perform(P, 1)),
    ("sent back by a person", [PREPARED, *passed(S), asked(), SEND_BACK], Perform(S, 2)),
    ("sent back by a person after the last attempt", [PREPARED, *AT_LAST, asked(), SEND_BACK], Perform(S, 3)),
    ("all six accepted", [PREPARED, *ALL], Deliver("branch")),
    ("branch published", [PREPARED, *ALL, step("branch")], Deliver("stack")),
    ("stack deployed", [PREPARED, *ALL, step("branch"), step("stack")], Deliver("pull_request")),
    ("everything delivered", [PREPARED, *ALL, step("branch"), step("stack"), step("pull_request")], Finish("delivered")),
    ("a step failed", [PREPARED, *ALL, FAILED], Ask("escalation", C, "base moved")),
    ("a step failed, and is tried again", [PREPARED, *ALL, FAILED, *GRANTED], Deliver("branch")),
    ("stopped at a question", [PREPARED, *passed(S), asked(), STOP], Finish("stopped", "stopped by ada")),
    ("cancelled before anything", [CANCEL], Finish("cancelled", "cancelled by ada")),
    ("cancelled in the middle", [PREPARED, *passed(S), *delivered(P), CANCEL], Finish("cancelled", "cancelled by ada")),
    ("cancelled while blocked", [PREPARED, blocked(S), CANCEL], Finish("cancelled", "cancelled by ada")),
    ("cancelled at a question", [PREPARED, *passed(S), asked(), CANCEL], Finish("cancelled", "cancelled by ada")),
    ("cancelled while paused", [PREPARED, paused(LATER), CANCEL], Finish("cancelled", "cancelled by ada")),
    ("cancelled during delivery", [PREPARED, *ALL, step("branch"), CANCEL], Finish("cancelled", "cancelled by ada")),
    ("finished", [PREPARED, *ALL, Finished(at=NOW, outcome="delivered")], None),
]  # fmt: skip


def run_of(events: list[Event], *, unattended: bool = True) -> Run:
    return rebuild("r1", (request(unattended=unattended, limits=LIMITS), *events))


@pytest.mark.parametrize(("events", "action"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_manager_decides(events: list[Event], action: Action | None) -> None:
    decided = decide(run_of(events), NOW)
    if isinstance(action, Ask) and isinstance(decided, Ask):
        # Of a question, the table gives what it must say.
        assert action.question in decided.question
        assert (decided.about, decided.phase) == (action.about, action.phase)
        assert not action.tried or decided == action
    else:
        assert decided == action


ASKED = [
    (S, "Ready to assign Solution Architect for technical planning?"),
    (P, "Ready to assign Senior Backend Developer for implementation?"),
    (I, "Ready to assign Test Engineer for testing?"),
    (T, "Ready to assign QA Engineer for validation of the deployed feature?"),
    (V, "Ready to assign DevOps Engineer for release and deployment?"),
    (C, "Ready to deploy the stack and open the pull request?"),
]


@pytest.mark.parametrize(("accepted", "question"), ASKED)
def test_after_each_accepted_phase_a_person_is_asked_unless_the_run_is_unattended(accepted: PhaseId, question: str) -> None:
    so_far = [PREPARED, *passed(*(p for p in PhaseId if p.number <= accepted.number))]
    assert decide(run_of(so_far, unattended=False), NOW) == Ask("checkpoint", accepted, question)
    assert not isinstance(decide(run_of(so_far), NOW), Ask)


APPROVAL = Policy(approval=Approval(deploy=("grace",)))


def test_the_last_checkpoint_of_an_unattended_run_waits_where_the_repository_names_who_may_deploy() -> None:
    asked = request(limits=LIMITS).model_copy(update={"policy": APPROVAL})
    before = rebuild("r1", (asked, PREPARED, *passed(S, P, I, T, V)))
    done = rebuild("r1", (asked, PREPARED, *ALL))

    assert decide(before, NOW) == Perform(C, 1)
    assert decide(done, NOW) == Ask("checkpoint", C, "Ready to deploy the stack and open the pull request?")


def test_a_run_that_took_too_long_but_has_delivered_everything_is_finished_without_a_question() -> None:
    slow = StepDelivered(at=NOW, step="pull_request", receipt={"number": "1"}, seconds=3600.0)
    assert decide(run_of([PREPARED, *ALL, step("branch"), step("stack"), slow]), NOW) == Finish("delivered")


def test_sending_work_back_too_often_ends_in_a_question_even_if_every_phase_has_attempts_left() -> None:
    back = [event for n in (1, 2) for event in [*judged(S, attempt=n), *judged(P, rework(P, str(n), mends=S), n)]]
    limits = Limits(attempts=9, reworks=2)
    run = rebuild("r1", (request(limits=limits), PREPARED, *back))
    decided = decide(run, NOW)
    assert isinstance(decided, Ask)
    assert "work was sent back 2 times" in decided.question
    assert "scripted: 2" in decided.tried


def test_a_question_says_what_was_tried_and_found() -> None:
    decided = decide(run_of([PREPARED, *TWICE]), NOW)
    assert isinstance(decided, Ask)
    assert decided.tried == ("Business Analyst: 2 attempts", "scripted: b")
    assert decided.needed


def test_the_question_about_a_limit_names_it_and_says_what_was_spent_on_what() -> None:
    spent = [*paid(S, "0.12", None), *passed(S), *paid(P, "0.29")]
    limits = BUDGETS.with_limits("run", Budget(money=Decimal("0.40"), tokens=900))
    run = rebuild("r1", (request(limits=Limits(budgets=limits)), PREPARED, *spent))
    assert decide(run, NOW) == Ask(
        "escalation",
        P,
        "The limit of $0.40 for the run is used up: $0.41 and 1 turn of unknown price. Raise it to how much?",
        (
            "Business Analyst, m: $0.12 and 1 turn of unknown price, 20 tokens, 2 turns",
            "Solution Architect, m: $0.29, 10 tokens, 1 turn",
        ),
        "a higher limit; the same attempt then goes on",
        limit=OUT_OF_MONEY,
    )


def test_a_raised_limit_grants_no_attempts() -> None:
    used_up = [PREPARED, *judged(S, rework(S, "a")), *paid(S, "0.50", attempt=2), *raised("9"), *judged(S, rework(S, "b"), 2)]
    decided = decide(run_of(used_up), NOW)
    assert isinstance(decided, Ask)
    assert "2 attempts" in decided.question


def test_every_phase_is_decided_in_the_same_way() -> None:
    walk: list[Event] = [PREPARED]
    tell: Callable[[], Action | None] = lambda: decide(run_of(walk), NOW)  # noqa: E731 - read as a sentence below
    for phase in PhaseId:
        assert tell() == Perform(phase, 1)
        walk += delivered(phase)
        assert tell() == Judge(phase, 1)
        walk += judged(phase)[-1:]
    assert tell() == Deliver("branch")
