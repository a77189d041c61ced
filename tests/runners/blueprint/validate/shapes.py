"""Features of several shapes, planned by the Solution Architect's pass."""

from backend_factory.domain.assignment import Survey
from backend_factory.domain.deliverable import Plan, Requirements
from backend_factory.domain.feature import (
    Correlation,
    Entity,
    FeatureModel,
    Field,
    FieldType,
    Ingestion,
    KeyPair,
    Operation,
    OrderRule,
    PlatformType,
)
from backend_factory.runners.blueprint.plan.planning import plan


def planned(requirements: Requirements) -> Plan:
    """The plan in a bare Go repository."""
    made = plan(requirements, Survey(module="example.com/shop", go="1.26", files=("go.mod",)), name="shape")
    assert isinstance(made, Plan)
    return made


def text(name: str, **rest: object) -> Field:
    return field(name, FieldType.TEXT, **rest)


def field(name: str, kind: FieldType, **rest: object) -> Field:
    return Field.model_validate({"name": name, "label": name.replace("_", " "), "type": kind} | rest)


def entity(name: str, *fields: Field, **rest: object) -> Entity:
    return Entity.model_validate({"name": name, "label": name, "plural": f"{name}s", "fields": fields} | rest)


KEYED = (
    field("dns", FieldType.HOSTNAME, required=True, immutable=True),
    text("name", required=True, immutable=True),
)

ASSET = entity(
    "asset",
    *KEYED,
    field("status", FieldType.CHOICE, choices=("A", "P", "D", "F"), default="A"),
    field("ip_address", FieldType.IP_ADDRESS),
    key=("dns", "name"),
    platform=PlatformType.ASSET,
    filters=("status",),
)
RISK = entity(
    "risk",
    *KEYED,
    field("status", FieldType.CHOICE, choices=("TI", "TH", "OC"), default="TI"),
    field("ip_address", FieldType.IP_ADDRESS),
    field("cve", FieldType.CVE),
    field("comment", FieldType.LONG_TEXT),
    key=("dns", "name"),
    platform=PlatformType.RISK,
    filters=("status", "cve"),
    sorts=("name",),
)
VULNERABILITIES = FeatureModel(
    name="vulnerability_processing",
    entities=(RISK, ASSET),
    correlations=(
        Correlation(
            left="risk",
            right="asset",
            keys=(KeyPair(left="dns", right="dns"), KeyPair(left="ip_address", right="ip_address")),
        ),
    ),
    ingestions=(Ingestion(entity="risk"),),
)

WINDOWS = FeatureModel(
    name="windows",
    entities=(
        entity(
            "maintenance_window",
            field("starts_at", FieldType.TIMESTAMP, required=True),
            field("ends_at", FieldType.TIMESTAMP, required=True),
            field("owner", FieldType.EMAIL, required=True),
            field("assets", FieldType.REFERENCE, many=True, references="asset"),
            field("tags", FieldType.TEXT, many=True, max_items=5),
            field("priority", FieldType.INTEGER, minimum=1, maximum=5, default=3),
            field("all_day", FieldType.BOOLEAN, default=False),
            rules=(OrderRule(earlier="starts_at", later="ends_at"),),
            filters=("owner", "assets", "priority", "all_day"),
            sorts=("starts_at", "owner"),
        ),
    ),
)

ORDERS = FeatureModel(
    name="orders",
    entities=(
        entity("customer", text("name", required=True, unique=True, max_length=40), field("site", FieldType.URL)),
        entity(
            "order",
            text("number", required=True, unique=True, immutable=True, pattern=r"ORD-\d{4}"),
            field("customer", FieldType.REFERENCE, references="customer", required=True),
            field("follows", FieldType.REFERENCE, references="order"),
            field("others", FieldType.REFERENCE, references="customer", many=True),
            field("amount", FieldType.DECIMAL, required=True, minimum=0, maximum=10),
            field("limit_up_to", FieldType.DECIMAL, minimum=0, maximum=10),
            field("due", FieldType.DATE),
            rules=(OrderRule(earlier="amount", later="limit_up_to", or_equal=True),),
            filters=("customer", "amount", "follows"),
            sorts=("amount", "number"),
        ),
    ),
)

READINGS = FeatureModel(
    name="readings",
    entities=(
        entity("note", text("text", required=True), operations=(Operation.CREATE, Operation.LIST)),
        entity(
            "reading",
            text("sensor", required=True, immutable=True),
            field("level", FieldType.INTEGER, required=True),
            key=("sensor",),
            operations=(Operation.READ, Operation.REPLACE, Operation.UPDATE, Operation.LIST, Operation.DELETE),
            sorts=("level",),
        ),
    ),
    ingestions=(Ingestion(entity="reading", max_batch=10),),
)

SHAPES = {m.name: m for m in (VULNERABILITIES, WINDOWS, ORDERS, READINGS)}
