"""Release notes: what users get, what was promised, what operators have to know."""

from backend_factory.domain.deliverable import Plan, Requirements
from backend_factory.domain.feature import Entity, Operation
from backend_factory.runners.blueprint.markdown import bullets, code, escape, table

VERBS: dict[Operation, str] = {
    Operation.CREATE: "create",
    Operation.READ: "read",
    Operation.REPLACE: "replace",
    Operation.UPDATE: "change",
    Operation.DELETE: "delete",
    Operation.LIST: "list",
}


def notes(plan: Plan, requirements: Requirements, *, ticket: str | None) -> str:
    """The notes as Markdown; every requirement is named."""
    ticketed = f"\n\nTicket: {escape(ticket)}" if ticket else ""
    sections = (
        f"# {escape(plan.title)}\n\n{escape(plan.summary)}{ticketed}",
        "## What you can do now\n\n" + bullets(_gains(plan)),
        "## How to use it\n\n" + _usage(plan),
        "## Requirements\n\n" + _requirements(requirements),
        *_open_points(requirements),
        "## For operators\n\n" + bullets(_operations(plan)),
    )
    return "\n\n".join(sections) + "\n"


def _gains(plan: Plan) -> list[str]:
    gains = [_offered(entity) for entity in plan.model.entities]
    for ingestion in plan.model.ingestions:
        plural = escape(plan.entity(ingestion.entity).plural)
        gains.append(
            f"Send up to {ingestion.max_batch} {plural} in one request; they are processed in the background, each once."
        )
    for correlation in plan.model.correlations:
        left, right = plan.entity(correlation.left), plan.entity(correlation.right)
        pairs = ", ".join(f"{escape(left.field(k.left).label)} = {escape(right.field(k.right).label)}" for k in correlation.keys)
        gains.append(f"See which {escape(right.plural)} and {escape(left.plural)} belong together, from either side ({pairs}).")
    return gains


def _offered(entity: Entity) -> str:
    verbs = [verb for operation, verb in VERBS.items() if operation in entity.operations]
    words = ", ".join(verbs[:-1]) + (" and " if len(verbs) > 1 else "") + verbs[-1] if verbs else "keep"
    said = f"{words[:1].upper()}{words[1:]} {escape(entity.plural)}"
    narrowed = ", ".join(escape(entity.field(name).label) for name in entity.filters)
    if narrowed and Operation.LIST in entity.operations:
        said += f"; lists can be narrowed by {narrowed}"
    return f"{said}."


def _usage(plan: Plan) -> str:
    rows = [(code(f"{route.method} {route.path}"), escape(route.summary)) for route in plan.routes]
    return (
        f"The contract is {code(plan.layout.contract)}. Every call needs a bearer token; it decides whose records are seen.\n\n"
        + table(("Request", "What it does"), rows)
    )


def _requirements(requirements: Requirements) -> str:
    rows = [
        (escape(each.id), escape(each.statement), ", ".join(escape(criterion.id) for criterion in each.criteria))
        for each in requirements.requirements
    ]
    return table(("Requirement", "What was asked for", "Acceptance criteria"), rows)


def _open_points(requirements: Requirements) -> tuple[str, ...]:
    sections: list[str] = []
    if requirements.assumptions:
        assumed = bullets(f"{escape(each.id)}: {escape(each.text)}" for each in requirements.assumptions)
        sections.append(f"## Decided without being asked\n\n{assumed}")
    left_out = [each for each in requirements.demands if each.disposition == "excluded"]
    if left_out:
        sections.append("## Left out\n\n" + bullets(f"{escape(each.quote)}. {escape(each.note)}".strip() for each in left_out))
    if requirements.frontend:
        sections.append(f"## For the frontend team\n\n{escape(requirements.frontend)}")
    if requirements.metrics:
        measured = bullets(f"{escape(each.name)}: {escape(each.target)}" for each in requirements.metrics)
        sections.append(f"## How success is measured\n\n{measured}")
    return tuple(sections)


def _operations(plan: Plan) -> list[str]:
    return [
        f"Stack {code(plan.slug)}: {len(plan.resources)} resources, {code(plan.layout.template)}; nothing outside is touched.",
        f"Shared parameters are in {code(plan.layout.parameters)}; the runbook says who gives the others.",
        "The table is kept when the stack is deleted.",
        f"Alarms, queries and the ways back are in {code(plan.layout.runbook)}; the reasons are in {code(plan.layout.design)}.",
    ]
