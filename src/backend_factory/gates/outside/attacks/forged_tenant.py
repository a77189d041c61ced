"""A tenant that the caller claims to be, beside the token: in headers, in the query, in the body."""

from collections.abc import AsyncIterator

from backend_factory.domain.feature import Entity, Operation
from backend_factory.gates.outside.attack import Attack
from backend_factory.gates.outside.ground import Ground, NotMade, at
from backend_factory.gates.outside.port import FORGER, STRANGER, VICTIM
from backend_factory.gates.outside.wound import Wound, wound

HEADERS = ("account", "X-Account", "X-Tenant", "X-Tenant-Id", "X-User", "X-Forwarded-User", "username")
MEMBERS = ("tenant", "tenantId", "username", "account", "owner_id")


async def launch(ground: Ground) -> AsyncIterator[Wound]:
    """Who says to be the victim without the victim's token gets nothing of the victim's and leaves nothing there."""
    for entity in ground.plan.model.entities:
        try:
            theirs = await ground.made(VICTIM, entity)
        except NotMade:
            continue
        claims = dict.fromkeys(HEADERS, VICTIM)
        if read := ground.route(entity.name, Operation.READ):
            seen = await ground.visit(STRANGER, "GET", at(read.path, theirs.id), headers=claims)
            if seen.ok:
                yield wound("forged", seen, "status 404: only the token says who the caller is")
        if listing := ground.route(entity.name, Operation.LIST):
            for headers, query in ((claims, {}), ({}, dict.fromkeys(MEMBERS, VICTIM))):
                seen = await ground.visit(STRANGER, "GET", listing.path, headers=headers, query=query)
                if seen.member(ground.plural(entity)):
                    yield wound("forged", seen, "no records: only the token says who the caller is")
        async for each in _planted(ground, entity):
            yield each


async def _planted(ground: Ground, entity: Entity) -> AsyncIterator[Wound]:
    """A record that claims to be the victim's, and is like none that the victim has, must not appear there."""
    create, listing = ground.route(entity.name, Operation.CREATE), ground.route(entity.name, Operation.LIST)
    ways = [way for way in ground.ways(entity) if way.route.operation is Operation.CREATE]
    if create is None or listing is None or not ways:
        return
    try:
        body = (await ground.prepared(ways[-1], FORGER)).body
    except NotMade:
        return
    if not isinstance(body, dict):
        return
    plural = ground.plural(entity)
    before = await ground.visit(VICTIM, "GET", listing.path, query={})
    seen = await ground.visit(FORGER, create.method, create.path, body=body | dict.fromkeys(MEMBERS, VICTIM))
    after = await ground.visit(VICTIM, "GET", listing.path, query={})
    known = {str(r.get("id")) for r in before.member(plural) or () if isinstance(r, dict)}
    fresh = [r for r in after.member(plural) or () if isinstance(r, dict) and str(r.get("id")) not in known]
    if fresh or (seen.ok and VICTIM in seen.text):
        yield wound("forged", seen, "a refusal, or a record of the caller's own", f"the victim's list has {len(fresh)} more")
    delete = ground.route(entity.name, Operation.DELETE)
    if seen.ok and delete:
        await ground.visit(FORGER, "DELETE", at(delete.path, str(seen.member("id"))))


ATTACK = Attack("forged-tenant", "Only the token says who the caller is", launch)
