"""The pieces that will exist, the requirements that each serves, and how each criterion will be shown."""

from dataclasses import dataclass

from backend_factory.domain.deliverable import Behaviour, Component, Layout, PlannedTest, Requirement, Requirements

BACKGROUND = frozenset({Behaviour.INGESTED, Behaviour.INGESTED_ONCE, Behaviour.DEAD_LETTERED})
"""What the worker shows."""


@dataclass(frozen=True)
class _Part:
    path: str
    purpose: str
    background: bool = False


def components(requirements: Requirements, places: Layout) -> tuple[Component, ...]:
    """Every component, in the order in which a request meets them; each requirement is served by at least one."""
    return tuple(
        Component(
            id=f"C-{number}",
            path=part.path,
            purpose=part.purpose,
            requirements=tuple(r.id for r in requirements.requirements if not part.background or _in_background(r)),
        )
        for number, part in enumerate(_parts(places), start=1)
    )


def planned_tests(requirements: Requirements) -> tuple[PlannedTest, ...]:
    """Every criterion is shown twice: in Go against the package's public functions, and over HTTP on the deployed stack."""
    return tuple(PlannedTest(criterion=criterion.id, levels=("unit", "scenario")) for criterion in requirements.criteria)


def _parts(places: Layout) -> tuple[_Part, ...]:
    api = (
        _Part(places.contract, "the API contract: what callers send and get"),
        _Part(places.template, "the infrastructure: entrance, functions, table, permissions, alarms"),
        _Part(places.api, "the API function's main: makes the clients once and starts the runtime loop"),
        _Part(places.package, "the feature: routes, rules, records and their place in the table"),
        _Part("pkg/platform", "shared by features: problems, tenants, decoding, validation, pages, conditional writes"),
    )
    worker = (_Part(places.worker, "the worker's main: takes queued items and reports failures one by one", background=True),)
    return api + (worker if places.worker else ())


def _in_background(requirement: Requirement) -> bool:
    return any(criterion.behaviour in BACKGROUND for criterion in requirement.criteria)
