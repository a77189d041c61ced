"""What a repository may ask of its gates: more is free, less needs a name, and what is not understood stops the run at once."""

from datetime import UTC, datetime

import pytest

from backend_factory.domain.policy import Approval, Policy, Risk
from backend_factory.errors import AskerError
from backend_factory.gates.acceptance import NEVER
from backend_factory.gates.judge import all_checks
from backend_factory.gates.repository_policy import is_lower, read_policy, thresholds_of
from backend_factory.gates.thresholds import THRESHOLDS

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CHECKS = tuple(check.id for check in all_checks())
LOWERED = "[thresholds]\nchanged_lines_percent = 80\n"


def risk(what: str, until: str = "2026-11-22", by: str = "ada@example.com") -> str:
    return f'[[risk]]\n{what}\nreason = "a pilot"\naccepted_by = "{by}"\nuntil = {until}\n'


def read(text: str) -> Policy:
    return read_policy(text, CHECKS, NOW)


def refused(text: str) -> AskerError:
    with pytest.raises(AskerError) as caught:
        read(text)
    assert caught.value.hint
    return caught.value


def test_without_a_file_the_factorys_own_table_decides_and_anybody_may_answer() -> None:
    policy = read("")

    assert thresholds_of(policy, NOW) == THRESHOLDS
    assert policy.approval.may_decide("anybody")
    assert policy.approval.may_deploy("anybody", "anybody")


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [("changed_lines_percent = 95", "changed_lines_percent", 95), ("scenario_seconds = 30.5", "scenario_seconds", 30.5)],
    ids=["a minimum goes up", "a maximum goes down"],
)
def test_a_threshold_is_raised_in_its_own_direction(line: str, name: str, value: float) -> None:
    assert getattr(thresholds_of(read(f"[thresholds]\n{line}\n"), NOW), name) == value


REFUSED = {
    "a minimum goes down": (LOWERED, "80 asks for less than the factory does, which is at least 90"),
    "a maximum goes up": ("[thresholds]\nscenario_seconds = 500", "at most 120"),
    "a risk that has ended": (LOWERED + risk('threshold = "changed_lines_percent"', "2026-11-21"), "ended on 2026-11-21"),
    "the risk of another threshold": (LOWERED + risk('threshold = "scenario_seconds"'), "at least 90"),
    "an unknown threshold": ("[thresholds]\ncoverage = 95", "there is no threshold 'coverage'"),
    "a risk of an unknown threshold": (risk('threshold = "coverage"'), "there is no threshold 'coverage'"),
    "the machine's own": ("[thresholds]\nparallel_checks = 64", "is the machine's to set"),
    "a text for a number": ('[thresholds]\nchanged_lines_percent = "95"', "thresholds.changed_lines_percent"),
    "a truth for a number": ("[thresholds]\nchanged_lines_percent = true", "thresholds.changed_lines_percent"),
    "no number at all": ("[thresholds]\nchanged_lines_percent = nan", "is not a number"),
    "half a second of a whole number": ("[thresholds]\ntest_timeout_seconds = 10.5", "is not a whole number"),
    "no TOML": ("[thresholds", "it is no TOML"),
    "an unknown table": ("[gates]\nlane = false", "gates"),
    "an unknown check": (risk('check = "lanes"'), "there is no check 'lanes'"),
    "a risk of nothing": (risk(""), "either a check or a threshold"),
    "a risk of both": (risk('check = "go-vet"\nthreshold = "scenario_seconds"'), "either a check or a threshold"),
    "a risk without an end": ('[[risk]]\ncheck = "go-vet"\nreason = "x"\naccepted_by = "ada"', "until"),
    "a risk without a name": ('[[risk]]\ncheck = "go-vet"\nreason = "x"\naccepted_by = ""\nuntil = 2027-01-01', "accepted_by"),
    "a risk without a reason": ('[[risk]]\ncheck = "go-vet"\nreason = ""\naccepted_by = "a"\nuntil = 2027-01-01', "reason"),
    "a risk by somebody who is no approver": (
        '[approval]\napprovers = ["grace"]\n' + risk('check = "go-vet"'),
        "'ada@example.com', who is no approver",
    ),
    "one approver as a text": ('[approval]\napprovers = "ada"', "approvers"),
}


@pytest.mark.parametrize(("text", "told"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_lower_unknown_or_wrong_is_refused(text: str, told: str) -> None:
    message = refused(text).message

    assert told in message
    assert ".backend-factory/gates.toml" in message


@pytest.mark.parametrize("check", NEVER)
def test_some_failures_nobody_can_accept(check: str) -> None:
    assert check in CHECKS
    assert f"nobody can accept a failing {check}" in refused(risk(f'check = "{check}"')).message


def test_a_lowered_threshold_counts_as_long_as_a_person_answers_for_it() -> None:
    policy = read(LOWERED + risk('threshold = "changed_lines_percent"'))

    assert thresholds_of(policy, NOW).changed_lines_percent == 80
    assert thresholds_of(policy, datetime(2026, 11, 23, tzinfo=UTC)).changed_lines_percent == 90
    assert is_lower("changed_lines_percent", 80)


def test_a_threshold_that_this_version_does_not_know_stops_the_run_instead_of_being_forgotten() -> None:
    with pytest.raises(AskerError, match="no threshold 'gone'"):
        thresholds_of(Policy(thresholds={"gone": 1}), NOW)


def test_a_risk_counts_on_its_last_day_and_not_after() -> None:
    accepted = Risk(check="go-vet", reason="x", by="ada", until=NOW.date())

    assert accepted.counts(NOW)
    assert not accepted.counts(datetime(2026, 11, 23, 0, 0, tzinfo=UTC))


APPROVAL = Approval(approvers=("Ada@example.com",), deploy=("grace@example.com",), second_person=True)


@pytest.mark.parametrize(
    ("by", "decides", "deploys"),
    [
        ("ada@example.com", True, False),
        (" GRACE@example.com ", True, True),
        ("mallory@example.com", False, False),
        ("", False, False),
    ],
)
def test_who_is_named_may_decide_or_deploy(by: str, decides: bool, deploys: bool) -> None:
    assert APPROVAL.may_decide(by) is decides
    assert APPROVAL.may_deploy(by, "ada@example.com") is deploys


def test_nobody_approves_the_deployment_of_what_they_asked_for_themselves_where_two_persons_are_wanted() -> None:
    assert not APPROVAL.may_deploy("grace@example.com", "grace@example.com")
    assert not Approval(second_person=True).may_deploy("anybody", "anybody")
    assert Approval(second_person=True).may_deploy("anybody", "somebody")
