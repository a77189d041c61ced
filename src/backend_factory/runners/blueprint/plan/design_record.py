"""The design record: what was decided and why, in the words of the plan."""

from collections.abc import Iterator

from backend_factory.domain.deliverable import Plan, Requirements
from backend_factory.domain.feature import Entity, Field, FieldType
from backend_factory.runners.blueprint.indexes import indexes
from backend_factory.runners.blueprint.markdown import bullets, code, escape, numbered, table


def design_record(plan: Plan, requirements: Requirements) -> str:
    """Markdown that a reviewer reads from top to bottom."""
    sections = (
        f"# {escape(plan.title)}: design",
        "## Context\n\n" + _context(plan, requirements),
        "## Decisions\n\n" + "\n\n".join(_decisions(plan)),
        "## Data\n\n" + "\n\n".join(_data(plan)),
        "## API\n\n" + _api(plan),
        "## Infrastructure\n\n" + _infrastructure(plan),
        "## Components\n\n" + _components(plan),
        "## Tests\n\n" + _tests(plan),
        "## Rollout\n\n" + numbered(plan.rollout),
        "## Rollback\n\n" + numbered(plan.rollback),
        "## Risks\n\n" + (bullets(_risk(risk) for risk in plan.risks) or "None beyond those of any API."),
        "## Traceability\n\n" + _traceability(plan, requirements),
    )
    return "\n\n".join(sections) + "\n"


def _context(plan: Plan, requirements: Requirements) -> str:
    parts = [escape(plan.summary)]
    if requirements.frontend:
        parts.append(f"For the frontend team, and not part of this: {escape(requirements.frontend)}")
    if requirements.assumptions:
        assumed = bullets(f"{escape(each.id)}: {escape(each.text)}" for each in requirements.assumptions)
        parts.append(f"What the request leaves open was decided as follows.\n\n{assumed}")
    if plan.reused:
        parts.append("Built on what is there:\n\n" + bullets(code(path) for path in plan.reused))
    return "\n\n".join(parts)


def _decisions(plan: Plan) -> Iterator[str]:
    for choice in plan.choices:
        rejected = f"\n\nRejected: {choice.rejected}" if choice.rejected else ""
        yield f"### {choice.topic}: {choice.choice}\n\n{choice.reason}{rejected}"
    rows = [
        (code(each.module), code(each.version), each.reason + (" (there already)" if each.present else ""))
        for each in plan.dependencies
    ]
    yield "### Go modules\n\n" + table(("Module", "Version", "For"), rows)


def _data(plan: Plan) -> Iterator[str]:
    yield (
        "One table. Partition key `username` (the tenant), sort key `key`. Every record also holds `entity`, `id`, "
        "`created`, `updated`, `version`."
    )
    for design in plan.designs:
        entity = plan.entity(design.entity)
        wires = {each.field: each.wire for each in design.fields}
        tail = "#".join(f"<{wires[name]}>" for name in entity.key) or "<id>"
        rows = [
            (code(each.wire), escape(entity.field(each.field).label), _kind(entity.field(each.field)), _rules(entity, each.field))
            for each in design.fields
        ]
        fields = table(("Attribute", "Meaning", "Type", "Rules"), rows)
        yield f"### {code(design.go)}: {escape(entity.label)}\n\nKey {code(design.prefix + tail)}.\n\n{fields}"
    if any(field.unique for entity in plan.model.entities for field in entity.fields):
        yield (
            "Unique values are held by items `#unique#<entity>#<field>#<hash of the value>`, written and deleted in the "
            "transaction of their record."
        )
    if plan.model.ingestions:
        yield (
            "Batches and the marks of processed items are items `#batch#<id>` and `#batch#<id>#<index>`, which expire "
            "after seven days (`ttl`)."
        )
    found = indexes(plan.model)
    if found:
        rows = [(code(each.name), code(each.partition), code(each.sort), escape(each.purpose)) for each in found]
        yield "### Indexes\n\n" + table(("Index", "Partition key", "Sort key", "For"), rows)


KINDS = {
    FieldType.CVE: "CVE identifier",
    FieldType.URL: "URL",
    FieldType.IP_ADDRESS: "IP address",
    FieldType.EMAIL: "e-mail address",
}


def _kind(field: Field) -> str:
    kind = KINDS.get(field.type, field.type.value.replace("_", " "))
    if field.type is FieldType.REFERENCE:
        kind = f"reference: {escape(field.references or 'a record')}"
    return f"list of {kind}, at most {field.max_items}" if field.many else kind


def _rules(entity: Entity, name: str) -> str:
    field = entity.field(name)
    said = []
    if name in entity.key:
        said.append("part of the key")
    for holds, words in (
        (field.required, "required"),
        (field.unique, "unique"),
        (field.immutable, "cannot be changed"),
        (name in entity.filters, "lists can be filtered by it"),
        (name in entity.sorts, "lists can be sorted by it"),
    ):
        said.extend([words] if holds else [])
    said.extend(_limits(field))
    for rule in entity.rules:
        if rule.later == name:
            said.append(f"after {'or equal to ' if rule.or_equal else ''}{escape(entity.field(rule.earlier).label)}")
    return ", ".join(said)


def _limits(field: Field) -> Iterator[str]:
    if field.choices:
        yield "one of " + " ".join(code(choice) for choice in field.choices)
    if field.default is not None:
        yield f"default {code(str(field.default).lower() if isinstance(field.default, bool) else str(field.default))}"
    for limit, words in ((field.minimum, "at least {:g}"), (field.maximum, "at most {:g}")):
        if limit is not None:
            yield words.format(limit)
    if field.min_length and field.max_length:
        yield f"{field.min_length} to {field.max_length} characters"
    elif field.min_length or field.max_length:
        yield f"at least {field.min_length} characters" if field.min_length else f"at most {field.max_length} characters"
    if field.pattern is not None:
        yield f"matches {code(field.pattern)}"


def _api(plan: Plan) -> str:
    rows = [(code(r.method), code(r.path), str(r.success), escape(r.summary), code(r.id)) for r in plan.routes]
    said = table(("Method", "Path", "Success", "What it does", "Operation"), rows)
    return f"The contract is {code(plan.layout.contract)}; it has every body, parameter and refusal.\n\n{said}"


def _infrastructure(plan: Plan) -> str:
    rows = [
        (code(each.logical_id), code(each.type), _as_code(each.purpose) + (" **(holds data)**" if each.stateful else ""))
        for each in plan.resources
    ]
    return f"All of it is in {code(plan.layout.template)}.\n\n" + table(("Logical id", "Type", "For"), rows)


def _as_code(purpose: str) -> str:
    """A route's purpose is its method and path."""
    return code(purpose) if "/" in purpose else purpose


def _components(plan: Plan) -> str:
    rows = [(each.id, code(each.path), each.purpose) for each in plan.components]
    return table(("Component", "Path", "For"), rows)


def _tests(plan: Plan) -> str:
    return (
        f"Each of the {len(plan.tests)} acceptance criteria is shown twice: by table-driven Go tests that need no AWS, and by "
        "scenarios over HTTP against the deployed stack. Refusals are tested rule by rule, error paths by clients that fail. "
        "All tests run under the race detector and in random order."
    )


def _risk(risk: str) -> str:
    return escape(risk) if any(sign in risk for sign in "<>[]|`*") else risk


def _traceability(plan: Plan, requirements: Requirements) -> str:
    planned = {test.criterion: test.levels for test in plan.tests}
    rows = []
    for requirement in requirements.requirements:
        serving = ", ".join(each.id for each in plan.components if requirement.id in each.requirements)
        shown = ", ".join(f"{escape(c.id)} ({' + '.join(planned[c.id])})" for c in requirement.criteria)
        rows.append((f"{escape(requirement.id)} {escape(requirement.title)}", serving, shown))
    return table(("Requirement", "Components", "Shown by"), rows)
