"""The release says what a person on call needs: notes, runbook with rollback, parameters, smoke tests that exist."""

import json
import re
from collections.abc import Iterator

from backend_factory.delivery.stack.template import read_template
from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan, Release, Requirements, Validation
from backend_factory.domain.phase import PhaseId
from backend_factory.errors import AskerError
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.reading import NotText, names, text_of
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """The release against plan, template and scenarios."""
    release = subject.handed(Release)
    findings = tuple(
        Finding(check=CHECK.id, rule=rule, message=message, file=file, mends=PhaseId.COMMIT)
        for rule, file, message in (
            *_documents(subject),
            *_smoke(subject, release),
            *_parameters(subject, release),
            *_stack(subject, release),
        )
    )
    summary = f"{len(release.files)} documents, {len(release.smoke)} smoke tests, {len(release.rollback)} rollback steps"
    return Examination(summary, findings, (subject.keep("release", release.model_dump_json(indent=2)),))


Objection = tuple[str, str, str]


def _documents(subject: Subject) -> Iterator[Objection]:
    layout = subject.handed(Plan).layout
    wanted = {
        layout.notes: [requirement.id for requirement in subject.handed(Requirements).requirements],
        layout.runbook: [
            resource.logical_id for resource in subject.handed(Plan).resources if resource.type == "AWS::CloudWatch::Alarm"
        ],
    }
    for path, expected in wanted.items():
        text = _text(subject, path)
        if not text:
            yield "missing", path, f"{path} is missing or empty"
        for name in expected:
            if text and not names(text, name):
                yield "not-named", path, f"{path} does not name {name}"


def _smoke(subject: Subject, release: Release) -> Iterator[Objection]:
    known = {scenario.id for scenario in subject.handed(Validation).scenarios}
    if not release.smoke:
        yield "no-smoke", "", "no scenario is run after deployment"
    for name in release.smoke:
        if name not in known:
            yield "unknown-scenario", "", f"the smoke test {name} is no scenario"
    if not any(step.strip() for step in release.rollback):
        yield "no-rollback", "", "the release does not say how to roll back"


def _parameters(subject: Subject, release: Release) -> Iterator[Objection]:
    layout = subject.handed(Plan).layout
    try:
        given = {
            str(each["ParameterKey"]): str(each["ParameterValue"])
            for each in json.loads(_text(subject, layout.parameters) or "null")
        }
        known = dict(read_template(_text(subject, layout.template)).get("Parameters", {}))
    except (ValueError, TypeError, KeyError, RecursionError, AskerError) as error:
        yield "unreadable", layout.parameters, f"the parameters cannot be read: {error}"
        return
    for name in sorted((given.keys() | release.parameters.keys()) - known.keys()):
        yield "unknown-parameter", layout.parameters, f"the template has no parameter {name}"
    for name in sorted((given.keys() | release.parameters.keys()) & known.keys()):
        if given.get(name) != release.parameters.get(name):
            said, written = release.parameters.get(name), given.get(name)
            yield "parameters-differ", layout.parameters, f"{name}: the release says {said!r}, the file {written!r}"
    for name, value in given.items():
        if wrong := _wrong(known.get(name), value):
            yield "bad-value", layout.parameters, f"{name} = {value!r} {wrong}"


def _wrong(parameter: object, value: str) -> str:
    """What the template has against the value; nothing where it may be."""
    if not isinstance(parameter, dict):
        return ""
    allowed, pattern = parameter.get("AllowedValues"), parameter.get("AllowedPattern")
    if isinstance(allowed, list) and value not in map(str, allowed):
        return f"is none of {', '.join(map(str, allowed))}"
    if isinstance(pattern, str) and not _matches(pattern, value):
        return f"does not match {pattern}"
    if parameter.get("Type") == "Number" and not re.fullmatch(r"-?\d+(?:\.\d+)?", value):
        return "is no number"
    return ""


_JAVA = re.compile(r"&&|\[[^\]]*\[|[+*?}]\+|\\p")
"""What Java's patterns mean otherwise than Python's."""


def _matches(pattern: str, value: str) -> bool:
    """Whether CloudFormation, whose patterns are Java's, would take it; where Python cannot read the pattern, it is not known."""
    if _JAVA.search(pattern):
        return True
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:
        return True


def _stack(subject: Subject, release: Release) -> Iterator[Objection]:
    if release.stack != subject.handed(Plan).slug:
        yield "other-stack", "", f"the release names the stack {release.stack!r}, planned is {subject.handed(Plan).slug!r}"


def _text(subject: Subject, path: str) -> str:
    try:
        return text_of(subject, path).strip()
    except NotText:
        return ""


CHECK = Check("release-complete", "Release notes, runbook, parameters and smoke tests are complete", (PhaseId.COMMIT,), examine)
