"""Reads `.backend-factory/gates.toml`: thresholds, accepted risks, approvers; nonsense is refused before work starts."""

import math
import tomllib
from collections.abc import Collection, Iterator
from dataclasses import fields, replace
from datetime import date, datetime

from pydantic import Field, StrictFloat, StrictInt, ValidationError

from backend_factory.domain.model import Record
from backend_factory.domain.policy import Approval, Policy, Risk
from backend_factory.errors import AskerError
from backend_factory.gates.acceptance import NEVER
from backend_factory.gates.thresholds import THRESHOLDS, Thresholds

PLACE = ".backend-factory/gates.toml"
"""In the repository, as its base branch has it."""
_DOCUMENT = "docs/policy.md has an example"
_KNOWN = {field.name: field for field in fields(Thresholds)}


class _Accepted(Record):
    """One [[risk]]."""

    check: str = ""
    threshold: str = ""
    reason: str = Field(min_length=1)
    accepted_by: str = Field(min_length=1)
    until: date


class _File(Record):
    """The whole file."""

    thresholds: dict[str, StrictInt | StrictFloat] = Field(default_factory=dict)
    risk: tuple[_Accepted, ...] = ()
    approval: Approval = Approval()


def read_policy(text: str, checks: Collection[str], at: datetime) -> Policy:
    """What the file says; `checks` are the ids of all checks, `at` is now.

    AskerError for what is unknown, wrong or not allowed.
    """
    try:
        file = _File.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _wrong(f"it is no TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise _wrong(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    risks = tuple(
        Risk(check=r.check, threshold=r.threshold, reason=r.reason, by=r.accepted_by, until=r.until, source=PLACE)
        for r in file.risk
    )
    for objection in (*_risks(risks, checks, file.approval), *_thresholds(file.thresholds, risks, at)):
        raise objection
    return Policy(thresholds=dict(file.thresholds), risks=risks, approval=file.approval)


def thresholds_of(policy: Policy, at: datetime) -> Thresholds:
    """The table that decides: the factory's, with what the repository raised, and lowered under a risk that still counts."""
    if unknown := sorted(policy.thresholds.keys() - _KNOWN.keys()):
        hint = "start the run again; this version of the factory has other thresholds"
        raise AskerError(f"there is no threshold {unknown[0]!r} any more", hint=hint)
    lowered = {risk.threshold for risk in policy.risks if risk.counts(at)}
    counted = {name: value for name, value in policy.thresholds.items() if name in lowered or not is_lower(name, value)}
    return replace(THRESHOLDS, **counted)  # type: ignore[arg-type]


def is_lower(name: str, value: float) -> bool:
    """Whether `value` asks for less than the factory's own threshold."""
    own, stricter = getattr(THRESHOLDS, name), _KNOWN[name].metadata["stricter"]
    return bool(value < own if stricter == "more" else value > own)


def refusal(check: str, checks: Collection[str]) -> AskerError | None:
    """Why the failure of that check cannot be accepted by anybody; None where a person may."""
    if check not in checks:
        return AskerError(f"there is no check {check!r}", hint="docs/gates.md lists the checks")
    if check in NEVER:
        hint = "have the work mended: send it back with a remark, or stop the run"
        return AskerError(f"nobody can accept a failing {check}: {NEVER[check]}", hint=hint)
    return None


def _risks(risks: tuple[Risk, ...], checks: Collection[str], approval: Approval) -> Iterator[AskerError]:
    for risk in risks:
        if bool(risk.check) == bool(risk.threshold):
            yield _wrong("a [[risk]] names either a check or a threshold")
        if risk.check and (refused := refusal(risk.check, checks)):
            yield _wrong(refused.message, refused.hint)
        if risk.threshold and risk.threshold not in _KNOWN:
            yield _unknown(risk.threshold)
        if not approval.may_decide(risk.by):
            yield _wrong(f"the risk of {risk.about} was accepted by {risk.by!r}, who is no approver")


def _thresholds(wanted: dict[str, StrictInt | StrictFloat], risks: tuple[Risk, ...], at: datetime) -> Iterator[AskerError]:
    for name, value in wanted.items():
        field = _KNOWN.get(name)
        if field is None:
            yield _unknown(name)
            continue
        if "stricter" not in field.metadata:
            yield _wrong(f"{name} is the machine's to set, not a repository's")
            continue
        own = getattr(THRESHOLDS, name)
        if not math.isfinite(value) or (isinstance(own, int) and not isinstance(value, int)):
            yield _wrong(f"{name} = {value} is not {'a whole number' if isinstance(own, int) else 'a number'}")
            continue
        if is_lower(name, value) and not any(risk.threshold == name and risk.counts(at) for risk in risks):
            yield _lowered(name, value, [risk for risk in risks if risk.threshold == name])


def _lowered(name: str, value: float, ended: list[Risk]) -> AskerError:
    own = getattr(THRESHOLDS, name)
    bound = "least" if _KNOWN[name].metadata["stricter"] == "more" else "most"
    why = f"; the risk that {ended[-1].by} accepted ended on {ended[-1].until}" if ended else ""
    return _wrong(
        f"{name} = {value:g} asks for less than the factory does, which is at {bound} {own:g}{why}",
        f'raise it, leave it out, or have a person answer for it: [[risk]] threshold = "{name}", reason, accepted_by, until',
    )


def _unknown(name: str) -> AskerError:
    return _wrong(f"there is no threshold {name!r}", "docs/gates.md lists the thresholds")


def _wrong(message: str, hint: str = "") -> AskerError:
    return AskerError(f"{PLACE} on the base branch: {message}", hint=hint or _DOCUMENT)
