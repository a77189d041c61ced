"""Hand-made features of several shapes, as the Business Analyst would deliver them."""

from backend_factory.domain.deliverable import Behaviour, Criterion, Demand, Requirement, Requirements, SuccessMetric
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
    Origin,
    PlatformType,
)

READ_ONLY = (Operation.READ, Operation.LIST)


def requirements(title: str, model: FeatureModel) -> Requirements:
    """One requirement an entity, with a criterion for each behaviour that every entity has; more for batches and correlations."""
    found = [_records(number, entity) for number, entity in enumerate(model.entities, start=1)]
    for ingestion in model.ingestions:
        found.append(_requirement(len(found) + 1, ingestion.entity, (Behaviour.INGESTED, Behaviour.DEAD_LETTERED), "batches"))
    for correlation in model.correlations:
        number = len(found) + 1
        found.append(_requirement(number, correlation.left, (Behaviour.CORRELATED,), "correlation", correlation.right))
    return Requirements(
        title=title,
        summary=f"{title} for tests.",
        demands=(Demand(id="D-1", quote=title, disposition="required"),),
        requirements=tuple(found),
        assumptions=(),
        metrics=(SuccessMetric(name="Answers", target="95 % under 500 ms"),),
        model=model,
    )


def _records(number: int, entity: Entity) -> Requirement:
    seen = (Behaviour.CREATED, Behaviour.READ, Behaviour.SIGN_IN_REQUIRED, Behaviour.ISOLATED)
    return _requirement(number, entity.name, seen, f"keep {entity.plural}")


def _requirement(number: int, entity: str, seen: tuple[Behaviour, ...], title: str, field: str = "") -> Requirement:
    criteria = tuple(
        Criterion(
            id=f"AC-{number}.{n}", given="a tenant", when="it calls", then=f"it is {b}", behaviour=b, entity=entity, field=field
        )
        for n, b in enumerate(seen, start=1)
    )
    return Requirement(id=f"FR-{number}", title=title, statement=f"Tenants can {title}.", demands=("D-1",), criteria=criteria)


def vulnerabilities() -> Requirements:
    """The demo: batches of vulnerabilities that are correlated with assets, both known to the platform."""
    return requirements("Vulnerability Processing API", VULNERABILITIES)


def windows() -> Requirements:
    """Maintenance windows with times in order, a choice with a default, and references to platform assets."""
    return requirements("Maintenance Windows API", WINDOWS)


def suppliers() -> Requirements:
    """Suppliers and the contracts that refer to them: unique values, patterns, limits, lists, every type of field."""
    return requirements("Supplier Service Backend", SUPPLIERS)


def notes() -> Requirements:
    """The least that is possible: one entity, one field, created and read."""
    return requirements("Note API", NOTES)


def hostile() -> Requirements:
    """Names and labels from somebody who means harm: YAML, Markdown, CloudFormation and HTML tricks, reserved words."""
    return requirements('"}} *a*: !Ref <script>alert(1)</script> | `rm -rf` | API', HOSTILE)


def _key_text(name: str, label: str, kind: FieldType = FieldType.TEXT) -> Field:
    return Field(name=name, label=label, type=kind, required=True, immutable=True, origin=Origin.PLATFORM)


_ASSET = Entity(
    name="asset",
    label="asset",
    plural="assets",
    description="Something that a tenant owns.",
    fields=(
        _key_text("dns", "DNS name", FieldType.HOSTNAME),
        _key_text("name", "name"),
        Field(name="status", label="status", type=FieldType.CHOICE, choices=("A", "P", "D", "F"), default="A"),
        Field(name="ip_address", label="IP address", type=FieldType.IP_ADDRESS),
    ),
    key=("dns", "name"),
    filters=("status",),
    sorts=("name",),
    platform=PlatformType.ASSET,
    origin=Origin.PLATFORM,
)

_RISK = Entity(
    name="vulnerability",
    label="vulnerability",
    plural="vulnerabilities",
    description="A weakness of something that a tenant owns.",
    fields=(
        _key_text("dns", "DNS name", FieldType.HOSTNAME),
        _key_text("name", "name"),
        Field(
            name="status",
            label="status",
            type=FieldType.CHOICE,
            choices=tuple(state + severity for state in "TOIRD" for severity in "ILMHC"),
            default="TI",
        ),
        Field(name="comment", label="comment", type=FieldType.LONG_TEXT),
        Field(name="source", label="source", type=FieldType.TEXT),
        Field(name="cve", label="CVE", type=FieldType.CVE),
        Field(name="ip_address", label="IP address", type=FieldType.IP_ADDRESS),
    ),
    operations=tuple(Operation),
    key=("dns", "name"),
    filters=("status", "cve"),
    platform=PlatformType.RISK,
    origin=Origin.PLATFORM,
)

VULNERABILITIES = FeatureModel(
    name="vulnerability_processing",
    entities=(_RISK, _ASSET),
    correlations=(
        Correlation(
            left="vulnerability",
            right="asset",
            keys=(KeyPair(left="dns", right="dns"), KeyPair(left="ip_address", right="ip_address")),
        ),
    ),
    ingestions=(Ingestion(entity="vulnerability"),),
)

WINDOWS = FeatureModel(
    name="maintenance_windows",
    entities=(
        Entity(
            name="maintenance_window",
            label="maintenance window",
            plural="maintenance windows",
            fields=(
                Field(name="starts_at", label="start", type=FieldType.TIMESTAMP, required=True),
                Field(name="ends_at", label="end", type=FieldType.TIMESTAMP, required=True),
                Field(name="owner", label="owner", type=FieldType.EMAIL, required=True),
                Field(
                    name="assets", label="assets affected", type=FieldType.REFERENCE, many=True, references="asset", max_items=50
                ),
                Field(name="state", label="state", type=FieldType.CHOICE, choices=("planned", "done"), default="planned"),
                Field(name="limit", label="limit", type=FieldType.INTEGER, minimum=1, maximum=9, default=3),
            ),
            rules=(OrderRule(earlier="starts_at", later="ends_at"),),
            filters=("owner", "assets", "state", "limit"),
            sorts=("starts_at", "owner"),
        ),
    ),
)

SUPPLIERS = FeatureModel(
    name="suppliers",
    entities=(
        Entity(
            name="supplier",
            label="supplier",
            plural="suppliers",
            fields=(
                Field(
                    name="vat_number",
                    label="VAT number",
                    type=FieldType.TEXT,
                    required=True,
                    unique=True,
                    immutable=True,
                    pattern="[A-Z]{2}[0-9]{9}",
                ),
                Field(name="email", label="e-mail address", type=FieldType.EMAIL, required=True, unique=True),
                Field(name="website", label="website", type=FieldType.URL),
                Field(name="rating", label="rating", type=FieldType.DECIMAL, minimum=0, maximum=5),
                Field(name="active", label="active", type=FieldType.BOOLEAN, default=True),
                Field(name="tags", label="tags", type=FieldType.TEXT, many=True, max_items=10, max_length=40),
                Field(name="founded", label="founded", type=FieldType.DATE),
            ),
            sorts=("email",),
            filters=("tags", "active"),
        ),
        Entity(
            name="supplier_contract",
            label="supplier contract",
            plural="supplier contracts",
            fields=(
                Field(name="supplier", label="supplier", type=FieldType.REFERENCE, references="supplier", required=True),
                Field(name="employees", label="employees", type=FieldType.INTEGER, minimum=1),
                Field(name="ip_addresses", label="addresses", type=FieldType.IP_ADDRESS, many=True),
                Field(name="host", label="host", type=FieldType.HOSTNAME),
                Field(name="cves", label="CVEs", type=FieldType.CVE, many=True),
                Field(name="terms", label="terms", type=FieldType.LONG_TEXT, required=True, max_length=2000),
            ),
            operations=(Operation.CREATE, Operation.READ, Operation.DELETE),
        ),
    ),
)

NOTES = FeatureModel(
    name="note",
    entities=(
        Entity(
            name="note",
            label="note",
            plural="notes",
            fields=(Field(name="text", label="text", type=FieldType.TEXT, required=True),),
            operations=(Operation.CREATE, Operation.READ),
        ),
    ),
)

_NASTY = '<b onload="x">|`${AWS::StackName}`\n# pwned: !Sub [x](javascript:1) {{.}} \\'

HOSTILE = FeatureModel(
    name="hostile",
    entities=(
        Entity(
            name="batch",
            label=_NASTY,
            plural=f"{_NASTY}s",
            description=f"---\n{_NASTY}",
            fields=(
                Field(name="ttl", label=_NASTY, type=FieldType.TEXT, required=True, description=_NASTY, pattern="[a-z]+(?i:x)?"),
                Field(
                    name="match1",
                    label="no: yes",
                    type=FieldType.CHOICE,
                    choices=("no", "0x1", "a: b", "- c", "<|>"),
                    default="no",
                ),
                Field(name="id_s", label="*", type=FieldType.BOOLEAN),
                Field(name="ids", label="&", type=FieldType.BOOLEAN),
            ),
            filters=("ttl",),
            sorts=("ttl",),
            operations=tuple(Operation)[:-1],
        ),
        Entity(
            name="table",
            label="table",
            plural="next",
            fields=(Field(name="username", label="user", type=FieldType.TEXT),),
            operations=READ_ONLY,
        ),
    ),
)

ALL = (vulnerabilities, windows, suppliers, notes, hostile)
