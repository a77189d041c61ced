"""Detection as its users see it: a verdict, a name and the part for others."""

from pathlib import Path

import pytest

from backend_factory.domain.detection import Detection, Pattern
from backend_factory.intake import detect

LABELLED = Path(__file__).with_name("labelled.tsv")
EXPECTED_PRECISION = 0.95
EXPECTED_RECALL = 0.95


def labelled() -> list[tuple[str, str]]:
    rows = (line.split("\t", 1) for line in LABELLED.read_text(encoding="utf-8").splitlines())
    return [(verdict, text.replace("\\n", "\n")) for verdict, text in rows]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("I need an API that processes vulnerability data and correlates with assets", "Vulnerability Processing API"),
        ("Implement Okta SSO integration with asset correlation", "Okta SSO Integration"),
        ("add Okta SSO to the backend", "Okta SSO Integration"),
        ("Please let our users log in with Okta", "Okta SSO Integration"),
        ("Integrate Okta single sign-on with the platform", "Okta SSO Integration"),
        ("We want to authenticate users through Okta OIDC", "Okta SSO Integration"),
        ("an API for maintenance windows with a start, an end, an owner and the assets affected", "Maintenance Window API"),
        ("build a backend for invoice approval", "Invoice Approval Backend"),
        ("create a Tabularium type for certificates", "Certificate Type"),
        ("a Lambda function that expires stale risks", "Stale Risk Expiry Lambda Function"),
        ("Integrate Jira with the platform", "Jira Integration"),
        ("CHAR-123: Implement webhook for scan results", "Scan Result Webhook"),
        ("Add pagination to the users endpoint", "User Endpoint Pagination"),
        ("Could you please add a DELETE /invoices/{id} endpoint?", "Invoice Endpoint"),
        ("POST /invoices should reject negative amounts with 422", "Invoice Negative Amount Rejection"),
    ],
)
def test_a_request_gets_a_title_that_names_the_thing(text: str, title: str) -> None:
    assert detect(text).title == title


@pytest.mark.parametrize(
    ("text", "patterns"),
    [
        (
            "I need an API that processes vulnerability data and correlates with assets",
            {Pattern.REST_API, Pattern.DATA_PROCESSING, Pattern.ASSET_CORRELATION, Pattern.VULNERABILITY_MANAGEMENT},
        ),
        (
            "Implement Okta SSO integration with asset correlation",
            {Pattern.AUTHENTICATION, Pattern.INTEGRATION, Pattern.ASSET_CORRELATION},
        ),
        ("a Lambda function that scores risks", {Pattern.LAMBDA, Pattern.RISK_ANALYSIS}),
        ("create a Tabularium type for certificates", {Pattern.TABULARIUM_TYPE}),
        ("Add an SQS queue to the CloudFormation stack", {Pattern.CLOUDFORMATION, Pattern.DATA_PROCESSING}),
        ("build a backend for invoice approval", {Pattern.REST_API}),
    ],
)
def test_the_patterns_of_the_product_are_named(text: str, patterns: set[Pattern]) -> None:
    assert set(detect(text).patterns) == patterns


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("I need an API that processes vulnerability data and correlates with assets", ("vulnerability", "asset")),
        (
            "an API for maintenance windows with a start, an end, an owner and the assets affected",
            ("maintenance window", "asset"),
        ),
        ("an API for invoices, customers and payments", ("invoice", "customer", "payment")),
        ("a Lambda function that expires stale risks", ("risk",)),
        ("Add GET /statuses/{id} and GET /companies", ("status",)),
        ("add Okta SSO to the backend", ()),
    ],
)
def test_entities_are_singular_nouns_with_the_main_one_first(text: str, entities: tuple[str, ...]) -> None:
    assert detect(text).entities == entities


def test_precision_and_recall_hold_on_texts_of_every_tone() -> None:
    wrong = [(verdict, text) for verdict, text in labelled() if detect(text).verdict != verdict]
    found = sum(detect(text).verdict == "backend" for _, text in labelled())
    meant = sum(verdict == "backend" for verdict, _ in labelled())
    right = sum(detect(text).verdict == verdict == "backend" for verdict, text in labelled())
    assert right / found >= EXPECTED_PRECISION, wrong
    assert right / meant >= EXPECTED_RECALL, wrong


def test_the_labelled_texts_are_half_hard_negatives() -> None:
    verdicts = [verdict for verdict, _ in labelled()]
    assert len(verdicts) >= 60
    assert 0.4 <= verdicts.count("other") / len(verdicts) <= 0.6


@pytest.mark.parametrize(
    ("text", "frontend", "title"),
    [
        (
            "Build an API for maintenance windows and a page that lists them",
            "a page that lists them",
            "Maintenance Window API",
        ),
        ("Add an endpoint for invoices and show them on the dashboard", "show them on the dashboard", "Invoice Endpoint"),
        (
            "Create a service for shift plans. Also redesign the calendar view.",
            "Also redesign the calendar view.",
            "Shift Plan Service",
        ),
        (
            "Add an export API for risks\n\n## Frontend\n- Put a download button on the risk page",
            "Put a download button on the risk page",
            "Risk Export API",
        ),
    ],
)
def test_a_mixed_request_is_split_and_the_interface_part_kept_word_for_word(text: str, frontend: str, title: str) -> None:
    detection = detect(text)
    assert (detection.verdict, detection.frontend, detection.title) == ("backend", frontend, title)


def test_the_interface_part_is_found_at_the_end_of_a_long_ticket() -> None:
    rules = "\n".join(f"- rule {number}: the amount stays below {number} thousand euros" for number in range(100))
    text = f"Implement an API for travel expenses\n\n{rules}\n\n## Frontend\nPut a form on the expenses page"
    assert detect(text).frontend == "Put a form on the expenses page"


def test_a_request_without_an_interface_part_has_nothing_for_another_team() -> None:
    assert detect("I need an API that processes vulnerability data and correlates with assets").frontend == ""


def test_interface_work_alone_is_other_and_is_still_shown_to_its_team() -> None:
    detection = detect("make the API settings page prettier")
    assert detection.verdict == "other"
    assert detection.frontend == "make the API settings page prettier"


@pytest.mark.parametrize(
    ("text", "part_of_reason"),
    [
        ("How do I call the API?", "question"),
        ("Review the API PR", "review"),
        ("Document the endpoints", "documentation"),
        ("The API returns 500 when the owner is empty", "fault"),
        ("Add a button to the dashboard", "user-interface"),
        ("Add unit tests for the API", "tests"),
        ("Added an endpoint for tags", "already done"),
        ("", "no words"),
    ],
)
def test_the_reason_says_why_the_factory_stays_out(text: str, part_of_reason: str) -> None:
    detection = detect(text)
    assert detection.verdict == "other"
    assert part_of_reason in detection.reason
    assert (detection.title, detection.patterns, detection.entities) == ("", (), ())


def test_a_wanted_behaviour_turns_a_fault_into_a_request() -> None:
    fault = "The orders endpoint returns 500 when the name is missing"
    assert detect(fault).verdict == "other"
    assert detect(f"{fault}. It should return 400 with a message.").verdict == "backend"


def test_an_idle_wish_does_not_turn_a_fault_into_a_request() -> None:
    assert detect("The orders endpoint returns 500. It should work.").verdict == "other"


def test_code_quotes_and_template_comments_do_not_ask_for_anything() -> None:
    text = "Crash on start\n<!-- Add an API for x -->\n```\nCreate an endpoint for users\n```\n> build a backend service"
    assert detect(text).verdict == "other"


def test_a_detection_is_data_that_survives_json() -> None:
    detection = detect("build a backend for invoice approval")
    assert Detection.model_validate_json(detection.model_dump_json()) == detection
