"""Requirements and the repository as it is become a plan, or an obstacle that a person has to move."""

from backend_factory.domain.assignment import Blocked, Survey
from backend_factory.domain.deliverable import Layout, Plan, Requirements
from backend_factory.runners.blueprint.plan.choices import choices
from backend_factory.runners.blueprint.plan.components import components, planned_tests
from backend_factory.runners.blueprint.plan.dependencies import dependencies
from backend_factory.runners.blueprint.plan.designs import designs
from backend_factory.runners.blueprint.plan.layout import collision, layout
from backend_factory.runners.blueprint.plan.rollout import risks, rollback, rollout
from backend_factory.runners.blueprint.plan.routes import routes
from backend_factory.runners.blueprint.resources import resources


def plan(requirements: Requirements, survey: Survey, *, name: str) -> Plan | Blocked:
    """The plan for a feature with that slug, from the requirements and the repository as it is."""
    worker = bool(requirements.model.ingestions)
    places = layout(survey.module, name, worker=worker)
    blocked = _obstacle(places, survey)
    return blocked or _compiled(requirements, survey, name, places)


def _compiled(requirements: Requirements, survey: Survey, name: str, places: Layout) -> Plan:
    model, worker = requirements.model, bool(requirements.model.ingestions)
    named = designs(model)
    offered = routes(model, named)
    reused = _reused(survey)
    return Plan(
        title=requirements.title,
        slug=name,
        summary=requirements.summary,
        layout=places,
        choices=choices(model, reused),
        model=model,
        designs=named,
        routes=offered,
        components=components(requirements, places),
        resources=resources(offered, worker=worker),
        dependencies=dependencies(survey.requires, worker=worker),
        reused=reused,
        tests=planned_tests(requirements),
        rollout=rollout(worker=worker),
        rollback=rollback(worker=worker),
        risks=risks(model, survey),
    )


def _reused(survey: Survey) -> tuple[str, ...]:
    return tuple(path for path in survey.files if path == "go.mod" or (path.startswith("pkg/platform/") and path.endswith(".go")))


def _obstacle(places: Layout, survey: Survey) -> Blocked | None:
    if not survey.module:
        return Blocked(
            reason="repository",
            needed="a Go module at the root of the repository",
            tried=("looked for a go.mod at the root of the repository",),
            question="There is no go.mod at the root, so the feature's import paths are not known. "
            "Will you add one (`backend-factory init`, or `go mod init <module path>`), commit it and start again?",
        )
    if "vendor/modules.txt" in survey.files:
        return Blocked(
            reason="repository",
            needed="modules that are fetched, not vendored",
            tried=(
                "read the list of files: vendor/modules.txt is there, and new dependencies would have to be written "
                "under vendor/",
            ),
            question="The repository keeps its dependencies under vendor/. Will you remove that folder and start again?",
        )
    taken = collision(places, survey.files)
    if not taken:
        return None
    return Blocked(
        reason="repository",
        needed="a place for the feature that is not in use, or another name for it",
        tried=(f"planned the folders {places.package}, {places.api}, {places.template.rpartition('/')[0]}; found {taken}",),
        question=f"{taken} is there already, and existing files are left alone. Under which other name should the "
        "feature be added? "
        "Send it back with a remark such as `name: asset inventory`.",
    )
