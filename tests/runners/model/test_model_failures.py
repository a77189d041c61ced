"""Quota, overload, refusals and rubbish from a provider: each ends in the outcome that helps, never in a pass."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from modelled import KEY, MODELS, Counter, assigned, deliver, desk, perform

from backend_factory.domain.assignment import Blocked, Delivered, Paused
from backend_factory.domain.phase import PhaseId
from backend_factory.errors import OperatorError
from backend_factory.runners.model import Access, ModelRunner, Pace
from backend_factory.testing.model_server import Answer, Cut, Failure, Garbage, Hang, ModelServer, ToolCall, Turn

dialects = pytest.mark.parametrize("dialect", MODELS)
PHASE = PhaseId.SUMMARIZE


@dialects
@pytest.mark.parametrize("status", [429, 529, 503])
async def test_quota_and_overload_pause_until_the_time_that_the_provider_names(dialect: str, status: int, tmp_path: Path) -> None:
    place = await desk(tmp_path, PHASE)
    with ModelServer([Failure(status, "later", "1800")]) as server:
        before = datetime.now(UTC)
        outcome = await perform(server, place, dialect)
        assert len(server.requests) == 1
    assert isinstance(outcome, Paused)
    assert before + timedelta(seconds=1800) <= outcome.until <= datetime.now(UTC) + timedelta(seconds=1800)
    assert "later" in outcome.reason
    assert place.meter.usages == []


async def test_a_named_date_is_a_time_too_and_none_is_soon_and_no_wait_is_endless(tmp_path: Path) -> None:
    place, now = await desk(tmp_path, PHASE), datetime.now(UTC)
    date = format_datetime(now + timedelta(hours=2), usegmt=True)
    far = Failure(429, retry_after=str(10**9))
    with ModelServer([Failure(429, retry_after=date), Failure(529), far]) as server:
        named, soon, endless = [await perform(server, place) for _ in range(3)]
    assert isinstance(named, Paused) and abs(named.until - now - timedelta(hours=2)) < timedelta(seconds=30)
    assert isinstance(soon, Paused) and soon.until - now < timedelta(minutes=3)
    assert isinstance(endless, Paused) and endless.until - now < timedelta(days=8)


@dialects
async def test_after_a_pause_nothing_paid_is_repeated(dialect: str, tmp_path: Path) -> None:
    script = [Turn("Looking.", (ToolCall("list", {}),)), Failure(429, "later", "60"), deliver(PHASE)]
    first = await desk(tmp_path, PHASE)
    with ModelServer(script) as server:
        assert isinstance(await perform(server, first, dialect), Paused)
        again = await desk(tmp_path, PHASE, Counter(kept=first.meter.kept))
        assert isinstance(await perform(server, again, dialect), Delivered)
        assert server.requests[2].turns == 1
    assert len(first.meter.usages) == len(again.meter.usages) == 1


@dialects
async def test_a_provider_that_hangs_is_given_up_and_asked_again_later(dialect: str, tmp_path: Path) -> None:
    with ModelServer([Hang()]) as server:
        outcome = await perform(server, await desk(tmp_path, PHASE), dialect, pace=Pace(answer=timedelta(seconds=1)))
    assert isinstance(outcome, Paused)


@dialects
@pytest.mark.parametrize(
    "answer",
    [Garbage(), Garbage(b"data: {\x00\n\n", "text/event-stream"), Garbage(b"", "text/event-stream"), Cut(deliver(PHASE), 0)],
    ids=["page", "broken events", "nothing", "cut at once"],
)
async def test_rubbish_is_never_an_answer(dialect: str, answer: Answer, tmp_path: Path) -> None:
    place = await desk(tmp_path, PHASE)
    with ModelServer(lambda _: answer) as server:
        outcome = await perform(server, place, dialect)
    assert isinstance(outcome, Paused | Blocked)


SHAPES = (
    b"[]",
    b"7",
    b"{}",
    b'{"type": "message_start", "message": {}}',
    b'{"type": "content_block_delta", "index": 9, "delta": {"type": "text_delta", "text": 5}}',
    b'{"choices": [{"delta": {"tool_calls": [{"index": "x", "function": 3}]}}]}',
    b'{"choices": 5}',
    b'{"type": "response.completed", "response": {"output": [{"type": "function_call"}]}}',
    b'{"type": "response.output_item.added", "item": {}}',
)


@dialects
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape[:30].decode())
async def test_an_answer_of_another_shape_is_never_taken_for_work(dialect: str, shape: bytes, tmp_path: Path) -> None:
    kind = shape.partition(b'"type": "')[2].partition(b'"')[0]
    answer = Garbage((b"event: " + kind + b"\n" if kind else b"") + b"data: " + shape + b"\n\n", "text/event-stream")
    with ModelServer(lambda _: answer) as server:
        # pydantic-ai asks up to ten times, every 2 s, for the rest of a response that was never said to be complete.
        outcome = await perform(server, await desk(tmp_path, PHASE), dialect, pace=Pace(answer=timedelta(seconds=1)))
        assert len(server.requests) <= 11
    assert isinstance(outcome, Paused | Blocked)


@dialects
async def test_the_key_is_not_carried_to_where_a_provider_points(dialect: str, tmp_path: Path) -> None:
    with ModelServer([deliver(PHASE)]) as elsewhere:
        away = {"Location": f"{elsewhere.url}/v1/messages"}
        with ModelServer([Failure(status, headers=away) for status in (302, 307)]) as server:
            for _ in range(2):
                assert isinstance(await perform(server, await desk(tmp_path, PHASE), dialect), Paused | Blocked)
    assert elsewhere.requests == []
    assert elsewhere.others == []


@dialects
async def test_an_answer_that_breaks_off_is_paid_for_at_an_unknown_price_and_asked_for_again(
    dialect: str, tmp_path: Path
) -> None:
    place = await desk(tmp_path, PHASE)
    with ModelServer([Cut(Turn("word " * 200, (ToolCall("deliver", {}),)), 12)]) as server:
        outcome = await perform(server, place, dialect)
    assert isinstance(outcome, Paused)
    assert [(usage.requests, usage.cost_usd) for usage in place.meter.usages] == [(1, None)]


@dialects
async def test_refused_content_is_a_question_and_no_attempt_is_made_to_get_around_it(dialect: str, tmp_path: Path) -> None:
    with ModelServer([Turn("I will not.", stop="refusal")]) as server:
        outcome = await perform(server, await desk(tmp_path, PHASE), dialect)
        assert len(server.requests) == 1
    assert isinstance(outcome, Blocked)
    assert "refuses" in outcome.question
    assert outcome.question.count("?") == 1


@dialects
async def test_an_answer_that_is_longer_than_the_model_can_give_is_a_question(dialect: str, tmp_path: Path) -> None:
    cut_short = Turn(calls=(ToolCall("deliver", '{"title": "x", "summary": "unfini'),), stop="length")
    with ModelServer(lambda _: cut_short) as server:
        outcome = await perform(server, await desk(tmp_path, PHASE), dialect)
        assert len(server.requests) == 1
    assert isinstance(outcome, Blocked)


@dialects
async def test_a_request_that_the_provider_refuses_is_a_question_without_control_characters_or_keys(
    dialect: str, tmp_path: Path
) -> None:
    with ModelServer([Failure(400, f"too long \x1b[2J for {KEY}")]) as server:
        outcome = await perform(server, await desk(tmp_path, PHASE), dialect)
    assert isinstance(outcome, Blocked)
    assert "too long" in outcome.question
    assert "\x1b" not in outcome.question
    assert KEY not in outcome.question


@dialects
@pytest.mark.parametrize(("status", "said"), [(401, "refuses the key"), (404, "knows no")])
async def test_a_wrong_key_or_name_is_the_operators(dialect: str, status: int, said: str, tmp_path: Path) -> None:
    with ModelServer([Failure(status, f"no {KEY}")]) as server, pytest.raises(OperatorError, match=said) as caught:
        await perform(server, await desk(tmp_path, PHASE), dialect)
    assert KEY not in caught.value.message
    assert caught.value.hint


async def test_a_provider_that_is_not_there_is_the_operators(tmp_path: Path) -> None:
    with ModelServer() as gone:
        pass
    with pytest.raises(OperatorError, match="cannot be reached"):
        await perform(gone, await desk(tmp_path, PHASE))


@pytest.mark.parametrize(
    ("model", "said"),
    [("anthropic:claude-sonnet-4-6", "no key"), ("nobody:x", "nobody"), ("mistral:x", "mistral"), ("x", "cannot be used")],
)
async def test_a_model_that_cannot_be_asked_is_the_operators(model: str, said: str, tmp_path: Path) -> None:
    accesses = {name: Access(KEY) for name in ("nobody", "mistral")}
    runner = ModelRunner(model, accesses=accesses, brief=lambda _: "")
    place = await desk(tmp_path, PHASE)
    with pytest.raises(OperatorError, match=said):
        await runner.perform(assigned(PHASE), place.bench)


@pytest.mark.parametrize(
    ("model", "hint"),
    [
        ("anthropic:claude-sonnet-4-6", "BACKEND_FACTORY_PROVIDERS__ANTHROPIC__KEY"),
        ("openai-responses:gpt-5", "BACKEND_FACTORY_PROVIDERS__OPENAI__KEY"),
        ("antropic:claude-sonnet-4-6", "how models are named"),
    ],
)
async def test_without_a_key_the_hint_names_its_variable_unless_no_key_would_help(model: str, hint: str, tmp_path: Path) -> None:
    place = await desk(tmp_path, PHASE)
    with pytest.raises(OperatorError) as refused:
        await ModelRunner(model, accesses={}, brief=lambda _: "").perform(assigned(PHASE), place.bench)
    assert hint in refused.value.hint


def test_a_key_is_not_shown_where_an_access_is_printed() -> None:
    assert KEY not in repr(Access(KEY, "https://example.com"))
