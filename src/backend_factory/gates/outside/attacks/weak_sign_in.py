"""Tokens where none belongs: in the query, in cookies, in other headers, in other words."""

from collections.abc import AsyncIterator

from backend_factory.gates.outside.attack import Attack
from backend_factory.gates.outside.ground import Ground
from backend_factory.gates.outside.port import ATTACKER
from backend_factory.gates.outside.wound import Wound, wound


async def launch(ground: Ground) -> AsyncIterator[Wound]:
    """A good token anywhere but in Authorization, as Bearer, opens nothing; nor do words that look like one."""
    token = await ground.target.token(ATTACKER)
    for route in ground.routes("list", "read")[:2]:
        path = route.path.replace("{id}", "any")
        for headers, query in (
            ({}, {"access_token": token}),
            ({"Cookie": f"token={token}; session=admin"}, {}),
            ({"X-Api-Key": token}, {}),
            ({"Authorization": f"Basic {token}"}, {}),
            ({"Authorization": "Bearer null"}, {}),
            ({"Authorization": "Bearer undefined"}, {}),
            ({"X-Forwarded-User": ATTACKER, "X-Amzn-Oidc-Identity": ATTACKER}, {}),
        ):
            seen = await ground.bear(None, "GET", path, headers=headers, query=query)
            if seen.status not in (401, 403):
                yield wound("let-in", seen, "status 401")


ATTACK = Attack("weak-sign-in", "A token counts where tokens belong, and nowhere else", launch)
