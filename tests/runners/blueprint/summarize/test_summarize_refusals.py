"""What cannot be compiled is declined by name; nothing is dropped in silence."""

import pytest
from asked import assignment, blocked, delivered

from backend_factory.domain.assignment import Blocked, Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.runners.blueprint.summarize import requirements

BASE = "I need an API for suppliers with a name and an email"

DECLINED = [
    (
        f"{BASE} and predict which supplier fails with machine learning.",
        "and predict which supplier fails with machine learning",
        "machine learning",
    ),
    (
        f"{BASE}. Send an email to the owner when a supplier is added.",
        "Send an email to the owner when a supplier is added",
        "messages",
    ),
    (f"{BASE}. Export suppliers as PDF.", "Export suppliers as PDF", "documents"),
    (f"{BASE} with full-text search.", "with full-text search", "search"),
    (f"{BASE}. Delete suppliers automatically after 90 days.", "Delete suppliers automatically after 90 days", "set times"),
    ("Create a GraphQL API for orders with a number.", "GraphQL", "another kind of interface"),
    (f"{BASE}. Only admins can delete suppliers.", "Only admins can delete suppliers", "permissions"),
    (f"{BASE}. A supplier must be approved by a manager.", "A supplier must be approved by a manager", "workflows"),
    (f"{BASE}. Show the average rating per supplier.", "Show the average rating per supplier", "computed"),
    ("An API for suppliers with a name, a photo upload and an email", "a photo upload", "files"),
    (f"{BASE}. The email must be encrypted.", "The email must be encrypted", "encryption"),
    (f"{BASE}. Migrate the existing data from the old system.", "Migrate the existing data from the old system", "what exists"),
    (f"{BASE}. It must answer within 20 ms.", "It must answer within 20 ms", "performance"),
    (f"{BASE}. It must run in multiple regions.", "It must run in multiple regions", "regions"),
    (f"{BASE}. Post to Slack when a supplier changes.", "Post to Slack when a supplier changes", "another system"),
    ("Implement an Okta SSO integration", "Implement an Okta SSO integration", "another system"),
    ("We need a service that processes payments with Stripe", "that processes payments with Stripe", "payments"),
    (f"{BASE}. Keep an audit log of all changes.", "Keep an audit log of all changes", "history"),
    (f"{BASE}. If the email is missing, the name is required.", "the name is required", "condition"),
    ("I need an API that scores risks by severity", "that scores risks by severity", "computed"),
    ("Add authentication to the backend", "Add authentication to the backend", "sign-in"),
    ("An API for orders. Orders go from open to paid to shipped.", "Orders go from open to paid to shipped", "workflows"),
]


@pytest.mark.parametrize(("text", "demand", "kind"), DECLINED, ids=[k + str(i) for i, (_, _, k) in enumerate(DECLINED)])
def test_a_demand_beyond_the_compiler_is_declined_with_its_words(text: str, demand: str, kind: str) -> None:
    found = blocked(text)
    if found.reason == "unsupported_demand":
        assert demand in found.demand
        assert kind in found.question
    else:
        assert found.demand in text
    assert found.demand in text
    assert found.needed
    assert found.tried
    assert found.question.count("?") >= 1


UNCLEAR = [
    (f"{BASE}. Dance with the wolves at midnight.", "Dance with the wolves at midnight."),
    (f"{BASE}. The service returns the weather.", "The service returns the weather."),
    ("An API for rooms with a name; users can book rooms.", "users can book rooms"),
    ("make it better", "make it better"),
    ("I need an API that correlates cats with dogs", "cats with dogs"),
    (f"{BASE}. Suppliers are read-only.", "Suppliers are read-only."),
    ("We need an API that ingests login events with a username, an ip address and a time", "login events"),
    ("hello", "hello"),
    (f"{BASE}, filter by shoe size range between two dates", "filter by shoe size range between two dates"),
    ("An API for cats with a rating between 5 and 1", "cats with a rating between 5 and 1"),
    ("An API for cats with a tier one of a, b (default c)", "tier"),
    ("An API for cats with a code matching ^(?=x)y$", "^(?=x)y$"),
]


@pytest.mark.parametrize(("text", "demand"), UNCLEAR)
def test_words_that_stay_unclear_are_asked_about(text: str, demand: str) -> None:
    found = blocked(text)
    assert found.reason in ("ambiguous", "unsupported_demand")
    assert demand in found.demand
    assert found.question.count("?") >= 1


def test_the_other_open_demands_are_named_in_the_same_question() -> None:
    found = blocked(f"{BASE}. Export suppliers as PDF. Keep an audit log of all changes.")
    assert found.demand == "Export suppliers as PDF"
    assert "Keep an audit log of all changes" in found.question


@pytest.mark.parametrize("text", [text for text, _, _ in DECLINED if text.startswith(BASE)])
def test_a_declined_demand_can_be_left_out_and_the_rest_is_built(text: str) -> None:
    excluded: tuple[str, ...] = ()
    for _ in range(4):
        outcome = requirements(assignment(text, excluded=excluded))
        if not isinstance(outcome, Blocked):
            break
        excluded = (*excluded, outcome.demand)
    found = delivered(text, excluded=excluded)
    assert found.model.entity("supplier").field("email")
    assert {d.quote for d in found.demands if d.disposition == "excluded"} == set(excluded)


def test_the_frontend_part_is_handed_over_and_not_compiled() -> None:
    found = delivered(
        f"{BASE}. Show the suppliers on a dashboard with charts.", frontend="Show the suppliers on a dashboard with charts"
    )
    assert found.frontend == "Show the suppliers on a dashboard with charts"
    assert [d.disposition for d in found.demands] == ["required", "frontend"]


def test_a_remark_changes_what_the_request_said() -> None:
    found = delivered(
        "An API for rooms with a name and a capacity",
        remark="The capacity is optional and between 1 and 500. Rooms cannot be deleted.",
    )
    capacity = found.model.entity("room").field("capacity")
    assert (capacity.required, capacity.minimum, capacity.maximum) == (False, 1, 500)
    assert [d.note for d in found.demands][1:] == ["From the remark with which the work was sent back."] * (
        len(found.demands) - 1
    )


def test_a_remark_can_drop_a_field() -> None:
    assert [
        f.name for f in delivered("An API for rooms with a name and a floor", remark="Drop the floor.").model.entities[0].fields
    ] == ["name"]


def test_a_remark_that_cannot_be_compiled_is_declined() -> None:
    assert blocked("An API for rooms with a name", remark="Send an SMS to the owner.").demand == "Send an SMS to the owner"


def test_findings_that_the_same_words_cannot_mend_become_a_question() -> None:
    finding = Finding(check="traceability", rule="uncovered", message="D-2 is answered by nothing.", mends=PhaseId.SUMMARIZE)
    assert blocked("An API for rooms", findings=(finding,)).reason == "findings"
    assert delivered("An API for rooms", findings=(finding,), remark="Rooms have a name and a floor.")


def test_more_kinds_of_record_than_a_feature_holds_are_asked_about() -> None:
    names = "ants, bees, cats, dogs, elks, foxes, goats, hens and pigs"
    assert "9 kinds of record" in blocked(f"An API for {names}").question


def test_more_fields_than_an_entity_holds_are_asked_about() -> None:
    names = ", ".join(f"thing{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(41))
    assert "41 fields" in blocked(f"An API for cats with {names}").question


def test_a_text_longer_than_a_feature_is_not_read() -> None:
    assert "longer than one feature" in blocked("An API for cats. " * 2000).question


@pytest.mark.parametrize(
    "text",
    [
        "An API for cats with a name, unique per breeder",
        "An API for cats with a globally unique name",
        "An API for cats with a name and only the owner",
        "An API for cats with a name. Thanks to caching, it is fast.",
        "An API for cats with a name so that we can send emails later",
        "Because we need cats, build an API for cats with a name",
    ],
)
def test_half_understood_words_are_never_taken_for_something_else(text: str) -> None:
    assert blocked(text).question


def test_fields_that_are_named_like_headings_are_fields() -> None:
    for text in (
        "An API for cats:\n- name\n- description\n- type: string\n- notes",
        "An API for cats.\nFields:\nname\ndescription\ntype\nnotes",
    ):
        assert [f.name for f in delivered(text).model.entities[0].fields] == ["name", "description", "cat_type", "notes"]


def test_what_goes_on_after_a_fact_is_about_the_same_field() -> None:
    (cat,) = delivered("An API for cats with a chip and a name. The chip is required and cannot be changed.").model.entities
    assert cat.field("chip").immutable
    assert not cat.field("name").immutable
    assert len(cat.operations) == 6


def test_a_field_called_value_is_a_field() -> None:
    found = delivered("An API for measurements: sensor (text, required), value (decimal, required), type")
    assert [(f.name, f.type.value) for f in found.model.entities[0].fields] == [
        ("sensor", "text"),
        ("value", "decimal"),
        ("measurement_type", "text"),
    ]


def test_a_rule_inside_a_list_is_about_the_field_before_it() -> None:
    (exam,) = delivered(
        "An API for exams with a grade between 1.0 and 6.0, a subject that is required"
        " and cannot be changed, and a list of examiners."
    ).model.entities
    assert exam.field("grade").type.value == "decimal"
    assert exam.field("subject").immutable
    assert not exam.field("examiners").immutable
