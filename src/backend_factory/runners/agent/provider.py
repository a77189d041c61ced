"""Where models are, what presents a key there, and which doors a member needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Provider:
    """One model provider's protocol, as the broker speaks it."""

    name: str
    """The first part of a model's name."""
    upstream: str
    """Without a path that the agents add themselves."""
    header: str
    """That carries the key, in lower case."""
    prefix: str = ""
    """Before the key in that header."""
    paths: tuple[str, ...] = ()
    """Patterns of what requests may ask for: a key also opens files, batches and administration, which no member needs."""


PROVIDERS: Mapping[str, Provider] = MappingProxyType(
    {
        provider.name: provider
        for provider in (
            Provider(
                "anthropic",
                "https://api.anthropic.com",
                "x-api-key",
                paths=("/v1/messages", "/v1/messages/count_tokens", "/v1/models", "/v1/models/*"),
            ),
            Provider(
                "openai",
                "https://api.openai.com",
                "authorization",
                "Bearer ",
                paths=("/v1/responses", "/v1/chat/completions", "/v1/models"),
            ),
            Provider(
                "google",
                "https://generativelanguage.googleapis.com",
                "x-goog-api-key",
                paths=("/v1beta/models", "/v1beta/models/*", "/v1/models/*"),
            ),
            Provider(
                "openrouter",
                "https://openrouter.ai/api",
                "authorization",
                "Bearer ",
                paths=("/v1/chat/completions", "/v1/models"),
            ),
        )
    }
)
"""By the first part of a model's name (`anthropic:claude-sonnet-5`)."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A key, and what it opens. It stays in the factory's process."""

    provider: Provider
    key: str = field(repr=False)
