"""Nobody gets in without a valid token, on any route."""

import re

from backend_factory.domain.deliverable import Behaviour
from backend_factory.domain.feature import Entity
from backend_factory.domain.scenario import Call
from backend_factory.runners.blueprint.samples import NoSample
from backend_factory.runners.blueprint.validate.story import Body, Story
from backend_factory.runners.blueprint.validate.wanted import Wanted

BAD_TOKENS = ("!tampered", "!audience")


def tell(story: Story, entity: Entity, wanted: Wanted) -> None:
    """Every route without a token, and one with each kind of bad token: 401."""
    if not wanted.has(Behaviour.SIGN_IN_REQUIRED):
        return
    routes = [r for r in story.plan.routes if r.entity == entity.name]
    if not routes:
        raise NoSample(entity.name, "a route")
    attempts = [(route, "") for route in routes] + [(routes[0], tenant) for tenant in BAD_TOKENS]
    for route, tenant in attempts:
        path = re.sub(r"\{[^}]+\}", "any", route.path)
        body: Body | None = {} if route.method in ("POST", "PUT", "PATCH") else None
        story.step(Call(tenant=tenant, method=route.method, path=path, body=body, status=401))
