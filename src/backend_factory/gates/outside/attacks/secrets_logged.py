"""What was confided to the feature and must not be in its logs: tokens, passwords, bodies."""

import asyncio
from collections.abc import AsyncIterator

from backend_factory.domain.feature import Operation
from backend_factory.gates.outside.attack import Attack
from backend_factory.gates.outside.ground import Ground, NotMade, at
from backend_factory.gates.outside.port import ATTACKER
from backend_factory.gates.outside.wound import Wound, wound

CONFIDED = "correct-horse-battery-7f3a"
"""Stored, sent where it is refused, and sent as a password; found in no other place."""
_SETTLE = 0.3
"""Seconds for the last lines to arrive."""


async def launch(ground: Ground) -> AsyncIterator[Wound]:
    """Bodies that are taken, refused and broken, with a secret in them; then the logs, of these and of all requests before."""
    asked = None
    for entity in ground.plan.model.entities:
        create, update = ground.route(entity.name, Operation.CREATE), ground.route(entity.name, Operation.UPDATE)
        try:
            made = await ground.made(ATTACKER, entity)
        except NotMade:
            continue
        if update:
            for field in [f for f in ground.text_members(update) if f not in ground.fixed(entity)] or ["password"]:
                asked = await ground.visit(ATTACKER, "PATCH", at(update.path, made.id), body={field: CONFIDED})
        if create:
            asked = await ground.visit(ATTACKER, "POST", create.path, body=made.body | {"password": CONFIDED})
            asked = await ground.visit(ATTACKER, "POST", create.path, raw=b'{"password": "' + CONFIDED.encode())
    if asked is None:
        return
    await asyncio.sleep(_SETTLE)
    logged = await ground.target.everything_logged()
    token = await ground.target.token(ATTACKER)
    for what, secret in (("a body", CONFIDED), ("a token", token), ("a token's signature", token.rpartition(".")[2])):
        if secret and secret in logged:
            line = next(each for each in logged.splitlines() if secret in each).replace(secret, "[secret]")
            yield wound("logged", asked, f"logs without {what}", line)


ATTACK = Attack("secrets-logged", "Logs tell what happened, never what was confided", launch, last=True)
