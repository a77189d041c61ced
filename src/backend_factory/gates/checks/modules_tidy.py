"""go.mod and go.sum are complete, tidy, verified, and hold only what was planned."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from backend_factory.domain.assignment import Finding, Survey
from backend_factory.domain.deliverable import Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.commands import go, kept
from backend_factory.gates.subject import Subject

_HINT = "use what is planned, or have it planned with a reason"


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
    written = json.loads(listed.stdout) if listed.ok else {}
    direct = {each["Path"]: each.get("Version", "") for each in written.get("Require") or [] if not each.get("Indirect")}
    findings += [
        Finding(check=CHECK.id, rule=rule, message=message, file="go.mod", hint=_HINT, mends=PhaseId.IMPLEMENT)
        for rule, message in (*_unplanned(direct, plan, survey or Survey()), *_replaced(written, await _before(subject)))
    ]
    return Examination(f"{len(direct)} direct modules", tuple(findings), evidence)


def _unplanned(direct: Mapping[str, str], plan: Plan, survey: Survey) -> Iterator[tuple[str, str]]:
    pinned = {dependency.module: dependency.version for dependency in plan.dependencies if not dependency.present}
    known = {dependency.module for dependency in plan.dependencies} | survey.requires.keys()
    for module, version in sorted(direct.items()):
        if module not in known:
            yield "unplanned", f"{module} is not in the plan"
        elif version != pinned.get(module, version):
            yield "other-version", f"{module} is planned at {pinned[module]}, and required at {version}"


def _replaced(written: Mapping[str, Any], before: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What the run lets come from elsewhere than its name says."""
    for each in written.get("Replace") or []:
        if each not in (before.get("Replace") or []):
            yield "replaced", f"{each['Old']['Path']} is replaced by {each['New']['Path']}"


async def _before(subject: Subject) -> Mapping[str, Any]:
    """go.mod as the run found it; empty where there was none."""
    kept = await subject.repository.git.call("cat-file", "blob", f"{subject.base}:go.mod")
    file = subject.scratch / "go.mod"
    file.write_text(kept.stdout if kept.ok else "", encoding="utf-8")
    listed = await go(subject, ["mod", "edit", "-json", str(file)])
    return cast(dict[str, Any], json.loads(listed.stdout)) if kept.ok and listed.ok else {}


CHECK = Check("modules-tidy", "Go modules are tidy, verified and planned", (PhaseId.IMPLEMENT,), examine)
