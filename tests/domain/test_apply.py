"""A run is what its events made it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from pydantic import TypeAdapter

from backend_factory.domain.assignment import Blocked, Finding, Limits
from backend_factory.domain.event import (
    Answered,
    Asked,
    CancelRequested,
    Event,
    Finished,
    PhaseBlocked,
    PhaseDelivered,
    PhaseJudged,
    StepDelivered,
    StepFailed,
)
from backend_factory.domain.gate import Verdict
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.policy import Policy, Risk
from backend_factory.domain.run import Run, apply, begin, rebuild, summarize
from backend_factory.testing.story import Story, delivered_run, to_delivery
from backend_factory.testing.tiny import TINY
from backend_factory.testing.wiring import request

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
S, P, I, T, V, C = PhaseId  # noqa: E741 - the six


def run_of(story: Story) -> Run:
    return rebuild("r1", tuple(story.events))


def judged(phase: PhaseId, kind: str, *messages: str, mends: PhaseId | None = None, attempt: int = 1) -> PhaseJudged:
    to = mends or phase
    findings = tuple(Finding(check="c", rule="r", message=each, mends=to) for each in messages)
    verdict = Verdict.model_validate({"kind": kind, "phase": to, "findings": findings, "reason": "why"})
    return PhaseJudged(at=NOW, phase=phase, attempt=attempt, checks=(), verdict=verdict, seconds=1.0)


def test_rework_of_an_earlier_phase_takes_back_what_it_and_later_phases_delivered() -> None:
    run = run_of(to_delivery(Story().requested(), S, P, I, T).delivered(V))
    before = run.commits
    run = apply(run, judged(V, "rework", "wrong answer", mends=I))
    assert (run.phase, run.stage, run.attempt) == (I, "pending", 2)
    assert set(run.deliverables) == {S, P}
    assert run.commits == {P: before[P]}
    assert run.head == before[P]
    assert [f.message for f in run.findings] == ["wrong answer"]


def test_findings_are_forgotten_once_a_gate_passes_but_what_a_gate_found_is_kept_until_that_gate_passes() -> None:
    run = run_of(to_delivery(Story().requested(), S, P, I).delivered(T))
    run = apply(run, judged(T, "rework", "x", mends=I))
    run = apply(run, judged(I, "passed", attempt=2))
    assert run.findings == ()
    assert set(run.failures) == {T}
    again = apply(run, judged(T, "rework", "x", mends=I, attempt=2))
    assert again.repeats
    other = apply(run, judged(T, "rework", "y", mends=I, attempt=2))
    assert not other.repeats


def test_only_the_same_findings_count_as_repeated_whatever_their_order() -> None:
    run = run_of(Story().requested().delivered(S))
    run = apply(run, judged(S, "rework", "a", "b"))
    assert not run.repeats
    assert apply(run, judged(S, "rework", "b", "a", attempt=2)).repeats
    assert not apply(run, judged(S, "rework", "a", attempt=2)).repeats


def test_every_verdict_that_is_no_pass_counts_as_rework_and_uses_up_an_attempt() -> None:
    run = run_of(Story().requested().delivered(S))
    run = apply(run, judged(S, "escalate"))
    assert (run.reworks, run.attempts, run.stuck) == (1, {S: 1}, "why")


@pytest.mark.parametrize("answer", ["go_on", "send_back"])
def test_an_answer_to_an_escalation_grants_every_cap_once_more(answer: str) -> None:
    story = Story().requested().blocked(S).answered(answer, remark="do less")
    run = run_of(story)
    assert (run.grants, run.blocked, run.question, run.stuck) == (1, None, None, "")
    assert run.remarks == {S: "do less"}
    assert run.excluded == (("with pigeons",) if answer == "go_on" else ())


def test_a_checkpoint_sent_back_does_the_phase_again_with_the_remark_and_grants_every_cap_once_more() -> None:
    story = to_delivery(Story().requested(), S, P).asked(P).answered("send_back", remark="use two tables")
    run = run_of(story)
    assert (run.phase, run.stage, run.remarks, run.grants) == (P, "pending", {P: "use two tables"}, 1)
    assert P not in run.deliverables
    assert P not in run.commits
    assert S in run.deliverables


def test_a_remark_holds_for_every_later_attempt_of_its_phase() -> None:
    story = to_delivery(Story().requested(), S).asked(S).answered("send_back", remark="more").delivered(S, 2).passed(S, 2)
    assert run_of(story).remarks == {S: "more"}


def test_going_on_at_a_checkpoint_changes_nothing_but_the_checkpoint() -> None:
    asked = to_delivery(Story().requested(), S).asked(S)
    before, after = run_of(asked), run_of(asked.answered())
    same = set(Run.model_fields) - {"question", "checkpoint", "sequence", "updated"}
    assert {name: getattr(after, name) for name in same} == {name: getattr(before, name) for name in same}
    assert after.checkpoint is None


def test_waiting_is_not_working_time() -> None:
    story = to_delivery(Story(seconds=86_400).requested(), S).asked(S).answered()
    assert run_of(story).working == timedelta(seconds=1.5)


def test_a_failed_step_is_remembered_until_a_person_answers_and_its_time_counts() -> None:
    run = run_of(to_delivery(Story().requested()))
    failed = apply(run, StepFailed(at=NOW, step="stack", reason="refused", seconds=9.0))
    assert failed.step_failed is not None
    assert failed.working - run.working == timedelta(seconds=9)
    asked = apply(failed, Asked(at=NOW, about="escalation", phase=C, question="again?"))
    assert apply(asked, Answered(at=NOW, answer="go_on", by="ada")).step_failed is None


@pytest.mark.parametrize("length", range(2, len(delivered_run().events)))
def test_a_cancellation_at_any_moment_withdraws_the_question_and_names_the_person(length: int) -> None:
    events = delivered_run().events[:length]
    run = apply(rebuild("r1", tuple(events)), CancelRequested(at=NOW, by="ada"))
    assert (run.cancelled, run.question, run.status) == ("ada", None, "working")
    assert apply(run, Finished(at=NOW, outcome="cancelled")).status == "cancelled"


def test_receipts_are_kept_step_by_step() -> None:
    run = run_of(to_delivery(Story().requested()))
    run = apply(run, StepDelivered(at=NOW, step="branch", receipt={"branch": "feature/x"}))
    assert run.receipts == {"branch": {"branch": "feature/x"}}
    assert run.checkpoint is None


def test_blocked_uses_up_no_attempt() -> None:
    why = Blocked(reason="tool", needed="x", tried=(), question="?")
    run = apply(run_of(Story().requested()), PhaseBlocked(at=NOW, phase=S, attempt=1, runner="r", blocked=why))
    assert (run.attempt, run.blocked) == (1, why)


def test_a_run_rebuilt_from_its_events_as_json_is_the_run_itself() -> None:
    story = delivered_run()
    again = tuple(EVENT.validate_json(event.model_dump_json()) for event in story.events)
    assert rebuild("r1", again) == run_of(story)
    assert summarize(run_of(story)).status == "delivered"


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ((), "event 1 of run r1 is not its request"),
        ((CancelRequested(at=NOW, by="ada"),), "event 1 of run r1 is not its request"),
        ((request(), request()), "event 2 of run r1, requested, cannot be"),
        ((request(), Answered(at=NOW, answer="go_on", by="ada")), "event 2 of run r1, answered, cannot be"),
    ],
)
def test_events_that_cannot_have_followed_each_other_are_named(events: tuple[Event, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        rebuild("r1", events)


def test_applying_an_event_leaves_the_run_before_it_as_it_was() -> None:
    run = begin("r1", request(limits=Limits(attempts=1)))
    kept = run.model_dump_json()
    delivered = PhaseDelivered(at=NOW, phase=S, attempt=1, runner="r", deliverable=TINY[S], seconds=1.0)
    assert apply(run, delivered) is not run
    assert run.model_dump_json() == kept


def test_a_risk_counts_from_its_answer_on_and_the_newest_one_decides() -> None:
    asked = request().model_copy(update={"policy": Policy(risks=(Risk(check="c", reason="old", by="ada", until=NOW.date()),))})
    run = rebuild("r1", (asked, *to_delivery(Story().requested(), S).events[1:], judged(P, "rework", "wrong")))
    assert [finding.check for finding in run.findings] == ["c"]
    run = apply(run, Asked(at=NOW, about="escalation", phase=P, question="?"))
    run = apply(run, Answered(at=NOW, answer="go_on", by="grace", risks=(Risk(check="c", reason="new", by="grace"),)))

    assert run.findings == (), "nobody is told to mend what a person answers for"
    later = NOW + timedelta(days=1)
    assert [risk.by if (risk := run.accepted("c", at)) else "" for at in (NOW, later)] == ["grace", "grace"]
    assert run.accepted("d", NOW) is None
    alone = rebuild("r1", (asked,))
    assert [bool(alone.accepted("c", at)) for at in (NOW, later)] == [True, False]


def test_an_approval_is_that_of_the_last_checkpoint_and_ends_when_work_goes_back() -> None:
    story = to_delivery(Story().requested()).asked(C).answered("go_on", by="grace")
    assert run_of(story).approved == "grace"
    earlier = to_delivery(Story().requested(), S).asked(S).answered("go_on", by="ada")
    assert run_of(earlier).approved == ""
    back = to_delivery(Story().requested()).asked(C).answered("send_back", by="grace", remark="more")
    assert run_of(back).approved == ""


def test_what_is_paid_during_a_judgement_is_counted_and_no_attempt_goes_on_from_it() -> None:
    story = to_delivery(Story().requested(), S).delivered(P)
    paid = story.paid(P, Decimal("0.10")).events[-1]
    story.events[-1] = paid.model_copy(update={"kept": "conversation"})
    run = run_of(story)
    assert run.underway
    assert run.goes_on(run.underway.runner)
    assert not run.goes_on("another")
    run = apply(run, judged(P, "rework", "wrong"))
    assert run.underway is None
    assert run.ledger.total(P, 1).cost_usd == Decimal("0.10")
