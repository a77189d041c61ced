"""Features that together use every part of the emitted code."""

from planned_features import ALL, requirements

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
)
from backend_factory.runners.blueprint.plan.layout import slug
from backend_factory.runners.blueprint.plan.planning import plan


def planned(made: Requirements, survey: Survey = Survey(module="example.com/shop", go="1.26", files=("go.mod",))) -> Plan:  # noqa: B008
    """The plan in a bare Go repository."""
    found = plan(made, survey, name=slug(made))
    assert isinstance(found, Plan)
    return found


def one(name: str, kind: FieldType = FieldType.TEXT, **rest: object) -> Field:
    return Field.model_validate({"name": name, "label": name.replace("_", " "), "type": kind} | rest)


def kind(name: str, *fields: Field, **rest: object) -> Entity:
    return Entity.model_validate({"name": name, "label": name, "plural": f"{name}s", "fields": fields} | rest)


EXTRAS: dict[FieldType, dict[str, object]] = {
    FieldType.CHOICE: {"choices": tuple(f"choice number {n}" for n in range(12))},
    FieldType.REFERENCE: {"references": "owner"},
    FieldType.INTEGER: {"minimum": -0.5, "maximum": 1e30},
    FieldType.DECIMAL: {"minimum": 0.25, "maximum": 1e3},
}

OWNER = kind("owner", one("name", required=True, unique=True), operations=(Operation.CREATE, Operation.READ))


def every_type() -> Requirements:
    """Every type: required, optional and many; all can be filtered; names that the code has uses for itself."""
    fields = [one(f"{t.value}_{how}", t, **EXTRAS.get(t, {}), **flags) for t in FieldType for how, flags in _HOW.items()]
    odd = [one(name) for name in ("meta", "metadata", "type", "metadata_value")]
    names = tuple(f.name for f in fields)
    record = kind("record", *fields, *odd, filters=names, sorts=("integer_must", "decimal_must"))
    return requirements("Every Type API", FeatureModel(name="every_type", entities=(record, OWNER)))


_HOW: dict[str, dict[str, object]] = {"must": {"required": True}, "may": {}, "many": {"many": True}}


def claimed() -> Requirements:
    """Unique values of every kind, defaults, order rules between optional and mixed fields, no list, no filters."""
    booking = kind(
        "booking",
        one("number", FieldType.INTEGER, required=True, unique=True),
        one("weight", FieldType.DECIMAL, unique=True, default=1.5),
        one("rare", FieldType.BOOLEAN, unique=True),
        one("codes", many=True, required=True, pattern=r"[A-Z]+\d"),
        one("nick", unique=True, min_length=2, max_length=9),
        one("mail", FieldType.EMAIL, max_length=60, default='o"x@example.com'),
        one("begins", FieldType.DATE),
        one("ends", FieldType.DATE),
        rules=(OrderRule(earlier="begins", later="ends", or_equal=True), OrderRule(earlier="weight", later="number")),
        operations=(Operation.CREATE, Operation.REPLACE, Operation.DELETE),
    )
    return requirements("Booking API", FeatureModel(name="booking", entities=(booking,)))


def delivered() -> Requirements:
    """Two kinds that arrive in batches, refer to each other's kind, are unique in a value, and correlate twice."""
    host = kind(
        "host",
        one("name", FieldType.HOSTNAME, required=True, immutable=True),
        one("port", FieldType.INTEGER),
        one("note"),
        key=("name",),
    )
    scan = kind(
        "scan",
        one("serial", required=True, immutable=True, max_length=40),
        one("of", FieldType.REFERENCE, references="host", required=True),
        one("more", FieldType.REFERENCE, references="host", many=True),
        one("spare", FieldType.REFERENCE, references="host", immutable=True),
        one("tag", unique=True),
        one("port", FieldType.INTEGER),
        one("note"),
        key=("serial",),
        operations=(Operation.READ,),
    )
    model = FeatureModel(
        name="scan",
        entities=(host, scan),
        correlations=(
            Correlation(left="scan", right="host", keys=(KeyPair(left="port", right="port"), KeyPair(left="note", right="note"))),
            Correlation(left="host", right="host", keys=(KeyPair(left="note", right="note"),)),
        ),
        ingestions=(Ingestion(entity="scan", max_batch=10), Ingestion(entity="host")),
    )
    return requirements("Scan Processing API", model)


SHAPES = (*ALL, every_type, claimed, delivered)
