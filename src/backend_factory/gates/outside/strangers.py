"""Callers who are not signed in, or not well enough: with no token, a spoilt one, another's, one that has run out."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator

from backend_factory.gates.outside.contract import Operation
from backend_factory.gates.outside.ground import Ground, at
from backend_factory.gates.outside.port import ATTACKER
from backend_factory.gates.outside.wound import Wound
from backend_factory.gates.scenario.target import ANYBODY

_NOBODY = "0" * 32


async def spoilt(ground: Ground) -> dict[str, str | None]:
    """Name of the flaw -> what is sent as a bearer token; None sends nothing."""
    target = ground.target
    good = await target.token(ANYBODY)
    return {
        "no token": None,
        "a tampered token": await target.tampered(ANYBODY),
        "a token for another audience": await target.other_audience(ANYBODY),
        "an expired token": await target.expired(),
        "a token with alg none": f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_payload(good)}.",
        "a token signed with a guessed secret": _signed(_payload(good), b"secret"),
        "a token without its signature": good.rpartition(".")[0] + ".",
        "a token that names no tenant": await target.nameless(ATTACKER),
        "no JWT": "a" * 40,
    }


async def refused(ground: Ground) -> AsyncIterator[Wound]:
    """Where an operation of the contract lets somebody in who must not be, or answers otherwise than 401."""
    tokens = await spoilt(ground)
    for operation in ground.contract.operations:
        if operation.open:
            continue
        for flaw, token in tokens.items():
            if wound := await _asked(ground, operation, token, flaw, "401"):
                yield wound
        if operation.rights:
            flaw = f"a token without the right {', '.join(sorted(operation.rights))}"
            if wound := await _asked(ground, operation, await ground.target.token(ATTACKER), flaw, "403"):
                yield wound


async def answered(ground: Ground) -> AsyncIterator[Wound]:
    """Where one who is signed in is answered otherwise than 400 for a body that is none, 404 for what is not there."""
    for operation in ground.contract.operations:
        if operation.open or operation.rights:
            continue
        if "{" in operation.path and operation.method in ("GET", "DELETE"):
            seen = await ground.visit(ATTACKER, operation.method, at(operation.path, _NOBODY))
            if seen.status != 404:
                yield Wound("not-404", seen.visit.line, "status 404: there is no such record", seen.short)
        if operation.writes and "{" not in operation.path:
            seen = await ground.visit(ATTACKER, operation.method, operation.path, raw=b'{"a": ')
            if seen.status != 400:
                yield Wound("not-400", seen.visit.line, "status 400: the body is no JSON", seen.short)


async def _asked(ground: Ground, operation: Operation, token: str | None, flaw: str, status: str) -> Wound | None:
    body: dict[str, str] | None = {} if operation.writes else None
    seen = await ground.bear(token, operation.method, at(operation.path, "any"), body=body)
    if str(seen.status) == status:
        return None
    return Wound(f"not-{status}", f"{seen.visit.line} with {flaw}", f"status {status}", seen.short)


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _payload(token: str) -> str:
    return [*token.split("."), "", ""][1]


def _signed(payload: str, secret: bytes) -> str:
    """What a service accepts that lets the caller choose the algorithm."""
    text = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{payload}"
    return f"{text}.{base64.urlsafe_b64encode(hmac.digest(secret, text.encode(), hashlib.sha256)).rstrip(b'=').decode()}"
