"""The QA Engineer's scenarios show every acceptance criterion, or the criterion that cannot be shown is named."""

import json
import re
from collections.abc import Callable

import pytest
from every_criterion import requirements
from shapes import SHAPES, VULNERABILITIES, WINDOWS, entity, field, planned, text

from backend_factory.domain.assignment import Assignment, Blocked, Delivered, Lane
from backend_factory.domain.deliverable import Behaviour, Criterion, Plan, Requirements, Validation
from backend_factory.domain.detection import Detection
from backend_factory.domain.feature import FeatureModel, FieldType, Operation
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.scenario import Call, Depth, Scenario, Send
from backend_factory.runners.blueprint.samples import refusal
from backend_factory.runners.blueprint.validate import perform
from backend_factory.runners.blueprint.validate.compile import Unexercised, compile_scenarios

NAMED = re.compile(r"\{([a-z_][a-z0-9_]*)\}")


def compiled(wanted: Requirements) -> tuple[Scenario, ...]:
    made = compile_scenarios(wanted, planned(wanted))
    assert not isinstance(made, Unexercised), made
    return made


def calls(*scenarios: Scenario) -> list[Call]:
    return [step for each in scenarios for step in each.steps if isinstance(step, Call)]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_criterion_has_a_scenario(shape: str) -> None:
    wanted = requirements(SHAPES[shape])
    made = compiled(wanted)
    assert {c for each in made for c in each.criteria} == {c.id for c in wanted.criteria}
    assert all(each.steps for each in made)
    assert [each.id for each in made] == [f"S-{n}" for n in range(1, len(made) + 1)]


@pytest.mark.parametrize("shape", SHAPES)
def test_scenarios_share_no_tenant_so_that_they_can_run_side_by_side(shape: str) -> None:
    owners: dict[str, str] = {}
    for each in compiled(requirements(SHAPES[shape])):
        for call in calls(each):
            if call.tenant and not call.tenant.startswith("!"):
                assert owners.setdefault(call.tenant, each.id) == each.id


@pytest.mark.parametrize("shape", SHAPES)
def test_every_name_was_saved_before_it_is_used(shape: str) -> None:
    for each in compiled(requirements(SHAPES[shape])):
        saved: set[str] = set()
        for call in calls(each):
            used = json.dumps([call.path, call.query, call.headers, call.body, [e.value for e in call.expect]])
            assert set(NAMED.findall(used)) <= saved
            saved |= set(call.save)


@pytest.mark.parametrize("shape", SHAPES)
def test_requests_go_to_routes_of_the_contract(shape: str) -> None:
    wanted = requirements(SHAPES[shape])
    routes = {(r.method, re.sub(r"\{[^}]+\}", "*", r.path)) for r in planned(wanted).routes}
    for call in calls(*compiled(wanted)):
        options = {call.path, re.sub(r"(^/[^/]+/(?:batches/)?)[^/]+", r"\1*", call.path)}
        assert any((call.method, path) in routes for path in options), call.path


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_expected_to_be_accepted_is_valid(shape: str) -> None:
    wanted = requirements(SHAPES[shape])
    plan = planned(wanted)
    for route in (r for r in plan.routes if r.operation is Operation.CREATE):
        fields = {d.wire: plan.entity(route.entity).field(d.field) for d in plan.design(route.entity).fields}
        for call in calls(*compiled(wanted)):
            if (call.method, call.path, call.status) != ("POST", route.path, 201):
                continue
            assert isinstance(call.body, dict)
            assert {wire for wire, f in fields.items() if f.required} <= set(call.body) <= set(fields)
            plain = {wire: each for wire, each in call.body.items() if fields[wire].type is not FieldType.REFERENCE}
            for wire, each in plain.items():
                assert [refusal(fields[wire], one) for one in (each if isinstance(each, list) else [each])] == [None]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_same_requirements_give_the_same_bytes(shape: str) -> None:
    one, other = (Validation(summary="", scenarios=compiled(requirements(SHAPES[shape]))) for _ in range(2))
    assert one.model_dump_json() == other.model_dump_json()
    assert Validation.model_validate_json(one.model_dump_json()) == one


def test_the_demo_stays_within_a_few_hundred_short_steps() -> None:
    made = compiled(requirements(VULNERABILITIES))
    assert sum(len(each.steps) for each in made) < 300
    assert max(len(each.steps) for each in made) < 45


def rule(name: str) -> Callable[[Call], bool]:
    return lambda c: any(isinstance(e.value, dict) and e.value.get("rule") == name for e in c.expect)


TELLING: dict[Behaviour, Callable[[Call], bool]] = {
    Behaviour.CREATED: lambda c: c.status == 201 and any(e.at == "/version" and e.value == 1 for e in c.expect),
    Behaviour.DEFAULTED: lambda c: c.status == 201 and any(e.at == "/status" and e.value in ("A", "TI") for e in c.expect),
    Behaviour.MISSING_REFUSED: rule("missing"),
    Behaviour.VALUE_REFUSED: rule("format"),
    Behaviour.ORDER_REFUSED: rule("order"),
    Behaviour.UNKNOWN_REFUSED: rule("unknown"),
    Behaviour.DUPLICATE_REFUSED: lambda c: c.status == 409,
    Behaviour.CHANGE_REFUSED: rule("immutable"),
    Behaviour.REFERENCE_REFUSED: lambda c: c.status == 400 and (rule("reference")(c) or rule("pattern")(c)),
    Behaviour.READ: lambda c: c.method == "GET" and c.status == 200 and bool(c.expect),
    Behaviour.ABSENT: lambda c: c.status == 404,
    Behaviour.REPLACED: lambda c: c.method == "PUT" and c.status == 200,
    Behaviour.UPDATED: lambda c: c.method == "PATCH" and c.status == 200,
    Behaviour.STALE_REFUSED: lambda c: c.status == 412 and "If-Match" in c.headers,
    Behaviour.DELETED: lambda c: c.method == "DELETE" and c.status == 204,
    Behaviour.LISTED: lambda c: any(e.test == "length" and e.value == 3 for e in c.expect),
    Behaviour.FILTERED: lambda c: c.status == 200 and bool(c.query) and any(e.test == "excludes" for e in c.expect),
    Behaviour.SORTED: lambda c: any(e.test == "descending" for e in c.expect),
    Behaviour.PAGED: lambda c: "cursor" in c.query and any(e.test == "excludes" for e in c.expect),
    Behaviour.ISOLATED: lambda c: c.tenant.endswith("-other") and (c.status == 404 or bool(c.expect)),
    Behaviour.SIGN_IN_REQUIRED: lambda c: c.tenant == "" and c.status == 401,
    Behaviour.INGESTED: lambda c: any(e.at == "/processed" for e in c.expect) and c.within > 0,
    Behaviour.INGEST_REFUSED: lambda c: c.path.endswith("/batches") and c.status == 400,
    Behaviour.INGESTED_ONCE: lambda c: c.status == 409 and "Idempotency-Key" in c.headers,
    Behaviour.CORRELATED: lambda c: c.status == 200 and any(e.test == "contains" for e in c.expect),
    Behaviour.NOT_CORRELATED: lambda c: any(e.test == "excludes" for e in c.expect),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_each_criterion_alone_is_exercised_by_a_telling_request(shape: str) -> None:
    wanted = requirements(SHAPES[shape])
    plan = planned(wanted)
    for part in wanted.requirements:
        for criterion in part.criteria:
            alone = wanted.model_copy(update={"requirements": (part.model_copy(update={"criteria": (criterion,)}),)})
            made = compile_scenarios(alone, plan)
            assert not isinstance(made, Unexercised), made
            if criterion.behaviour is Behaviour.DEAD_LETTERED:
                kinds = [type(step) for each in made for step in each.steps]
                assert Send in kinds and kinds[-1] is Depth
            elif criterion.behaviour is not Behaviour.DEFAULTED or criterion.field == "status":
                about = TELLING[criterion.behaviour] if criterion.behaviour is not Behaviour.VALUE_REFUSED else refuses
                assert any(map(about, calls(*made))), criterion


def refuses(call: Call) -> bool:
    return call.status == 400 and all(e.at == "/errors" for e in call.expect) and bool(call.expect)


def without_sample() -> Requirements:
    return requirements(FeatureModel(name="f", entities=(entity("thing", text("code", required=True, pattern=r"\p{Greek}+")),)))


def never_offered() -> Requirements:
    thing = entity("thing", text("name", required=True), operations=(Operation.CREATE, Operation.READ))
    wanted = requirements(FeatureModel(name="f", entities=(thing,)))
    return with_criterion(wanted, Behaviour.REPLACED)


def no_such_correlation() -> Requirements:
    return with_criterion(requirements(WINDOWS), Behaviour.CORRELATED, "maintenance_window")


def reference_circle() -> Requirements:
    one = entity("hen", field("egg", FieldType.REFERENCE, references="egg", required=True))
    other = entity("egg", field("hen", FieldType.REFERENCE, references="hen", required=True))
    return requirements(FeatureModel(name="f", entities=(one, other)))


def with_criterion(wanted: Requirements, behaviour: Behaviour, field: str = "") -> Requirements:
    first = wanted.requirements[0]
    entity = wanted.model.entities[0].name
    more = Criterion(id="AC-1.99", given="", when="", then="", behaviour=behaviour, entity=entity, field=field)
    widened = first.model_copy(update={"criteria": (*first.criteria, more)})
    return wanted.model_copy(update={"requirements": (widened, *wanted.requirements[1:])})


class Quiet:
    """A workbench that nothing is written to."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)


def assignment(wanted: Requirements, plan: Plan) -> Assignment:
    detection = Detection(verdict="backend", title="T", patterns=(), entities=(), frontend="", reason="r")
    lane = Lane(writes=(), never=())
    handoff = (wanted, plan)
    phase = PhaseId.VALIDATE
    return Assignment(run="r", phase=phase, attempt=1, request="an API", detection=detection, handoff=handoff, lane=lane)


async def test_the_engineer_delivers_from_the_assignment_alone() -> None:
    wanted = requirements(VULNERABILITIES)
    saved = assignment(wanted, planned(wanted)).model_dump_json()
    bench = Quiet()
    outcome = await perform(Assignment.model_validate_json(saved), bench)  # type: ignore[arg-type]
    assert isinstance(outcome, Delivered) and isinstance(outcome.deliverable, Validation)
    assert f"all {len(wanted.criteria)} acceptance criteria" in outcome.deliverable.summary
    assert bench.said


@pytest.mark.parametrize(
    ("wanted", "criterion", "reason"),
    [
        (without_sample, "AC-1.2", "code"),
        (never_offered, "AC-1.99", "replace"),
        (no_such_correlation, "AC-1.99", "correlation"),
        (reference_circle, "AC-1.2", "exist first"),
    ],
)
async def test_a_criterion_that_cannot_be_exercised_is_named(
    wanted: Callable[[], Requirements], criterion: str, reason: str
) -> None:
    made = wanted()
    outcome = await perform(assignment(made, planned(made)), Quiet())  # type: ignore[arg-type]
    assert isinstance(outcome, Blocked)
    assert outcome.needed.startswith(f"{criterion} cannot be exercised")
    assert reason in outcome.needed
    assert outcome.demand == "an API" and outcome.question.endswith("?")
