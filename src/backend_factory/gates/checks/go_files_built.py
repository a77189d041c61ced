"""Every Go file that was written is part of the build, and the planned commands exist."""

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.commands import go, kept
from backend_factory.gates.subject import Subject

_FILES = ("GoFiles", "TestGoFiles", "XTestGoFiles")


async def examine(subject: Subject) -> Examination:
    """go list against the diff: a file left out by a build tag, its name or its folder is neither compiled nor tested."""
    done = await go(subject, ["list", "-e", "-tags", "lambda.norpc", f"-json=Dir,Name,{','.join(_FILES)}", "./..."])
    if not done.ok:
        raise Unreadable(f"go list failed: {done.output[-500:]}")
    packages = tuple(_packages(done.stdout))
    folders = {_below(subject, each): str(each.get("Name", "")) for each in packages}
    built = {
        str(PurePosixPath(_below(subject, each), name)) for each in packages for kind in _FILES for name in each.get(kind, ())
    }
    written = {change.path for change in subject.changes if change.path.endswith(".go") and change.status != "D"}
    left_out = sorted(path for path in written - built if "testdata" not in path.split("/"))
    findings = [_finding(subject, "not-built", path, f"{path} is not part of the build") for path in left_out]
    findings += [_finding(subject, rule, path, message) for rule, path, message in _missing(subject.handed(Plan), folders)]
    summary = f"{len(written)} Go files in {len(packages)} packages"
    return Examination(summary, tuple(findings), (kept(subject, "go list", done),))


def _packages(printed: str) -> Iterator[dict[str, Any]]:
    decoder, at = json.JSONDecoder(), 0
    while printed[at:].strip():
        at = printed.index("{", at)
        package, at = decoder.raw_decode(printed, at)
        yield package


def _below(subject: Subject, package: dict[str, Any]) -> str:
    return Path(package["Dir"]).relative_to(subject.checkout).as_posix()


def _missing(plan: Plan, folders: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    if plan.layout.package not in folders:
        yield "no-package", plan.layout.package, f"{plan.layout.package} is not a Go package"
    for command in filter(None, (plan.layout.api, plan.layout.worker)):
        if folders.get(command) != "main":
            yield "no-command", command, f"{command} is not a program"


def _finding(subject: Subject, rule: str, path: str, message: str) -> Finding:
    mends = subject.phase if rule == "not-built" else PhaseId.IMPLEMENT
    hint = "remove the build tag, or move the file" if rule == "not-built" else "write what is planned"
    return Finding(check=CHECK.id, rule=rule, message=message, file=path, hint=hint, mends=mends)


CHECK = Check("go-files-built", "Every Go file is part of the build", (PhaseId.IMPLEMENT, PhaseId.TEST), examine)
