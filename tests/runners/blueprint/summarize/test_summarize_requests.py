"""Differently worded requests become the models that their words mean."""
# ruff: noqa: E501 (requests and what they mean stay on a line each)

import pytest
from asked import delivered

from backend_factory.domain.deliverable import Requirements
from backend_factory.domain.feature import Field, Operation, Origin, PlatformType

DEMO = "I need an API that processes vulnerability data and correlates with assets"
WINDOWS = "an API for maintenance windows with a start, an end, an owner and the assets affected"
ALL = {Operation.CREATE, Operation.READ, Operation.REPLACE, Operation.UPDATE, Operation.DELETE, Operation.LIST}


def spoken(field: Field) -> str:
    """A field in one line, defaults left out: `rating integer 1..5`."""
    parts = [field.name, f"{field.type.value}{'[]' if field.many else ''}"]
    parts += [word for word in ("required", "unique", "immutable") if getattr(field, word)]
    if field.choices and len(field.choices) < 10:
        parts.append("|".join(field.choices))
    if field.default is not None:
        parts.append(f"={str(field.default).lower()}")
    if field.minimum is not None or field.maximum is not None:
        parts.append(
            f"{'' if field.minimum is None else f'{field.minimum:g}'}..{'' if field.maximum is None else f'{field.maximum:g}'}"
        )
    if field.max_length not in (None, 256, 4096):
        parts.append(f"<={field.max_length}")
    if field.pattern:
        parts.append(f"/{field.pattern}/")
    if field.references:
        parts.append(f"->{field.references}")
    return " ".join(parts)


def fields(found: Requirements, entity: str) -> list[str]:
    return [spoken(field) for field in found.model.entity(entity).fields]


REQUESTS: list[tuple[str, str, list[str]]] = [
    (WINDOWS, "maintenance_window", ["start timestamp required", "end timestamp required", "owner text required", "assets_affected reference[] ->asset"]),
    (
        "a service to manage suppliers: name (required, unique), email, rating between 1 and 5, tier one of gold, silver, bronze (default bronze), website, notes",
        "supplier",
        ["name text required unique", "email email", "rating integer 1..5", "tier choice gold|silver|bronze =bronze", "website url", "notes long_text"],
    ),
    (
        "Create a REST API for incidents with title, description, severity (low, medium, high, critical), status (open, investigating, resolved; default open) and reporter email.",
        "incident",
        ["title text required", "description long_text", "severity choice required low|medium|high|critical", "status choice open|investigating|resolved =open", "reporter_email email required"],
    ),
    (
        "Please build a backend service to track library books: isbn (required, unique), title, author, published date, number of copies, price.",
        "library_book",
        ["isbn text required unique", "title text", "author text", "published_date date", "number_of_copies integer", "price decimal"],
    ),
    (
        "We need an API for parking spots. A parking spot has a code that must match ^[A-Z]{3}$, a level between -3 and 10, and is covered or not.",
        "parking_spot",
        ["code text required /[A-Z]{3}/", "level integer required -3..10", "covered boolean =false"],
    ),
    (
        "Build a supplier API with name, email and country. The name is required and must be unique. The country can only be one of DE, FR, IT.",
        "supplier",
        ["name text required unique", "email email", "country choice DE|FR|IT"],
    ),
    (
        "As a facility manager, I want to manage meeting rooms with a name, a capacity and a list of amenities so that people can find a room.",
        "meeting_room",
        ["name text required", "capacity integer required", "amenities text[]"],
    ),
    (
        "Build an API for feature toggles: key name (required, immutable), enabled boolean (default false), description optional, at most 500 characters.",
        "feature_toggle",
        ["key_name text required immutable", "enabled boolean =false", "description long_text <=500"],
    ),
    (
        "Develop an API for invoices. Invoices have a number (unique), an amount greater than 0, a due date and a customer email. Only the due date can be changed.",
        "invoice",
        ["number text required unique immutable", "amount decimal required immutable 0.01..", "due_date date required", "customer_email email required immutable"],
    ),
    (
        "Provide an API for managing SSL certificates: domain, issuer, valid from, valid until, fingerprint (64 characters).",
        "ssl_certificate",
        ["domain hostname required", "issuer text required", "valid_from timestamp required", "valid_until timestamp required", "fingerprint text required <=64"],
    ),
    (
        "Expose a service for contracts with a start date, end date, vendor (required), value in euros and renewal flag. Contracts are multi-tenant.",
        "contract",
        ["start_date date", "end_date date", "vendor text required", "value_in_euros decimal", "renewal_flag boolean =false"],
    ),
    (
        "Create an API for shipments. A shipment has a tracking number, a weight of at least 0.1 and at most 70, and a delivered at timestamp. The tracking number is required, unique and cannot be changed.",
        "shipment",
        ["tracking_number text required unique immutable", "weight decimal 0.1..70", "delivered_at timestamp"],
    ),
    (
        "API for devices: serial number (string, unique, required), mac address, ip address, last seen at, labels (list of text, at most 10 items)",
        "device",
        ["serial_number text required unique", "mac_address text", "ip_address ip_address", "last_seen_at timestamp", "labels text[]"],
    ),
    (
        "create an api for support tickets where each ticket has a subject, a body, a priority and an assignee; priority defaults to medium",
        "support_ticket",
        ["subject text required", "body long_text", "priority choice low|medium|high =medium", "assignee text required"],
    ),
    (
        "Make an API for employees: first name, email address, hire date, salary, is active, type.",
        "employee",
        ["first_name text required", "email_address email required", "hire_date date required", "salary decimal required", "is_active boolean =false", "employee_type text required"],
    ),
    (
        "an API for orders whose status is one of open, paid, shipped, defaulting to open",
        "order",
        ["status choice open|paid|shipped =open"],
    ),
    (
        "API for a phone book: name, phone number (pattern ^[+0-9 ]{5,20}$), birthday, favourite yes/no",
        "phone_book",
        ["name text required", "phone_number text required /[+0-9 ]{5,20}/", "birthday date required", "favourite boolean =false"],
    ),
    ("build api for pets with name and age", "pet", ["name text required", "age integer required"]),
    ("I need an API for gadgets", "gadget", ["name text required", "description long_text"]),
    ("API to manage categories with a name and a parent category", "category", ["name text required", "parent_category reference ->category"]),
    (
        "I need an API for vulnerabilities with a cve id, a cvss score between 0 and 10 and affected assets",
        "vulnerability",
        ["dns hostname required immutable", "name text required immutable", "status choice =ti", "comment long_text", "source text", "cve cve", "cvss_score decimal 0..10", "affected_assets reference[] ->asset"],
    ),
    (
        "We'd like an asset inventory API with an owner and a location.",
        "asset",
        ["dns hostname required immutable", "name text required immutable", "status choice A|P|D|F =a", "owner text", "location text"],
    ),
    (
        "Create an API for work orders:\n* number - required, unique, pattern ^WO-[0-9]{6}$\n* description (long text, optional)\n* priority: low | medium | high, default medium\n* scheduled for: date\n* done: boolean, default false\n* estimated cost: decimal >= 0\n* assets: list of references to assets",
        "work_order",
        ["number text required unique /WO-[0-9]{6}/", "description long_text", "priority choice low|medium|high =medium", "scheduled_for date", "done boolean =false", "estimated_cost decimal 0..", "assets reference[] ->asset"],
    ),
    (
        "An API for servers with a port (integer between 1 and 65535, required) and a host",
        "server",
        ["port integer required 1..65535", "host hostname"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "entity", "expected"), REQUESTS, ids=[f"{i}-{e}" for i, (_, e, _) in enumerate(REQUESTS)])
def test_the_words_of_a_request_decide_the_fields(text: str, entity: str, expected: list[str]) -> None:
    assert fields(delivered(text), entity) == expected


def test_the_demo_is_vulnerabilities_in_batches_correlated_with_assets_by_dns() -> None:
    found = delivered(DEMO, title="Vulnerability Processing API")
    risk, asset = found.model.entities
    assert (risk.name, risk.platform, risk.key) == ("vulnerability", PlatformType.RISK, ("dns", "name"))
    assert (asset.name, asset.platform) == ("asset", PlatformType.ASSET)
    assert set(risk.operations) == ALL | {Operation.INGEST}
    assert set(asset.operations) == ALL
    assert [i.entity for i in found.model.ingestions] == ["vulnerability"]
    (correlation,) = found.model.correlations
    assert [(k.left, k.right) for k in correlation.keys] == [("dns", "dns")]
    assert len(risk.field("status").choices) == 25
    assert found.title == "Vulnerability Processing API"
    assert found.model.name == "vulnerability_processing"
    assert [d.quote for d in found.demands] == ["I need an API that processes vulnerability data", "and correlates with assets"]


def test_a_start_comes_before_its_end_though_nobody_says_so() -> None:
    found = delivered(WINDOWS)
    (rule,) = found.model.entities[0].rules
    assert (rule.earlier, rule.later, rule.or_equal, rule.origin) == ("start", "end", False, Origin.ASSUMED)
    assert any("comes before" in a.text for a in found.assumptions)


@pytest.mark.parametrize(
    "words",
    [
        "The end date must be after the start date.",
        "The start date is before the end date.",
        "The end date must not be before the start date.",
    ],
)
def test_an_order_can_be_said_in_many_ways(words: str) -> None:
    (rule,) = delivered(f"An API for bookings with a room, a start date and an end date. {words}").model.entities[0].rules
    assert (rule.earlier, rule.later, rule.origin) == ("start_date", "end_date", Origin.STATED)
    assert rule.or_equal is ("not be before" in words)


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("Only create and list.", {"create", "list"}),
        ("It supports create, read and list.", {"create", "read", "list"}),
        ("Users can create and list them.", {"create", "read", "list"}),
        ("No delete.", {"create", "read", "replace", "update", "list"}),
        ("Gadgets cannot be deleted or updated.", {"create", "read", "list"}),
        ("Gadgets are append-only.", {"create", "read", "list"}),
        ("Full CRUD.", {"create", "read", "replace", "update", "delete", "list"}),
        ("Deletion is not needed.", {"create", "read", "replace", "update", "list"}),
    ],
)
def test_operations_are_those_that_the_words_leave(words: str, left: set[str]) -> None:
    found = delivered(f"I need an API for gadgets with a name. {words}")
    assert {o.value for o in found.model.entities[0].operations} == left


@pytest.mark.parametrize(
    "text",
    [
        "Build an API to manage teams and their members. Members have a name.",
        "Build an API for teams and members. Each member belongs to a team. Members have a name.",
        "Build an API for teams and members. A team has many members. Members have a name.",
        "Build an API for teams and members. Members have a name and a team.",
        "Add an endpoint for members with a name and a team, and for teams with a name.",
    ],
)
def test_a_relation_becomes_a_required_reference(text: str) -> None:
    member = delivered(text).model.entity("member")
    assert spoken(member.field("team")) == "team reference required ->team"
    assert "team" in member.filters


def test_filters_and_sorts_are_taken_as_stated_and_completed() -> None:
    found = delivered(
        "API for vehicles with vin, make, model, year between 1900 and 2100 and a flag electric; list sorted by year, filter by make and model."
    )
    (vehicle,) = found.model.entities
    assert vehicle.filters[:2] == ("make", "model")
    assert vehicle.sorts == ("year",)
    assert vehicle.field("year").required


def test_a_batch_has_the_key_and_size_that_are_stated() -> None:
    found = delivered(
        "Create a service that ingests scan findings in batches of up to 50. A finding has a hostname, a port between 1 and 65535 and a title."
        " It is identified by hostname and title. Match findings to assets by hostname."
    )
    finding = found.model.entity("scan_finding")
    assert finding.key == ("hostname", "title")
    assert found.model.ingestions[0].max_batch == 50
    assert all(finding.field(k).required and finding.field(k).immutable for k in finding.key)
    assert [(k.left, k.right) for k in found.model.correlations[0].keys] == [("hostname", "dns")]


def test_a_key_for_batches_is_decided_where_one_field_identifies() -> None:
    found = delivered("I need a service that imports product data with a sku, a name and a price. It should be idempotent.")
    assert found.model.entity("product").key == ("sku",)
    assert any("sku" in a.text and "arrives again" in a.text for a in found.assumptions)


def test_a_stated_key_of_a_correlation_becomes_a_field_of_both_sides() -> None:
    found = delivered(
        "An API that ingests sensor readings identified by serial number and correlates them with devices by ip address."
    )
    assert [(k.left, k.right) for k in found.model.correlations[0].keys] == [("ip_address", "ip_address")]
    assert found.model.entity("device").field("ip_address").required


def test_known_keys_correlate_where_none_is_stated() -> None:
    found = delivered(
        "An API for tickets and customers. Tickets have a subject and a reporter email. Customers have a name and an email. Correlate tickets with customers."
    )
    assert [(k.left, k.right) for k in found.model.correlations[0].keys] == [("reporter_email", "email")]


TICKET = """CHAR-77: Patch windows

Background
We patch our hosts by hand and nobody knows who does what.

Description:
As an operations engineer, I want to plan patch windows so that teams know when hosts restart.

Fields:
- title: text, required, at most 80 characters
- start: timestamp, required
- end: timestamp, required
- state: one of planned, running, done (default planned)
- owner (email, required)
- hosts: list of hostnames
- ticket number - text, optional, must match ^[A-Z]+-[0-9]+$

Acceptance criteria:
- The end must be after the start.
- Title is unique per tenant.
- Windows can be filtered by owner and state.
- Lists are sorted by start.
- A patch window cannot be deleted.
- Tenants can only see their own data.

Out of scope:
- A calendar view
- Notifications by e-mail
"""


def test_a_ticket_of_a_page_is_read_line_by_line() -> None:
    found = delivered(TICKET)
    (window,) = found.model.entities
    assert fields(found, "patch_window") == [
        "title text required unique <=80",
        "start timestamp required",
        "end timestamp required",
        "state choice planned|running|done =planned",
        "owner email required",
        "hosts hostname[]",
        "ticket_number text /[A-Z]+-[0-9]+/",
    ]
    assert window.filters == ("owner", "state")
    assert window.sorts == ("start",)
    assert Operation.DELETE not in window.operations
    by_quote = {d.quote: d.disposition for d in found.demands}
    assert by_quote["Notifications by e-mail"] == "excluded"
    assert by_quote["A patch window cannot be deleted."] == "required"
    assert by_quote["We patch our hosts by hand"] == "context"


def test_a_relation_that_may_be_is_optional() -> None:
    task = delivered("An API for tasks with a name. Tasks can be assigned to users.").model.entity("task")
    assert spoken(task.field("user")) == "user reference ->user"
