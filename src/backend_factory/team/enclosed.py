"""What goes with an assignment: request, words of people, findings, repository, handoff; large ones as files."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from backend_factory.domain.assignment import Assignment, Survey
from backend_factory.domain.model import Record
from backend_factory.team.owed import answer_schema

SCHEMA = "answer.schema.json"
_INLINE = 6_000
"""Characters; what is longer is read from a file, where it can be searched and read in parts."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One thing that a member is given, as text."""

    title: str
    """For the heading above it."""
    file: str
    """Its name where it is handed over as a file."""
    text: str
    outline: str = ""
    """What is in it, in a line of the factory's own words and figures."""
    by_path: bool = False


def enclosed(assignment: Assignment, *, schema: bool = False) -> Iterator[Enclosed]:
    """Everything that there is to give, in the order of the brief; `schema` adds the shape of the answer, always a file."""
    if schema:
        yield Enclosed("Shape", SCHEMA, json.dumps(answer_schema(assignment), indent=1), by_path=True)
    yield _given("Request", "request.txt", assignment.request, "The request's words")
    detection = assignment.detection.model_dump(mode="json", exclude={"verdict", "reason"})
    yield _given(
        "What was detected in it", "detection.json", _compact({"ticket": assignment.ticket, **detection}), "The detection"
    )
    if assignment.excluded:
        yield _given("Demands that a person left out", "excluded.json", _compact(assignment.excluded), "The demands")
    if assignment.survey != Survey():
        yield _survey(assignment.survey)
    for deliverable in assignment.handoff:
        yield _given(
            f"Accepted: {deliverable.kind}", f"{deliverable.kind}.json", _compact(_lean(deliverable)), _figures(deliverable)
        )
    if assignment.judged:
        judged = assignment.judged
        yield _given(f"To be reviewed: {judged.kind}", f"judged-{judged.kind}.json", _compact(_lean(judged)), _figures(judged))
    if assignment.change:
        outline = f"A patch of {assignment.change.count(chr(10)):,} lines"
        yield _given("To be reviewed: its files, as a patch", "change.patch", assignment.change, outline)
    if assignment.findings:
        lines = "\n".join(_compact(_lean(each)) for each in assignment.findings)
        outline = f"{len(assignment.findings)} findings, a line each"
        yield _given("What was wrong with the last attempt: mend all of it, in another way", "findings.jsonl", lines, outline)
    if assignment.remark:
        yield _given("A person sent the work back with these words", "remark.txt", assignment.remark, "The remark")


def _given(title: str, file: str, text: str, outline: str) -> Enclosed:
    return Enclosed(title, file, text, f"{outline}, {len(text):,} characters", by_path=len(text) > _INLINE)


def _survey(survey: Survey) -> Enclosed:
    """go.mod's facts and the paths, one a line: a repository of 2,000 files is searched, not read."""
    facts = {"module": survey.module, "go": survey.go, "requires": survey.requires}
    text = "\n".join([_compact({name: value for name, value in facts.items() if value}), *survey.files])
    return _given("The repository before the run", "repository.txt", text, f"go.mod's facts and {len(survey.files)} paths")


def _lean(value: object) -> object:
    """As JSON, without what has its default: whoever reads the schema knows it. `kind` stays, for it tells records apart."""
    match value:
        case BaseModel():
            fields = type(value).model_fields.items()
            given = {name: getattr(value, name) for name, field in fields}
            return {
                n: _lean(given[n]) for n, field in fields if n == "kind" or field.is_required() or given[n] != _default(field)
            }
        case tuple() | list():
            return [_lean(each) for each in value]
        case dict():
            return {name: _lean(each) for name, each in value.items()}
        case _:
            return value


def _default(field: FieldInfo) -> object:
    return field.get_default(call_default_factory=True, validated_data={})


def _figures(record: Record) -> str:
    counts = {name: len(value) for name in type(record).model_fields if isinstance(value := getattr(record, name), tuple)}
    return ", ".join(f"{name} {count}" for name, count in counts.items() if count)


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
