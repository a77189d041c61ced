"""Texts from strangers: shells, templates, markup, paths and Unicode tricks are only ever text."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_factory.errors import AskerError
from backend_factory.intake import detect, read_request

MARKUP = frozenset("<>{}`$|\\\"'/;&*_#[]()")
ATTACKS = [
    "$(rm -rf /)",
    "`id`",
    "; DROP TABLE risks; --",
    "{{ 7 * 7 }}",
    "{% include '/etc/passwd' %}",
    "${jndi:ldap://x}",
    "<script>alert(1)</script>",
    "<img src=x onerror=y>",
    "../../etc/passwd",
    "%s%n%x",
    "\x1b[31m",
    "\u202eevil\u202c",
    "\u200b\u200b",
    "=cmd|' /C calc'!A0",
    "`Add an API`",
]
hostile = st.lists(
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(ATTACKS),
        st.sampled_from(
            ["add an API for ", "Create a service that processes ", " endpoint", " and show ", "GET /", "\n", " for "]
        ),
    ),
    max_size=12,
).map("".join)


@settings(deadline=None, max_examples=40)
@given(hostile)
def test_detection_never_fails_and_always_gives_the_same_answer(text: str) -> None:
    assert detect(text) == detect(text)


@settings(deadline=None, max_examples=40)
@given(hostile)
def test_a_title_is_short_plain_and_on_one_line(text: str) -> None:
    title = detect(f"Add an API for {text}").title
    assert len(title) <= 60
    assert not MARKUP & set(title)
    assert not any(unicodedata.category(char).startswith(("C", "Zl", "Zp")) for char in title)
    assert title == title.strip()


@settings(deadline=None, max_examples=40)
@given(hostile)
def test_what_goes_to_another_team_is_taken_from_the_text_alone(text: str) -> None:
    shown = detect(f"Add an API for invoices and a page with {text}").frontend
    assert set(shown.replace("; ", "")) <= set(f"page with {text}Add an API for invoices'")


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_in_a_request_reaches_neither_title_nor_entities(attack: str) -> None:
    detection = detect(f"Create an API for {attack} invoices")
    assert not MARKUP & set(detection.title)
    assert not any(MARKUP & set(entity) for entity in detection.entities)


@given(st.one_of(st.binary(max_size=200), hostile))
def test_reading_gives_clean_text_or_blames_the_asker(raw: bytes | str) -> None:
    try:
        request = read_request(raw)
    except AskerError as error:
        assert error.hint
        return
    assert request == request.strip() != ""
    assert unicodedata.is_normalized("NFC", request)
    assert not any(unicodedata.category(char) in ("Cc", "Co", "Cs") and char not in "\n\t" for char in request)


@given(hostile)
def test_reading_twice_changes_nothing(raw: str) -> None:
    try:
        request = read_request(raw)
    except AskerError:
        return
    assert read_request(request) == request
