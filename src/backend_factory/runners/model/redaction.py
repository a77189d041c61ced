"""Takes secrets out of what is kept: the keys that were used, and whatever looks like one."""

import re
from collections.abc import Callable, Iterable
from typing import Any

TAKEN_OUT = "[secret]"

_LIKE_ONE = re.compile(
    r"""
      -----BEGIN[ A-Z]*PRIVATE\ KEY-----.*?(?:-----END[ A-Z]*PRIVATE\ KEY-----|\Z)
    | \b(?:sk|rk|pk)-[A-Za-z0-9_-]{20,}                  # model providers
    | \b(?:AKIA|ASIA)[A-Z0-9]{16}\b                      # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    | \bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_\w{30,}  # https://docs.github.com/authentication
    | \bglpat-[\w-]{20,}
    | \bxox[abprs]-[\w-]{10,}
    | \bAIza[\w-]{35}
    | \beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,}             # JSON web tokens
    | (?<=[Bb]earer\ )[\w.~+/-]{16,}=*
    """,
    re.VERBOSE | re.DOTALL,
)
_SHORTEST = 6


def redaction(secrets: Iterable[str]) -> Callable[[str], str]:
    """Replaces each of `secrets` (those of at least six characters), and all that looks like a secret, in a text."""
    known = [re.escape(each) for each in sorted(secrets, key=len, reverse=True) if len(each) >= _SHORTEST]
    exact = re.compile("|".join(known)) if known else None

    def redact(text: str) -> str:
        return _LIKE_ONE.sub(TAKEN_OUT, exact.sub(TAKEN_OUT, text) if exact else text)

    return redact


def within(value: Any, redact: Callable[[str], str]) -> Any:
    """The JSON value with all its texts redacted, names of members too."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, list):
        return [within(each, redact) for each in value]
    if isinstance(value, dict):
        return {redact(name): within(each, redact) for name, each in value.items()}
    return value
