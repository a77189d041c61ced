"""go.mod and go.sum are complete, tidy, verified, and hold only what was planned."""

import json

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.commands import go, kept
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """go mod tidy -diff and go mod verify; direct requirements against plan and survey."""
    tidy = await go(subject, ["mod", "tidy", "-diff"])
    verify = await go(subject, ["mod", "verify"])
    listed = await go(subject, ["mod", "edit", "-json"])
    evidence = tuple(kept(subject, title, done) for title, done in (("go mod tidy -diff", tidy), ("go mod verify", verify)))
    findings = [
        Finding(check=CHECK.id, rule=rule, message=message, file="go.mod", seen=done.output[-1000:], mends=PhaseId.IMPLEMENT)
        for done, rule, message in (
            (tidy, "untidy", "go.mod or go.sum is not tidy"),
            (verify, "unverified", "a module is not what go.sum says"),
            (listed, "unreadable", "the modules cannot be listed"),
        )
        if not done.ok
    ]
    plan, survey = subject.handed(Plan), subject.run.prepared.survey if subject.run.prepared else None
    known = {dependency.module for dependency in plan.dependencies} | set(survey.requires if survey else ())
    direct = _direct(listed.stdout) if listed.ok else set()
    for module in sorted(direct - known):
        findings.append(
            Finding(
                check=CHECK.id,
                rule="unplanned",
                message=f"{module} is not in the plan",
                file="go.mod",
                hint="use what is planned, or have it planned with a reason",
                mends=PhaseId.IMPLEMENT,
            )
        )
    return Examination(f"{len(direct)} direct modules", tuple(findings), evidence)


def _direct(printed: str) -> set[str]:
    """Paths of the modules that go.mod requires for the repository's own imports."""
    required = json.loads(printed).get("Require") or []
    return {each["Path"] for each in required if not each.get("Indirect")}


CHECK = Check("modules-tidy", "Go modules are tidy, verified and planned", (PhaseId.IMPLEMENT,), examine)
