"""What one answer of a model provider says beside its text: what it took, and when a quota is open again."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from pydantic import ValidationError

from backend_factory.domain.usage import Usage

OVERLOADED = frozenset({429, 503, 529})
"""Statuses of a quota or an overload. 529: https://docs.anthropic.com/en/api/errors"""

_FARTHEST = timedelta(days=45)  # a monthly quota; what is named beyond it is a mistake


@dataclass(frozen=True, slots=True)
class Answer:
    """One request's end, as the broker saw it."""

    status: int
    """0 where the provider could not be reached."""
    usage: Usage | None = None
    """None for a request that nothing is paid for."""
    until: datetime | None = None
    """When a quota or overload is over, where the provider names it."""


def usage_in(body: bytes, provider: str) -> Usage | None:
    """What an answer took, from its JSON or its stream of events in any of the dialects; None where it does not say.

    The figures of Anthropic's stream are running totals, so the last one of each counts.
    https://docs.anthropic.com/en/api/messages-streaming, https://platform.openai.com/docs/api-reference/responses,
    https://ai.google.dev/api/generate-content#UsageMetadata
    """
    model = ""
    told: dict[str, int] = {}
    for piece in _pieces(body):
        for holder in (piece, piece.get("message"), piece.get("response")):
            if isinstance(holder, dict):
                model = str(holder.get("model") or holder.get("modelVersion") or model)
                told |= _counts(holder.get("usage") or holder.get("usageMetadata"))
    if not told:
        return None
    cached = told.get("cached", 0)
    sent = told.get("sent", 0) + (cached + told.get("stored", 0) if "apart" in told else 0)
    try:
        return Usage(
            model=f"{provider}:{model}" if model else "",
            input_tokens=sent,
            cached_tokens=cached,
            written_tokens=told.get("stored", 0),
            output_tokens=told.get("received", 0) + told.get("thought", 0),
        )
    except ValidationError:
        return None


_NAMES: Mapping[str, str] = {
    "input_tokens": "sent",
    "prompt_tokens": "sent",
    "promptTokenCount": "sent",
    "output_tokens": "received",
    "completion_tokens": "received",
    "candidatesTokenCount": "received",
    "thoughtsTokenCount": "thought",
    "cachedContentTokenCount": "cached",
    "cache_read_input_tokens": "cached",
    "cache_creation_input_tokens": "stored",
}


def _counts(usage: object) -> dict[str, int]:
    if not isinstance(usage, dict):
        return {}
    found = {ours: usage[theirs] for theirs, ours in _NAMES.items() if isinstance(usage.get(theirs), int)}
    details = usage.get("input_tokens_details") or usage.get("prompt_tokens_details")
    if isinstance(details, dict) and isinstance(details.get("cached_tokens"), int):
        found["cached"] = details["cached_tokens"]
    if "cache_read_input_tokens" in usage or "cache_creation_input_tokens" in usage:
        found["apart"] = 1  # Anthropic counts what came from the cache apart from input_tokens
    return found


def _pieces(body: bytes) -> Iterator[dict[str, Any]]:
    text = body.decode(errors="replace")
    for part in _parts(text):
        try:
            piece = json.loads(part)
        except ValueError:
            continue
        for each in piece if isinstance(piece, list) else [piece]:
            if isinstance(each, dict):
                yield each


def _parts(text: str) -> Iterable[str]:
    if text.lstrip()[:1] in ("{", "["):
        return [text]
    return [line[5:].strip() for line in text.splitlines() if line.startswith("data:") and "sage" in line]


def open_again(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the provider says that it will answer again; None where it names no time. `headers` in lower case."""
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return _sane(now + timedelta(milliseconds=float(milliseconds)), now)
        if after := headers.get("retry-after"):
            if re.fullmatch(r"\d+(\.\d+)?", after.strip()):
                return _sane(now + timedelta(seconds=float(after)), now)
            return _sane(parsedate_to_datetime(after), now)
        if reset := headers.get("anthropic-ratelimit-unified-reset"):
            return _sane(datetime.fromtimestamp(float(reset), UTC), now)
    except (ValueError, OverflowError, OSError):
        pass
    return None


_IN_WORDS = (
    (re.compile(r"\b(?:retry|try again|available|resets?)[^.\n]{0,40}?\b(?:after|in)[: ]+(\d+(?:\.\d+)?)\s*(\w*)", re.I), "in"),
    (re.compile(r"\b(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d))"), "at"),
    (re.compile(r"limit reached\|(\d{10})\b", re.I), "epoch"),
)
_ABOUT_QUOTA = re.compile(r"rate.?limit|\bquota\b|usage limit|limit reached|overloaded|too many requests|\b(?:429|529)\b", re.I)
_UNITS = {"ms": 0.001, "s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3600, "hr": 3600, "hour": 3600}


def named_time(text: str, now: datetime) -> datetime | None:
    """When a quota is open again, from an agent's own words about one; None where they are about something else."""
    if not _ABOUT_QUOTA.search(text):
        return None
    for pattern, way in _IN_WORDS:
        found = pattern.search(text)
        if not found:
            continue
        try:
            if way == "in":
                unit = found[2].lower()
                seconds = _UNITS.get(unit, _UNITS.get(unit.removesuffix("s"), 1))
                return _sane(now + timedelta(seconds=float(found[1]) * seconds), now)
            if way == "epoch":
                return _sane(datetime.fromtimestamp(int(found[1]), UTC), now)
            return _sane(datetime.fromisoformat(found[1]), now)
        except (ValueError, OverflowError):
            continue
    return None


def _sane(until: datetime, now: datetime) -> datetime | None:
    """A time that can be waited for: not before now, and not so far that it must be a mistake."""
    if until.tzinfo is None or until > now + _FARTHEST:
        return None
    return max(until, now)
