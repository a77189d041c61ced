"""Secrets are neither shown nor handed over in plain text."""

import re
from collections.abc import Iterator
from itertools import pairwise

from backend_factory.gates.policy.functions import functions
from backend_factory.gates.policy.objection import Objection
from backend_factory.gates.policy.value import Given, Reference, Value, as_dict, parts_of, shown, truth
from backend_factory.gates.policy.world import World

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRET = frozenset({"password", "passwd", "passphrase", "secret", "secrets", "credential", "credentials"})
_SECRET_PAIRS = frozenset({("api", "key"), ("private", "key"), ("access", "key"), ("signing", "key"), ("auth", "token")})
_LAST = frozenset({"token", "password", "secret", "apikey"})
_POINTS = frozenset({"arn", "name", "id", "url", "uri", "path", "claim", "issuer", "version", "length"})
"""A word at the end that makes of a secret the place where it lies."""


def parameters(world: World) -> Iterator[Objection]:
    """A parameter that holds a secret is not echoed, and has no default."""
    for name, parameter in world.parameters.items():
        kept = str(parameter.get("Type", "")).startswith("AWS::SSM::")
        if not sounds_secret(name) or kept:
            continue
        if not truth(parameter.get("NoEcho")):
            yield Objection(("Parameters", name), f"the parameter {name} is shown to everybody", "NoEcho: true", "no NoEcho")
        if parameter.get("Default") not in (None, ""):
            yield Objection(("Parameters", name, "Default"), f"the secret {name} is in the template", "no default", "a default")


def environment(world: World) -> Iterator[Objection]:
    """Environment variables can be read by all who may see the function; they name where a secret lies, not the secret."""
    hidden = {name for name, each in world.parameters.items() if truth(each.get("NoEcho"))}
    for function in functions(world):
        variables = as_dict(as_dict(function.properties.get("Environment")).get("Variables"))
        for name, value in variables.items():
            given = {part.name for part in parts_of(value) if isinstance(part, Given)}
            resolved = isinstance(value, str) and "{{resolve:s" in value
            if (sounds_secret(name) and not _points(value)) or given & hidden or resolved:
                yield Objection(
                    (*function.at, "Environment", "Variables", name),
                    f"{function.name} is handed the secret {name} in plain text",
                    "the ARN of a secret, read at start-up",
                    "a value" if isinstance(value, str) else shown(value),
                )


def sounds_secret(name: str) -> bool:
    """Whether something of that name holds a secret: ApiPassword does, PasswordSecretArn does not."""
    words = [each.lower() for each in _WORDS.findall(name)]
    if not words or words[-1] in _POINTS:
        return False
    return words[-1] in _LAST or bool(_SECRET & set(words)) or any(pair in _SECRET_PAIRS for pair in pairwise(words))


def _points(value: Value) -> bool:
    return isinstance(value, Reference)
