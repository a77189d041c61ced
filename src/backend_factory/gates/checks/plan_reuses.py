"""What the repository has is used again, and each thing that is new has its reason."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from backend_factory.domain.assignment import Finding, Survey
from backend_factory.domain.deliverable import Dependency, Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.subject import Subject

_VERSION = re.compile(r"v\d+\.\d+\.\d+(?:[-+][\w.+-]+)?")
_MAJOR = re.compile(r"/v\d+$|\.v\d+$")
_FILLERS = (
    "a also and be dependency for go in is it library module must needed needs new of package required the this to used useful we"
)
_EMPTY = frozenset(_FILLERS.split())
"""Words that give no reason."""
_COMMON = frozenset(
    {"api", "aws", "client", "config", "core", "errors", "go", "internal", "log", "sdk", "service", "types", "util"}
)
"""Last parts of module paths that say nothing of what a module is for."""
_OTHER_NAME = re.compile(r"(?:lib|libs|library|pkg|utils?|helpers?|common|shared|core|new|next|v?\d+)$")


async def examine(subject: Subject) -> Examination:
    """Dependencies, components and reused paths of the plan against the survey of the repository."""
    plan = subject.handed(Plan)
    survey = subject.run.prepared.survey if subject.run.prepared else Survey()
    findings = tuple(
        Finding(check=CHECK.id, rule=rule, message=message, hint=hint, mends=PhaseId.PLAN)
        for rule, message, hint in (*_dependencies(plan, survey), *_not_there(plan, survey), *_again(plan, survey))
    )
    new = sum(not dependency.present for dependency in plan.dependencies)
    return Examination(f"{new} new Go modules, {len(plan.reused)} paths reused", findings, figures={"new_modules_count": new})


Objection = tuple[str, str, str]


def _dependencies(plan: Plan, survey: Survey) -> Iterator[Objection]:
    for name, times in Counter(dependency.module for dependency in plan.dependencies).items():
        if times > 1:
            yield "duplicate-module", f"{name} is planned {times} times", "plan it once"
    for dependency in plan.dependencies:
        name, there = dependency.module, survey.requires.get(dependency.module)
        if not _reason(dependency):
            yield "unjustified", f"no reason is given for {name}", "say what it is needed for"
        if not _VERSION.fullmatch(dependency.version):
            yield "not-pinned", f"{name} has no exact version: {dependency.version!r}", "name one, such as v1.2.3"
        if dependency.present and there is None:
            yield "not-there", f"{name} is planned as if the repository had it", "plan it as new, with its reason"
        if there is not None and (not dependency.present or dependency.version != there):
            yield "already-there", f"the repository has {name} {there} already", "use it at that version"
        if there is None and (known := _alike(name, survey.requires)):
            yield (
                "another-module",
                f"the repository has {known} for what {name} is planned for",
                f"use {known}, or say it is declined",
            )


def _reason(dependency: Dependency) -> set[str]:
    """The words of the reason that say something: not fillers, and not the module's own name."""
    own = set(re.findall(r"[a-z]+", dependency.module.lower()))
    return {word for word in re.findall(r"[a-z']+", dependency.reason.lower()) if word not in _EMPTY and word not in own}


def _alike(name: str, requires: Iterable[str]) -> str:
    """A module of the repository that is another version of `name`, or has its name elsewhere; empty where there is none."""
    for known in requires:
        if _MAJOR.sub("", known) == _MAJOR.sub("", name):
            return known
        if (what := _what(name)) not in _COMMON and what == _what(known):
            return known
    return ""


def _what(module: str) -> str:
    last = PurePosixPath(_MAJOR.sub("", module)).name.lower()
    return re.sub(r"^go-|-go$|\.go$", "", last)


def _not_there(plan: Plan, survey: Survey) -> Iterator[Objection]:
    for path in plan.reused:
        if path not in survey.files and not any(file.startswith(f"{path.rstrip('/')}/") for file in survey.files):
            yield "not-there", f"{path} is to be reused, and the repository has no such file", "name what is there"


def _again(plan: Plan, survey: Survey) -> Iterator[Objection]:
    """Components that the repository has: at the same place without a word, or at another place under almost the same name."""
    folders = {str(PurePosixPath(file).parent) for file in survey.files if file.endswith(".go")}
    for component in plan.components:
        path = component.path.rstrip("/")
        there = [file for file in survey.files if file == path or file.startswith(f"{path}/")]
        if there and not any(used == path or used.startswith(f"{path}/") for used in plan.reused):
            yield "not-reused", f"{path} exists and is planned as if it were new", "name it among what is reused"
        for folder in sorted(folders - {path}):
            used = any(each == folder or each.startswith(f"{folder}/") for each in plan.reused)
            if not there and not used and _name(folder) == _name(path) and not path.startswith(f"{folder}/"):
                yield "planned-again", f"{path} is planned, and {folder} exists", f"build on {folder}, or name it otherwise"


def _name(path: str) -> str:
    """The last part of a path without what makes two names of one thing: separators, plural, "utils", "v2"."""
    words = [word.rstrip("s") for word in re.split(r"[-_.]", PurePosixPath(path).name.lower()) if word]
    short = _OTHER_NAME.sub("", "".join(words))
    return f"{PurePosixPath(path).parts[0]}/{short}" if short and path.startswith("cmd/") else short or "".join(words)


CHECK = Check("plan-reuses", "What the repository has is reused, and what is new has a reason", (PhaseId.PLAN,), examine)
