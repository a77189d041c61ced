"""What follows when a provider does not give an answer, or a model none that can be used."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from pydantic_ai.exceptions import (
    AgentRunError,
    ContentFilterError,
    ModelAPIError,
    ModelAuthenticationError,
    ModelConnectionError,
    ModelNotFoundError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    ModelRequestRejectedError,
    ModelRequestTimeout,
    ModelServerError,
    ModelUnavailableError,
    OutputTokenLimitExceeded,
    UsageLimitExceeded,
)

from backend_factory.domain.assignment import Blocked, Paused
from backend_factory.errors import OperatorError
from backend_factory.workspace.plain import plain

SOON = timedelta(seconds=30)
"""How long is waited where the provider names no time."""
LATEST = timedelta(days=7)
"""The longest wait that a provider can ask for."""
OTHER_TEAM = "a run keeps its team: cancel it, and start another with another --team FILE; docs/models.md"
_LATER = (ModelRateLimitError, ModelUnavailableError, ModelServerError, ModelRequestTimeout)


def after(error: AgentRunError, model: str, redact: Callable[[str], str]) -> Blocked | Paused:
    """Paused where waiting helps, Blocked where a person is to be asked; OperatorError where key or configuration is wrong."""
    said = redact(plain(error.message))[:300]
    if isinstance(error, ModelAPIError):
        return _of_the_provider(error, model, said)
    if isinstance(error, ContentFilterError):
        return _blocked(f"{model} refuses to work on this: {said}", "other words, or another model for this phase")
    if isinstance(error, UsageLimitExceeded):
        return _blocked(f"{model} came to no end: {said}", "a smaller request, a higher limit, or another model for this phase")
    if isinstance(error, OutputTokenLimitExceeded):
        return _blocked(
            f"{model} cannot say all of it in one answer: {said}", "a smaller request, or a model with longer answers"
        )
    return _blocked(f"{model} gave no answer that can be used: {said}", "another model for this phase")


def _of_the_provider(error: ModelAPIError, model: str, said: str) -> Blocked | Paused:
    if isinstance(error, ModelAuthenticationError):
        raise OperatorError(f"the provider of {model} refuses the key", hint="give another key, then resume")
    if isinstance(error, ModelNotFoundError):
        raise OperatorError(f"the provider knows no {model}: {said}", hint=OTHER_TEAM)
    if isinstance(error, ModelConnectionError) and error.phase == "connect":
        raise OperatorError(f"the provider of {model} cannot be reached: {said}", hint="check network and address, then resume")
    if isinstance(error, ModelQuotaExceededError) and error.retry_after is None:
        return _blocked(f"what was paid for {model} is used up: {said}", "more quota at the provider, or another model")
    if isinstance(error, ModelRequestRejectedError):
        return _blocked(f"the provider of {model} refuses the request: {said}", "a model that takes such requests")
    if isinstance(error, (*_LATER, ModelQuotaExceededError, ModelConnectionError)):
        return Paused(until=_until(error.retry_after), reason=f"{model}: {said}")
    return _blocked(f"the provider of {model} failed: {said}", "another model for this phase")


def _until(seconds: float | None) -> datetime:
    wait = SOON if seconds is None else min(timedelta(seconds=max(seconds, 1)), LATEST)
    return datetime.now(UTC) + wait


def _blocked(what: str, needed: str) -> Blocked:
    return Blocked(
        reason="tool", needed=needed, tried=(what,), question=f"{what}. Try again, or stop it and start a run with another team?"
    )
