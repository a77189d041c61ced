"""Words in canonical form."""

import pytest

from backend_factory.intake.words import read_words, singular


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("vulnerabilities", "vulnerability"),
        ("statuses", "status"),
        ("status", "status"),
        ("data", "data"),
        ("software", "software"),
        ("analyses", "analysis"),
        ("analysis", "analysis"),
        ("dns", "dns"),
        ("addresses", "address"),
        ("indices", "index"),
        ("people", "person"),
        ("caches", "cache"),
        ("windows", "window"),
        ("aws", "aws"),
    ],
)
def test_the_singular_of_a_noun_is_the_one_engineers_use(plural: str, one: str) -> None:
    assert singular(plural) == one


@pytest.mark.parametrize(
    ("written", "canon"),
    [
        ("Back-end end points", ("backend", "endpoints")),
        ("single sign on", ("sso",)),
        ("DELETE /users/{id}", ("http-call",)),
        ("InvoiceService in DynamoDB", ("invoice", "service", "in", "dynamodb")),
        ("the user’s token", ("the", "user", "token")),
        ("see README.md", ("see", "docs")),
    ],
)
def test_spellings_of_one_thing_become_one_word(written: str, canon: tuple[str, ...]) -> None:
    assert read_words(written).canon == canon
