"""Where a feature goes, and what stands in its way."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planned_features import NOTES, WINDOWS, notes, requirements

from backend_factory.domain.assignment import Blocked, Survey
from backend_factory.domain.deliverable import Plan
from backend_factory.runners.blueprint.plan.layout import TAKEN_PACKAGES, layout, package, slug
from backend_factory.runners.blueprint.plan.planning import plan

SURVEY = Survey(module="example.com/shop", go="1.26", files=("README.md", "go.mod"))


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Vulnerability Processing API", "vulnerability-processing"),
        ("Maintenance Windows Backend Service", "maintenance-window"),
        ("API", "api"),
        ("2FA Service", "feature-2fa"),
        ("Okta SSO Integration", "okta-sso-integration"),
    ],
)
def test_the_slug_drops_what_says_nothing(title: str, expected: str) -> None:
    assert slug(requirements(title, WINDOWS)) == expected


@given(st.text(max_size=200))
def test_any_title_gives_a_slug_and_a_package_that_go_and_cloudformation_take(title: str) -> None:
    name = slug(requirements(title, NOTES))
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name)
    assert len(name) <= 40
    assert re.fullmatch(r"[a-z][a-z0-9]{0,23}", package(name))
    assert package(name) not in TAKEN_PACKAGES


@pytest.mark.parametrize("word", ["type", "time", "errors", "main", "table", "select"])
def test_a_package_is_never_named_like_a_keyword_or_an_import(word: str) -> None:
    assert package(word) not in TAKEN_PACKAGES


def test_a_repository_without_a_module_is_asked_for_one() -> None:
    outcome = plan(notes(), Survey(files=("README.md",)), name="note")
    assert isinstance(outcome, Blocked)
    assert outcome.reason == "repository"
    assert "go.mod" in outcome.question


@pytest.mark.parametrize("taken", ["pkg/note/x.go", "cmd/note-api/main.go", "deploy/note/x", "api/note/a.yaml", "docs/Note/a.md"])
def test_a_place_in_use_is_named_and_another_name_asked_for(taken: str) -> None:
    outcome = plan(notes(), SURVEY.model_copy(update={"files": (taken, "go.mod")}), name="note")
    assert isinstance(outcome, Blocked)
    assert taken in outcome.question
    assert "name:" in outcome.question


def test_neighbours_with_a_similar_name_are_no_obstacle() -> None:
    files = ("cmd/note-api-gateway/main.go", "docs/note.md", "go.mod", "pkg/notes/note.go")
    assert isinstance(plan(notes(), SURVEY.model_copy(update={"files": files}), name="note"), Plan)


def test_vendored_dependencies_are_declined() -> None:
    outcome = plan(notes(), SURVEY.model_copy(update={"files": ("go.mod", "vendor/modules.txt")}), name="note")
    assert isinstance(outcome, Blocked)
    assert "vendor" in outcome.question


def test_only_a_feature_with_background_work_has_a_worker() -> None:
    assert layout("example.com/shop", "note", worker=False).worker == ""
    assert layout("example.com/shop", "note", worker=True).worker == "cmd/note-worker"
