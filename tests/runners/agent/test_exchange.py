"""What is read from a provider's answers and an agent's words about them."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from backend_factory.runners.agent.exchange import named_time, open_again, usage_in

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({"retry-after": "30"}, timedelta(seconds=30)),
        ({"retry-after": "0.5"}, timedelta(seconds=0.5)),
        ({"retry-after-ms": "1500"}, timedelta(seconds=1.5)),
        ({"retry-after": "Sun, 22 Nov 2026 13:00:00 GMT"}, timedelta(hours=1)),
        ({"anthropic-ratelimit-unified-reset": str(int(NOW.timestamp()) + 60)}, timedelta(minutes=1)),
        ({"retry-after": "Sun, 22 Nov 2020 13:00:00 GMT"}, timedelta(0)),
    ],
)
def test_the_time_that_a_provider_names_is_read(headers: dict[str, str], after: timedelta) -> None:
    assert open_again(headers, NOW) == NOW + after


@pytest.mark.parametrize(
    "headers", [{}, {"retry-after": "soon"}, {"retry-after": "1e99"}, {"retry-after": "99999999999"}, {"retry-after-ms": "nan"}]
)
def test_no_time_or_an_absurd_one_is_none(headers: dict[str, str]) -> None:
    assert open_again(headers, NOW) is None


@pytest.mark.parametrize(
    ("words", "after"),
    [
        ("Rate limit exceeded. Please try again in 20s.", timedelta(seconds=20)),
        ("429 too many requests, retry after 2 minutes", timedelta(minutes=2)),
        ("You exceeded your quota; it resets in 5 hours", timedelta(hours=5)),
        ("Claude AI usage limit reached|1795435200", timedelta(seconds=1795435200 - NOW.timestamp())),
        ("quota exhausted until 2026-11-22T18:30:00Z", timedelta(hours=6.5)),
    ],
)
def test_the_time_that_an_agent_names_for_a_quota_is_read(words: str, after: timedelta) -> None:
    assert named_time(words, NOW) == NOW + after


@pytest.mark.parametrize(
    "words",
    ["", "I will try again in 5 minutes", "rate limiting is implemented in 3 files", "quota reached", "usage limit reached|1"],
)
def test_words_about_something_else_pause_nothing(words: str) -> None:
    assert named_time(words, NOW) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'{"usage": 5}',
        b'{"usage": {"input_tokens": "7"}}',
        b'{"usage": {"input_tokens": -7}}',
        b"data: {usage",
    ],
)
def test_an_answer_that_does_not_say_what_it_took_is_not_guessed(body: bytes) -> None:
    assert usage_in(body, "anthropic") is None


def test_geminis_figures_are_read() -> None:
    told = {"promptTokenCount": 10, "candidatesTokenCount": 3, "thoughtsTokenCount": 2}
    body = json.dumps([{"modelVersion": "gemini-3", "usageMetadata": told}]).encode()
    usage = usage_in(body, "google")
    assert usage is not None
    assert (usage.model, usage.input_tokens, usage.output_tokens) == ("google:gemini-3", 10, 5)
