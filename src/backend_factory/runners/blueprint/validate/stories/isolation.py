"""What one customer has, another neither sees nor touches."""

from backend_factory.domain.deliverable import Behaviour
from backend_factory.domain.feature import Entity, Operation
from backend_factory.domain.scenario import Expectation
from backend_factory.runners.blueprint.samples import NoSample
from backend_factory.runners.blueprint.validate.story import Body, Story, equals
from backend_factory.runners.blueprint.validate.wanted import Wanted

ON_ONE = (Operation.READ, Operation.REPLACE, Operation.UPDATE, Operation.DELETE)


def tell(story: Story, entity: Entity, wanted: Wanted) -> None:
    """Another customer gets 404 for the record and an empty list, may use the same values, and changes nothing."""
    if not wanted.has(Behaviour.ISOLATED):
        return
    first = story.body(entity, 0)
    item = story.create(entity, 0)
    offered = [o for o in ON_ONE if story.offers(entity, o)]
    if not offered and not story.offers(entity, Operation.LIST):
        raise NoSample(entity.name, "a way to read records from outside")
    for operation in offered:
        written = operation in (Operation.REPLACE, Operation.UPDATE)
        body: Body | None = story.body(entity, 0, tenant=story.other, only_required=True) if written else None
        story.call(entity, operation, status=404, item=item, body=body, tenant=story.other)
    for other in (r.other for r in story.plan.routes if (r.entity, r.operation) == (entity.name, "correlated")):
        story.call(entity, "correlated", other=other, status=404, item=item, tenant=story.other)
    if story.offers(entity, Operation.LIST):
        empty = Expectation(at=f"/{story.plural(entity)}", test="length", value=0)
        story.call(entity, Operation.LIST, status=200, tenant=story.other, expect=(empty,))
    if entity.key or any(f.unique for f in entity.fields):
        story.create(entity, 0, tenant=story.other, alone=True, expect=equals({"version": 1}))
    if story.offers(entity, Operation.READ):
        story.call(entity, Operation.READ, status=200, item=item, expect=equals(first | {"version": 1}))
