"""The Solution Architect: decides names, places, contract, storage and infrastructure before any code is written."""

import re

from backend_factory.domain.assignment import Assignment, Blocked, Delivered, Outcome
from backend_factory.domain.deliverable import Requirements
from backend_factory.runners.blueprint.plan.contract import contract
from backend_factory.runners.blueprint.plan.design_record import design_record
from backend_factory.runners.blueprint.plan.layout import bounded, slug
from backend_factory.runners.blueprint.plan.planning import plan
from backend_factory.runners.blueprint.plan.words import kebab
from backend_factory.workspace.workbench import Workbench

OTHER_NAME = re.compile(r"^\s*name\s*:\s*(\S.*)$", re.IGNORECASE | re.MULTILINE)
"""How a remark gives the feature another name."""


async def perform(assignment: Assignment, workbench: Workbench) -> Outcome:
    """The plan, and contract and design record as files; blocked where the repository has no module or no room."""
    requirements = assignment.handed(Requirements)
    outcome = plan(requirements, assignment.survey, name=_name(requirements, assignment.remark))
    if isinstance(outcome, Blocked):
        return outcome
    workbench.say(f"writing the contract: {len(outcome.routes)} operations on {len(outcome.designs)} kinds of record")
    workbench.write(outcome.layout.contract, contract(outcome))
    workbench.say(f"recording the design: {len(outcome.choices)} decisions, {len(outcome.resources)} AWS resources")
    workbench.write(outcome.layout.design, design_record(outcome, requirements))
    return Delivered(deliverable=outcome)


def _name(requirements: Requirements, remark: str) -> str:
    given = OTHER_NAME.search(remark)
    return bounded(kebab(given.group(1))) if given else slug(requirements)
