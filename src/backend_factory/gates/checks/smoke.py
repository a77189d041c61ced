"""The deployed feature answers as its smoke tests expect."""

from backend_factory.domain.deliverable import Release, Validation
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.scenario_findings import performed
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """The scenarios that the release names."""
    wanted = subject.handed(Release).smoke
    scenarios = [scenario for scenario in subject.handed(Validation).scenarios if scenario.id in wanted]
    if not scenarios:
        raise Unreadable("the release names no smoke test that exists")
    return await performed(subject, CHECK.id, scenarios)


CHECK = Check(
    "smoke", "The deployed feature passes its smoke tests", ("stack",), examine, after=("stack-created", "change-set-reviewed")
)
