"""Checks that read deliverables: good work passes, each planted fault is found for the right reason."""

import pytest
from subjects import Bench, laid_out, planned, rules

from backend_factory.domain.deliverable import (
    Component,
    Demand,
    Plan,
    PlannedTest,
    Requirements,
    Validation,
)
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.scenario import Call, Scenario, Send
from backend_factory.gates.checks import criteria_exercised, demands_traced, plan_traced, requirements_complete
from backend_factory.testing.story import PLAN, REQUIREMENTS, TEXT, VALIDATION
from planting import faults

QUOTES = (("I need", "context"), ("an API for maintenance windows with a start and an owner", "required"))


def demands(*parts: tuple[str, str]) -> Requirements:
    listed = tuple(Demand(id=f"D-{n}", quote=q, disposition=d) for n, (q, d) in enumerate(parts, start=1))  # type: ignore[arg-type]
    first = next((demand.id for demand in listed if demand.disposition == "required"), "D-1")
    answering = tuple(r.model_copy(update={"demands": (first,)}) for r in REQUIREMENTS.requirements)
    return REQUIREMENTS.model_copy(update={"demands": listed, "requirements": answering})


def required(**changed: object) -> Requirements:
    return REQUIREMENTS.model_copy(update=changed)


def worded(**changed: str) -> Requirements:
    """The story's requirements, the first criterion otherwise."""
    first, *others = REQUIREMENTS.requirements
    criteria = (first.criteria[0].model_copy(update=changed), *first.criteria[1:])
    return required(requirements=(first.model_copy(update={"criteria": criteria}), *others))


def numbered(**changed: object) -> Requirements:
    first, *others = REQUIREMENTS.requirements
    return required(requirements=(first.model_copy(update=changed), *others))


# ------------------------------------------------------------------ requirements-complete


@pytest.mark.variant("requirements-complete", "the story's requirements")
async def test_whole_requirements_pass(bench: Bench) -> None:
    result = await bench.judged(requirements_complete.CHECK)

    assert result.status == "passed"
    assert result.figures == {"requirements_count": 2, "criteria_count": 3}


@pytest.mark.parametrize(
    ("delivered", "rule", "told"),
    faults(
        "requirements-complete",
        {
            "no requirements": (required(requirements=()), "empty", "no requirements"),
            "no success metric": (required(metrics=()), "no-metric", "no success metric"),
            "an id that is used twice": (
                required(requirements=REQUIREMENTS.requirements * 2),
                "duplicate-id",
                "FR-1 is used 2 times",
            ),
            "a requirement without a criterion": (numbered(criteria=()), "no-criterion", "FR-1 has no acceptance criterion"),
            "a statement of blanks": (numbered(statement=" \n"), "empty-text", "FR-1 has an empty part"),
            "a requirement without a title": (numbered(title=""), "empty-text", "FR-1 has an empty part"),
            "a criterion without an outcome": (worded(then="  "), "empty-text", "AC-1.1 has an empty part"),
            "a criterion that says how (DynamoDB)": (worded(then="it is stored in DynamoDB"), "how-not-what", "'DynamoDB'"),
            "a criterion that says how (a Lambda)": (worded(when="a Lambda is invoked"), "how-not-what", "'Lambda'"),
            "a criterion that cannot be measured (quickly)": (
                worded(then="it is answered quickly"),
                "not-measurable",
                "'quickly'",
            ),
            "a criterion that cannot be measured (as needed)": (
                worded(then="fields are checked as needed"),
                "not-measurable",
                "'as needed'",
            ),
            "a criterion of an entity that does not exist": (worded(entity="spaceship"), "unknown-entity", "'spaceship'"),
            "a criterion numbered under no requirement": (worded(id="AC-7.1"), "bad-id", "AC-7.1"),
            "a criterion with an id of its own kind": (worded(id="first"), "bad-id", "first"),
        },
    ),
)
async def test_a_hole_in_the_requirements_is_found(bench: Bench, delivered: Requirements, rule: str, told: str) -> None:
    result = await bench.judged(requirements_complete.CHECK, deliverables=[delivered])

    assert result.status == "failed"
    assert any(f.rule == rule and told in f.message and f.mends == PhaseId.SUMMARIZE and f.hint for f in result.findings)


@pytest.mark.fault("requirements-complete", "no deliverable at all")
async def test_requirements_that_are_not_there_are_not_passed(bench: Bench) -> None:
    assert (await bench.judged(requirements_complete.CHECK, without=[Requirements])).status == "unavailable"


# ------------------------------------------------------------------ demands-traced


@pytest.mark.variant("demands-traced", "a request with other blanks, line breaks and an exclamation mark")
async def test_a_request_that_is_quoted_whole_passes(bench: Bench) -> None:
    text = "I need  an API for maintenance windows\nwith a start and an owner!"

    assert (await bench.judged(demands_traced.CHECK, deliverables=[demands(*QUOTES)], text=text)).status == "passed"


@pytest.mark.parametrize(
    ("text", "parts", "rule", "seen"),
    faults(
        "demands-traced",
        {
            "a `never` that no demand quotes": (
                "I need an API that never deletes",
                (("I need an API that", "required"), ("deletes", "required")),
                "lost-words",
                "never",
            ),
            "a second demand that is dropped": (
                "an API and a queue",
                (("an API", "required"), ("a", "context")),
                "lost-words",
                "and a queue",
            ),
            "a demand quoted twice, in place of another one": (
                "keep the owner, drop the owner",
                (("keep the owner", "required"),) * 2,
                "lost-words",
                "drop the owner",
            ),
            "a sign (<) that no demand quotes": (
                "at most < 5 items",
                (("at most", "required"), ("5 items", "required")),
                "lost-words",
                "<",
            ),
            "a sign (%) that no demand quotes": (
                "five % of the assets",
                (("five", "required"), ("of the assets", "required")),
                "lost-words",
                "%",
            ),
            "an invented demand": (
                "an API",
                (("an API", "required"), ("for pigeons", "required")),
                "not-verbatim",
                "for pigeons",
            ),
            "an empty demand": ("an API", (("an API", "required"), ("", "context")), "not-verbatim", ""),
            "a demand left out by nobody's leave": (
                "an API with pigeons",
                (("an API", "required"), ("with pigeons", "excluded")),
                "left-out",
                "with pigeons",
            ),
            "a page for users that nobody is handed": (
                "an API. A page",
                (("an API.", "required"), ("A page", "frontend")),
                "not-handed-over",
                "A page",
            ),
        },
    ),
)
async def test_nothing_of_the_request_is_lost(
    bench: Bench, text: str, parts: tuple[tuple[str, str], ...], rule: str, seen: str
) -> None:
    delivered = demands(*parts).model_copy(update={"frontend": ""})
    result = await bench.judged(demands_traced.CHECK, deliverables=[delivered], text=text)

    assert result.status == "failed"
    assert [(f.rule, f.seen) for f in result.findings if f.rule == rule] == [(rule, seen)]


@pytest.mark.variant("demands-traced", "a demand that is only context")
async def test_what_is_only_context_need_not_be_answered(bench: Bench) -> None:
    delivered = demands(("an API", "context"), ("with pigeons", "required"))

    assert (await bench.judged(demands_traced.CHECK, deliverables=[delivered], text="an API with pigeons")).status == "passed"


@pytest.mark.variant("demands-traced", "a demand that a person left out")
async def test_what_a_person_left_out_may_be_left_out(bench: Bench) -> None:
    delivered = demands(("an API", "required"), ("with pigeons", "excluded"))
    result = await bench.judged(
        demands_traced.CHECK, deliverables=[delivered], text="an API with pigeons", excluded=("with  pigeons",)
    )

    assert result.status == "passed"


@pytest.mark.fault(
    "demands-traced", "a demand that no requirement answers, a requirement that answers none, one that answers an invented one"
)
async def test_demands_and_requirements_answer_each_other(bench: Bench) -> None:
    whole = demands(*QUOTES)
    unanswered = whole.requirements[0].model_copy(update={"demands": ("D-1", "D-9")})
    baseless = whole.requirements[1].model_copy(update={"demands": ()})
    delivered = whole.model_copy(update={"requirements": (unanswered, baseless)})
    text = " ".join(quote for quote, _ in QUOTES)

    result = await bench.judged(demands_traced.CHECK, deliverables=[delivered], text=text)

    assert rules(result) == {"unanswered", "unknown-demand", "baseless"}


@pytest.mark.fault("demands-traced", "the requirements of another request")
async def test_the_story_leaves_no_word_of_its_own_request_out(bench: Bench) -> None:
    assert TEXT
    result = await bench.judged(demands_traced.CHECK, text="I need an API for maintenance windows by carrier pigeon")

    assert "lost-words" in rules(result)
    assert "not-verbatim" in rules(result)


# ------------------------------------------------------------------ plan-traced

TESTED = planned(tests=tuple(PlannedTest(criterion=c.id, levels=("unit",)) for c in REQUIREMENTS.criteria))
ONE_OPERATION = {"operations": (PLAN.routes[0].operation,)}
MODEL = PLAN.model.model_copy(update={"entities": tuple(e.model_copy(update=ONE_OPERATION) for e in PLAN.model.entities)})
TRACED = TESTED.model_copy(update={"model": MODEL})
WANTED = required(model=MODEL)


def traced(**changed: object) -> Plan:
    return TRACED.model_copy(update=changed)


def placed(**changed: str) -> Plan:
    return traced(layout=laid_out(**changed).layout)


@pytest.mark.variant("plan-traced", "tests of one level only")
async def test_a_plan_that_follows_from_the_requirements_passes(bench: Bench) -> None:
    result = await bench.judged(plan_traced.CHECK, deliverables=[TRACED, WANTED])

    assert result.status == "passed", result.findings


@pytest.mark.parametrize(
    ("plan", "rule", "told"),
    faults(
        "plan-traced",
        {
            "a requirement without a component": (traced(components=PLAN.components[1:]), "no-component", "FR-2"),
            "a component of an unknown requirement": (
                traced(components=(*PLAN.components, Component(id="C-9", path="x", purpose="x", requirements=("FR-9",)))),
                "unknown-requirement",
                "FR-9",
            ),
            "a criterion without a test": (traced(tests=TRACED.tests[1:]), "no-test", "AC-1.1"),
            "a criterion tested at no level": (
                traced(tests=(TRACED.tests[0].model_copy(update={"levels": ()}), *TRACED.tests[1:])),
                "no-test",
                "AC-1.1",
            ),
            "no technology choice": (traced(choices=()), "unjustified", "no technology choice"),
            "a technology choice without a reason": (
                traced(choices=(PLAN.choices[0].model_copy(update={"reason": ""}),)),
                "unjustified",
                "storage",
            ),
            "a way back that is empty": (traced(rollback=("",)), "no-rollback", "roll back"),
            "no roll-out": (traced(rollout=()), "no-rollout", "roll out"),
            "an operation without a route": (traced(routes=()), "no-route", "create of maintenance window"),
            "one route twice": (traced(routes=PLAN.routes * 2), "duplicate-route", "POST /maintenance-windows"),
            "a feature model other than the required one": (
                traced(model=PLAN.model),
                "other-feature",
                "not the one that was required",
            ),
            "a path that is absolute": (placed(design="/etc/passwd"), "bad-path", "'/etc/passwd'"),
            "a path that leads out of the repository": (placed(template="deploy/../../../secret"), "bad-path", "secret"),
            "a path that is an option of a command": (placed(api="-o/evil"), "bad-path", "-o/evil"),
            "a path with a command in it": (placed(contract="api/$(id)"), "bad-path", "$(id)"),
        },
    ),
)
async def test_a_hole_in_the_plan_is_found(bench: Bench, plan: Plan, rule: str, told: str) -> None:
    result = await bench.judged(plan_traced.CHECK, deliverables=[plan, WANTED])

    assert result.status == "failed"
    assert any(f.rule == rule and told in f.message and f.mends == PhaseId.PLAN for f in result.findings), result.findings


@pytest.mark.fault("plan-traced", "no requirements to hold it to")
async def test_a_plan_without_requirements_to_hold_it_to_is_not_passed(bench: Bench) -> None:
    assert (await bench.judged(plan_traced.CHECK, without=[Requirements])).status == "unavailable"


# ------------------------------------------------------------------ criteria-exercised

POST = Call(method="POST", path="/maintenance-windows", status=201)
STORIES = tuple(s.model_copy(update={"steps": (POST,)}) for s in VALIDATION.scenarios)


def exercised(*scenarios: Scenario) -> Validation:
    return VALIDATION.model_copy(update={"scenarios": scenarios})


@pytest.mark.variant("criteria-exercised", "two scenarios that share three criteria")
async def test_a_scenario_for_each_criterion_passes(bench: Bench) -> None:
    result = await bench.judged(criteria_exercised.CHECK, deliverables=[exercised(*STORIES)])

    assert result.status == "passed", result.findings


@pytest.mark.parametrize(
    ("scenarios", "rule", "told"),
    faults(
        "criteria-exercised",
        {
            "a criterion without a scenario": (STORIES[:1], "not-exercised", "AC-2.1"),
            "no scenario": ((), "not-exercised", "AC-1.1"),
            "a scenario of an unknown criterion": (
                (*STORIES, STORIES[1].model_copy(update={"id": "S-3", "criteria": ("AC-9.9",)})),
                "unknown-criterion",
                "AC-9.9",
            ),
            "two scenarios of one name": ((*STORIES, STORIES[1]), "duplicate-id", "2 scenarios are called S-2"),
            "a scenario without a step": ((STORIES[0], STORIES[1].model_copy(update={"steps": ()})), "no-call", "S-2"),
            "a scenario that only sends to a queue": (
                (STORIES[0], STORIES[1].model_copy(update={"steps": (Send(queue="Q", message="x"),)})),
                "no-call",
                "S-2",
            ),
            "a scenario that calls only what was never planned, and is content with 404": (
                (
                    STORIES[0],
                    STORIES[1].model_copy(update={"steps": (POST.model_copy(update={"path": "/nowhere", "status": 404}),)}),
                ),
                "elsewhere",
                "S-2 calls nothing that was planned",
            ),
            "a scenario that calls a route by a method that it has not": (
                (STORIES[0], STORIES[1].model_copy(update={"steps": (POST.model_copy(update={"method": "PUT"}),)})),
                "elsewhere",
                "S-2",
            ),
        },
    ),
)
async def test_a_criterion_that_nobody_exercises_is_found(
    bench: Bench, scenarios: tuple[Scenario, ...], rule: str, told: str
) -> None:
    result = await bench.judged(criteria_exercised.CHECK, deliverables=[exercised(*scenarios)])

    assert result.status == "failed"
    assert any(f.rule == rule and told in f.message and f.mends == PhaseId.VALIDATE for f in result.findings)


async def test_a_path_with_an_id_reaches_its_route_and_no_longer_one(bench: Bench) -> None:
    route = PLAN.routes[0].model_copy(update={"method": "GET", "path": "/windows/{id}"})

    def calling(path: str) -> Validation:
        call = Call(method="GET", path=path, status=200)
        return exercised(*(s.model_copy(update={"steps": (call,)}) for s in STORIES))

    subject = await bench.subject(PhaseId.VALIDATE, deliverables=[planned(routes=(route,)), calling("/windows/{saved}")])
    assert not (await criteria_exercised.examine(subject)).findings
    findings = criteria_exercised._elsewhere(calling("/windows/1/more"), planned(routes=(route,)))
    assert {rule for rule, _ in findings} == {"elsewhere"}


@pytest.mark.fault("criteria-exercised", "no requirements to hold them to")
async def test_scenarios_without_requirements_are_not_passed(bench: Bench) -> None:
    assert (await bench.judged(criteria_exercised.CHECK, without=[Requirements])).status == "unavailable"
