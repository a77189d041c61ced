"""Every behaviour that applies to a model has its criterion, and every demand is traced."""

import re

import pytest
from asked import assignment, delivered
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from test_summarize_requests import DEMO, REQUESTS, TICKET

from backend_factory.domain.assignment import Assignment, Blocked, Delivered
from backend_factory.domain.deliverable import Behaviour as B
from backend_factory.domain.deliverable import Requirements
from backend_factory.domain.feature import FieldType
from backend_factory.domain.feature import Operation as O
from backend_factory.runners.blueprint.summarize import perform, requirements
from backend_factory.runners.blueprint.summarize.naming import RESERVED

TEXTS = [DEMO, TICKET, *(text for text, _, _ in REQUESTS)]
WORD = re.compile(r"\w+")
TECHNOLOGY = re.compile(
    r"\b(?:dynamodb|lambda|golang|http|sqs|json|40\d|20\d|409|412|cloudformation|aws|api gateway)\b", re.IGNORECASE
)
MARKS = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+", re.MULTILINE)


def expected(found: Requirements) -> set[tuple[B, str, str]]:
    """The table of behaviours: what must have a criterion, for this model."""
    wanted: set[tuple[B, str, str]] = set()
    for e in found.model.entities:
        ops = set(e.operations)
        changes, changes_or_deletes = ops & {O.REPLACE, O.UPDATE}, ops & {O.REPLACE, O.UPDATE, O.DELETE}
        for needed, behaviours in (
            (O.CREATE in ops, (B.CREATED, B.UNKNOWN_REFUSED)),
            (O.READ in ops, (B.READ, B.ABSENT)),
            (O.REPLACE in ops, (B.REPLACED,)),
            (O.UPDATE in ops, (B.UPDATED,)),
            (bool(changes_or_deletes), (B.STALE_REFUSED,)),
            (O.DELETE in ops, (B.DELETED,)),
            (O.LIST in ops, (B.LISTED, B.PAGED)),
            (True, (B.ISOLATED, B.SIGN_IN_REQUIRED)),
        ):
            wanted |= {(b, e.name, "") for b in behaviours if needed}
        wanted |= {(B.FILTERED, e.name, f) for f in e.filters} | {(B.SORTED, e.name, f) for f in e.sorts}
        wanted |= {(B.CHANGE_REFUSED, e.name, f.name) for f in e.fields if f.immutable and changes}
        if O.CREATE in ops:
            wanted |= {(B.VALUE_REFUSED, e.name, f.name) for f in e.fields}
            wanted |= {(B.MISSING_REFUSED, e.name, f.name) for f in e.fields if f.required}
            wanted |= {(B.DEFAULTED, e.name, f.name) for f in e.fields if f.default is not None}
            wanted |= {(B.REFERENCE_REFUSED, e.name, f.name) for f in e.fields if f.type is FieldType.REFERENCE}
            wanted |= {(B.DUPLICATE_REFUSED, e.name, f.name) for f in e.fields if f.unique or f.name in e.key[:1]}
            wanted |= {(B.ORDER_REFUSED, e.name, r.later) for r in e.rules}
    for i in found.model.ingestions:
        wanted |= {(b, i.entity, "") for b in (B.INGESTED, B.INGEST_REFUSED, B.INGESTED_ONCE, B.DEAD_LETTERED)}
    for c in found.model.correlations:
        wanted |= {(B.CORRELATED, c.left, c.right), (B.NOT_CORRELATED, c.left, c.right)}
    return wanted


@pytest.mark.parametrize("text", TEXTS)
def test_every_behaviour_that_applies_has_exactly_one_criterion(text: str) -> None:
    found = delivered(text)
    told = [(c.behaviour, c.entity, c.field) for c in found.criteria]
    assert len(told) == len(set(told))
    assert set(told) == expected(found)


@pytest.mark.parametrize("text", TEXTS)
def test_requirements_are_numbered_traced_and_free_of_technology(text: str) -> None:
    found = delivered(text)
    assert [r.id for r in found.requirements] == [f"FR-{i + 1}" for i in range(len(found.requirements))]
    required = {d.id for d in found.demands if d.disposition == "required"}
    assert {d for r in found.requirements for d in r.demands} == required
    for number, each in enumerate(found.requirements, 1):
        assert [c.id for c in each.criteria] == [f"AC-{number}.{i + 1}" for i in range(len(each.criteria))]
        assert each.demands
        assert not TECHNOLOGY.search(each.statement)
        assert not any(TECHNOLOGY.search(f"{c.given} {c.when} {c.then}") for c in each.criteria)


@pytest.mark.parametrize("text", TEXTS)
def test_the_quotes_of_the_demands_hold_every_word_of_the_request(text: str) -> None:
    found = delivered(text)
    assert all(d.quote in text for d in found.demands)
    quoted = [w for d in sorted(found.demands, key=lambda d: text.index(d.quote)) for w in WORD.findall(d.quote)]
    assert sorted(quoted) == sorted(WORD.findall(MARKS.sub("", text)))


@pytest.mark.parametrize("text", TEXTS)
def test_requirements_survive_json_and_are_the_same_every_time(text: str) -> None:
    found = delivered(text)
    assert Requirements.model_validate_json(found.model_dump_json()) == found == delivered(text)


@pytest.mark.parametrize("text", TEXTS)
def test_names_are_safe_identifiers(text: str) -> None:
    for entity in delivered(text).model.entities:
        for name in (entity.name, *(f.name for f in entity.fields)):
            assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
            assert name not in RESERVED


async def test_perform_delivers_without_touching_the_workbench() -> None:
    outcome = await perform(assignment(DEMO), object())
    assert isinstance(outcome, Delivered)
    assert isinstance(outcome.deliverable, Requirements)


PIECES = [
    "I need an API for",
    "an API that",
    "cats",
    "dogs and their owners",
    "vulnerability data",
    "assets",
    "with",
    "a name",
    "an email",
    "(required, unique)",
    "between 1 and 5",
    "one of a, b, c",
    "defaults to a",
    "and",
    ",",
    ".",
    ";",
    ":",
    "\n- ",
    "\n\n",
    "must be",
    "after",
    "before",
    "the start",
    "the end",
    "is",
    "unique",
    "filter by",
    "sorted by",
    "correlates with",
    "ingests",
    "in batches",
    "identified by",
    "only",
    "create",
    "read-only",
    "no delete",
    "belongs to",
    "has many",
    "list of",
    "at most 80 characters",
    "matches ^[A-Z]{3}$",
    '"',
    "(",
    ")",
    "`",
    "'",
    "$(rm -rf /)",
    "{{7*7}}",
    "<script>",
    "../../etc",
    "\u202e",
    "ünï",
    "日本",
    "type",
    "id",
    "1",
    "0",
    "-5",
    "%",
    "so that",
    "## Fields",
]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map(" ".join))
@example("An API for cats with ^[A-Z]{3}$ between 1 and 5")
@example("an API for 日本 with ünï")
def test_any_mix_of_words_ends_in_requirements_or_a_question(text: str) -> None:
    _judge(text, requirements(assignment(text)))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_text_ends_in_requirements_or_a_question(text: str) -> None:
    _judge(text, requirements(assignment(text)))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(TEXTS), st.lists(st.text(max_size=40), max_size=3), st.text(max_size=80), st.text(max_size=80))
def test_any_remark_exclusion_or_frontend_part_ends_in_requirements_or_a_question(
    text: str, excluded: list[str], remark: str, frontend: str
) -> None:
    _judge(text, requirements(assignment(text, excluded=tuple(excluded), remark=remark, frontend=frontend)))


def _judge(text: str, outcome: Requirements | Blocked) -> None:
    if isinstance(outcome, Blocked):
        assert outcome.question
        assert outcome.needed
        return
    told = [(c.behaviour, c.entity, c.field) for c in outcome.criteria]
    assert set(told) == expected(outcome)
    assert len(outcome.model.entities) <= 8
    assert all(len(e.fields) <= 40 for e in outcome.model.entities)
    assert Requirements.model_validate_json(outcome.model_dump_json()) == outcome
    for entity in outcome.model.entities:
        assert len(entity.sorts) <= 2
        assert all(re.fullmatch(r"[a-z][a-z0-9_]*", f.name) and f.name not in RESERVED for f in entity.fields)


def test_an_assignment_is_all_that_the_analyst_needs() -> None:
    saved = assignment(DEMO, title="Vulnerability Processing API").model_dump_json()
    assert isinstance(requirements(Assignment.model_validate_json(saved)), Requirements)
