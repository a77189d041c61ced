"""Scenarios are tried in an order that soon covers what the feature does, and wait no longer than they have to."""

from backend_factory.delivery.stack.emulator import Decision
from backend_factory.domain.deliverable import Route
from backend_factory.domain.scenario import Call, Depth, Scenario
from backend_factory.gates.permissions.grants import Grant
from backend_factory.gates.permissions.mutants import covering, hurried
from backend_factory.gates.scenario.result import ScenarioResult, StepTrace

ROUTES = tuple(
    Route(id=name, method=method, path=path, entity="thing", operation=name, success=200, summary=name)  # type: ignore[arg-type]
    for name, method, path in (("create", "POST", "/things"), ("list", "GET", "/things"), ("read", "GET", "/things/{id}"))
)
CREATE, LIST = Call(method="POST", path="/things", status=201), Call(method="GET", path="/things", status=200)
READ = Call(method="GET", path="/things/{thing}", status=200)


def story(name: str, *steps: Call | Depth) -> Scenario:
    return Scenario(id=name, title=name, criteria=(), steps=steps)


def test_what_shows_most_in_fewest_steps_comes_first_and_what_is_refused_last() -> None:
    refused = story("refused", CREATE.model_copy(update={"status": 400}))
    waits = story("waits", CREATE, LIST, READ, Depth(queue="q", at_least=1))
    short, sorted_ = story("short", CREATE, LIST), story("sorted", LIST.model_copy(update={"query": {"sort": "name"}}))
    same = story("same", CREATE, LIST, CREATE)

    order = [each.id for each in covering([refused, waits, same, short, sorted_], ROUTES)]

    assert order == ["short", "sorted", "waits", "refused", "same"]


def test_a_mutant_waits_about_as_long_as_it_took_when_all_was_allowed() -> None:
    patient = LIST.model_copy(update={"within": 30.0})
    whole = ScenarioResult(
        scenario="S-1",
        title="",
        criteria=(),
        passed=True,
        ms=1.0,
        steps=(StepTrace(step=1, line="", ms=1.0, tries=1), StepTrace(step=2, line="", ms=1.0, tries=6)),
        mismatches=(),
    )

    quick = hurried(story("S-1", patient, patient), whole)

    assert [step.within for step in quick.steps if isinstance(step, Call)] == [0.8, 5.0]


def test_a_grant_covers_what_its_role_does_on_its_resource() -> None:
    grant = Grant("api", "dynamodb:Get*", "arn:table/things*")
    principal = "arn:aws:sts::000000000000:assumed-role/api/session"

    assert grant.covers(Decision(principal, "dynamodb:GetItem", "arn:table/things/index/x", True))
    assert not grant.covers(Decision(principal, "dynamodb:PutItem", "arn:table/things", True))
    assert not grant.covers(Decision(principal, "dynamodb:GetItem", "arn:table/others", True))
    assert not grant.covers(Decision(principal.replace("/api/", "/worker/"), "dynamodb:GetItem", "arn:table/things", True))
