"""The pull request says what the factory saw, and how to review and undo it."""

from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import rebuild
from backend_factory.report import pull_request_body
from backend_factory.testing.story import Story, delivered_run, to_delivery


def body_of(story: Story) -> str:
    events = tuple(story.events)
    return pull_request_body(rebuild("r-1", events), events)


def test_it_names_each_criterion_with_test_scenario_and_result() -> None:
    row = next(line for line in body_of(delivered_run()).splitlines() if "AC-2.1" in line)
    assert row == "| AC-2.1 Keep tenants apart: another tenant does not find it | `TestIsolation` | S-2 | ✓ passed |"


def test_it_shows_the_accepted_gates_and_their_evidence() -> None:
    story = delivered_run()
    body = body_of(story)
    assert "**3 Senior Backend Developer** (attempt 2)" in body
    assert "94.1 % of the changed lines" in body
    assert all(sha[:12] in body for sha, blob in story.evidence.items() if blob == b"ok\n")
    assert "undefined: startsAt" not in body


def test_it_proves_deployment_and_says_how_to_roll_back() -> None:
    body = body_of(delivered_run())
    assert "`CREATE_COMPLETE`" in body
    assert "delete the stack; the table is kept" in body
    assert "docs/maintenance-window/runbook.md" in body


def test_it_does_not_claim_a_deployment_that_was_not_made() -> None:
    assert "Not deployed when this was written." in body_of(to_delivery(Story().requested()))


def test_it_names_who_decided_what() -> None:
    story = Story().requested().blocked(PhaseId.SUMMARIZE, "with pigeons").answered("go_on", by="ada")
    body = body_of(to_delivery(story))
    assert "left out, as a person decided: with pigeons" in body
    assert "**go on**, ada" in body


def test_a_body_too_long_for_the_code_host_says_what_it_left_out() -> None:
    from backend_factory.testing.story import REQUIREMENTS

    story = delivered_run()
    requirement = REQUIREMENTS.requirements[0]
    many = tuple(requirement.model_copy(update={"id": f"FR-{n}"}) for n in range(600))
    large = REQUIREMENTS.model_copy(update={"requirements": many})
    story.events[2] = story.events[2].model_copy(update={"deliverable": large})
    body = body_of(story)
    assert len(body) <= 60_000
    assert "of 1200 criteria; in all 1200 passed" in body
