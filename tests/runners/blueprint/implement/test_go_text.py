"""What the emitted Go says, read as text."""

import re
from collections.abc import Callable

import pytest
from code_shapes import SHAPES, kind, one, planned
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from planned_features import ALL, hostile, notes, requirements, vulnerabilities, windows

from backend_factory.domain.deliverable import Requirements
from backend_factory.domain.feature import FeatureModel, FieldType
from backend_factory.runners.blueprint.golang.imports import code
from backend_factory.runners.blueprint.implement import permissions
from backend_factory.runners.blueprint.implement.rendering import render
from backend_factory.runners.blueprint.indexes import indexes

Make = Callable[[], Requirements]
ANY_TEXT = st.text(max_size=40)

ACTIONS = {
    "types.Put{": ("dynamodb:PutItem", "table"),
    "types.Delete{": ("dynamodb:DeleteItem", "table"),
    ".GetItem(": ("dynamodb:GetItem", "table"),
    ".BatchGetItem(": ("dynamodb:BatchGetItem", "table"),
    "IndexName:": ("dynamodb:Query", "index"),
    "types.SelectCount": ("dynamodb:Query", "table"),
    ".SendMessageBatch(": (permissions.SEND, "queue"),
}


@pytest.mark.parametrize("make", SHAPES)
def test_the_same_plan_gives_the_same_bytes(make: Make) -> None:
    assert render(planned(make())).texts == render(planned(make())).texts


def test_labels_of_strangers_stay_in_comments_and_strings() -> None:
    for path, text in render(planned(hostile())).texts.items():
        assert "pwned" not in code(text), path
        assert "onload" not in code(text), path


@settings(max_examples=15, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(label=ANY_TEXT, description=ANY_TEXT, choice=st.text(max_size=5), default=ANY_TEXT)
def test_no_text_changes_the_code_around_it(label: str, description: str, choice: str, default: str) -> None:
    def feature(words: tuple[str, str, str, str]) -> dict[str, str]:
        note = kind(
            "note",
            one("text", label=words[0], description=words[1], default=words[3]),
            one("kind", FieldType.CHOICE, choices=("a", words[2]), label=words[0]),
            label=words[0],
            description=words[1],
            filters=("kind",),
        )
        return render(planned(requirements("Note API", FeatureModel(name="note", entities=(note,))))).texts

    plain = feature(("x", "x", "x", "x"))
    assert {path: code(text).split() for path, text in feature((label, description, choice, default)).items()} == {
        path: code(text).split() for path, text in plain.items()
    }


def test_a_small_feature_has_small_code() -> None:
    texts = render(planned(notes())).texts
    assert len(texts) < 35
    everything = "\n".join(texts.values())
    for absent in ("Query(ctx", "NewClaim", "Filter", "Immutable: ", "sqs", "Delete{", "BatchGetItem", "Revise", "cursor"):
        assert absent not in everything, absent


@pytest.mark.parametrize("make", SHAPES)
def test_roles_allow_exactly_what_the_code_calls(make: Make) -> None:
    plan = planned(make())
    everything = "\n".join(text.replace("type Client interface", "") for text in render(plan).texts.values())
    called = {action for sign, action in ACTIONS.items() if sign in code(everything)}
    allowed = {(each.action, each.on) for each in (*permissions.api(plan), *permissions.worker(plan))}
    assert called == {(action, on) for action, on in allowed if action.startswith("dynamodb") or action == permissions.SEND}


@pytest.mark.parametrize("make", SHAPES)
def test_every_index_that_the_code_reads_is_planned_and_the_other_way_round(make: Make) -> None:
    plan = planned(make())
    everything = "\n".join(text for path, text in render(plan).texts.items() if path.startswith(plan.layout.package))
    named = set(re.findall(r'Name: "(\w+-index)"', everything))
    named |= {f"{each}-index" for each in re.findall(r'Attribute: "(match\d+)"', everything)}
    assert named == {index.name for index in indexes(plan.model)}
    for index in indexes(plan.model):
        if index.partition.startswith("match"):
            assert f'"{index.partition}"' in everything


@pytest.mark.parametrize("make", SHAPES)
def test_every_route_of_the_contract_has_its_operation(make: Make) -> None:
    plan = planned(make())
    api = render(plan).texts[f"{plan.layout.package}/api.go"]
    assert re.findall(r'^\t\t"([A-Z]+ /[^"]*)":', api, re.MULTILINE) == [f"{r.method} {r.path}" for r in plan.routes]


def test_files_are_small_and_none_is_a_test_or_bound_to_a_system() -> None:
    for make in ALL:
        for path, text in render(planned(make())).texts.items():
            assert text.count("\n") < 150, path
            assert "_" not in path.rpartition("/")[2], path


def test_there_is_a_worker_only_where_something_arrives() -> None:
    with_worker, without = planned(vulnerabilities()), planned(windows())
    assert f"{with_worker.layout.worker}/main.go" in render(with_worker).texts
    assert not [path for path in render(without).texts if "worker" in path]
