"""go.mod and go.sum are complete, tidy, verified, and hold only what was planned."""

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
    listed = await go(subject, ["list", "-m", "-f", "{{if not .Indirect}}{{.Path}}{{end}}", "all"])
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
    known = (
        {dependency.module for dependency in plan.dependencies} | set(survey.requires if survey else ()) | {plan.layout.module}
    )
    for module in sorted(set(listed.stdout.split()) - known):
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
    return Examination(f"{len(listed.stdout.split()) - 1} direct modules", tuple(findings), evidence)


CHECK = Check("modules-tidy", "Go modules are tidy, verified and planned", (PhaseId.IMPLEMENT,), examine)
