"""Scripts in stored text: whoever shows the answer in a browser must not run them."""

from collections.abc import AsyncIterator

from backend_factory.domain.feature import Operation
from backend_factory.gates.outside.attack import Attack
from backend_factory.gates.outside.ground import Ground, NotMade, at
from backend_factory.gates.outside.port import ATTACKER
from backend_factory.gates.outside.wound import Wound

SCRIPTS = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</script><svg/onload=alert(1)>")


async def launch(ground: Ground) -> AsyncIterator[Wound]:
    """Stored where that is allowed, then read, alone and in the list; the law of all answers judges how they come back."""
    for entity in ground.plan.model.entities:
        try:
            made = await ground.made(ATTACKER, entity)
        except NotMade:
            continue
        update = ground.route(entity.name, Operation.UPDATE)
        fields = [f for f in ground.text_members(update) if f not in ground.fixed(entity)]
        for script in SCRIPTS if update else ():
            for field in fields:
                await ground.visit(ATTACKER, "PATCH", at(update.path, made.id), body={field: script})  # type: ignore[union-attr]
            if read := ground.route(entity.name, Operation.READ):
                await ground.visit(ATTACKER, "GET", at(read.path, made.id))
        if listing := ground.route(entity.name, Operation.LIST):
            await ground.visit(ATTACKER, "GET", listing.path)
            await ground.visit(ATTACKER, "GET", listing.path, query={"<script>alert(1)</script>": "<script>alert(1)</script>"})
    return
    yield


ATTACK = Attack("stored-script", "Stored text is never a page", launch)
