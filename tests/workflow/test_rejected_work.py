"""Rejected work through the façade, on a real repository: who mends it, who cannot, what is kept, and who may answer for it."""

import subprocess
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from backend_factory.domain.assignment import Assignment, Delivered, Finding, Outcome
from backend_factory.domain.event import Event, PhaseJudged, StepDelivered
from backend_factory.domain.phase import PhaseId
from backend_factory.errors import AskerError
from backend_factory.factory import Factory
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.checks import deployment_approved
from backend_factory.gates.subject import Subject
from backend_factory.metrics import measure
from backend_factory.report import pull_request_body
from backend_factory.settings import Settings
from backend_factory.testing.tiny import TINY
from backend_factory.workspace.workbench import Workbench

TEXT = "I need an API for notes with a title"
FILE = "pkg/note.go"
POLICY = ".backend-factory/gates.toml"


class Developer:
    """Writes one file; `drafts` are its contents attempt by attempt, the last one for ever."""

    name = "scripted"

    def __init__(self, *drafts: str) -> None:
        self._drafts = drafts
        self.told: list[Assignment] = []

    async def perform(self, assignment: Assignment, workbench: Workbench) -> Outcome:
        self.told.append(assignment)
        if assignment.phase is PhaseId.IMPLEMENT:
            workbench.write(FILE, self._drafts[min(assignment.attempt, len(self._drafts)) - 1])
        return Delivered(deliverable=TINY[assignment.phase])


async def _strict(subject: Subject) -> Examination:
    """Wants the word `good`, and says so in the words that are there."""
    text = (subject.checkout / FILE).read_text()
    finding = Finding(
        check="strict", rule="bad", message=f"it says {text.strip()!r}", file=FILE, hint="say good", mends=PhaseId.IMPLEMENT
    )
    return Examination("read", () if "good" in text else (finding,))


async def _fine(_: Subject) -> Examination:
    return Examination("fine")


async def _numbers(subject: Subject) -> Examination:
    return Examination(f"{subject.thresholds.changed_lines_percent:g} % of the lines")


CHECKS = (
    Check("strict", "Says good", (PhaseId.TEST,), _strict),
    Check("lane", "Never to be accepted", (PhaseId.TEST,), _fine),
    Check("fine", "Is fine", (*PhaseId, "stack"), _fine),
    Check("numbers", "Tells the table that decides", (PhaseId.PLAN,), _numbers),
    deployment_approved.CHECK,
)


class Stage:
    """An example repository and a factory whose team is scripted; everything else is real."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repository = folder / "project"

    def git(self, *arguments: str, folder: Path | None = None) -> str:
        command = ["git", "-C", str(folder or self.repository), "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def commit(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            (self.repository / name).parent.mkdir(parents=True, exist_ok=True)
            (self.repository / name).write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "change")

    def factory(self, developer: Developer) -> Factory:
        return Factory.open(Settings(home=self.folder / "home"), runners=dict.fromkeys(PhaseId, developer), checks=CHECKS)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    made = Stage(tmp_path)
    made.repository.mkdir()
    made.git("init", "--quiet", "--initial-branch", "main")
    made.commit({"README.md": "# Project\n"})
    yield made


def judged(events: tuple[Event, ...]) -> list[PhaseJudged]:
    return [event for event in events if isinstance(event, PhaseJudged) and event.phase is PhaseId.TEST]


async def test_who_delivers_the_rejected_work_again_is_blocked_at_once_and_the_work_is_kept(stage: Stage) -> None:
    developer = Developer("package bad\n")
    async with stage.factory(developer) as factory:
        run_id = await factory.submit(TEXT, stage.repository, unattended=True)
        run = await factory.drive(run_id)

        assert run.question
        assert run.blocked
        assert run.blocked.reason == "findings"
        assert "cannot mend strict: it says 'package bad'" in run.question.question
        assert run.question.needed == "say good"
        assert len(judged(factory.events(run_id))) == 1, "what is known to fail is not judged once more"
        (kept,) = run.rejected
        assert (kept.phase, kept.attempt) == (PhaseId.TEST, 1)

        await factory.answer(run_id, "stop", by="ada")
        assert (await factory.drive(run_id)).status == "stopped"

    clone = stage.folder / "clone"
    stage.git("clone", "--quiet", str(stage.repository), str(clone))
    stage.git("apply", kept.patch, folder=clone)
    assert (clone / FILE).read_text() == "package bad\n"
    assert Path(kept.patch).is_relative_to(stage.folder / "home" / "patches" / run_id)


async def test_every_rejected_attempt_is_kept_and_who_mends_it_goes_on(stage: Stage) -> None:
    developer = Developer("package bad\n", "package worse\n", "package good\n")
    async with stage.factory(developer) as factory:
        run_id = await factory.submit(TEXT, stage.repository, unattended=True)
        run = await factory.drive(run_id)

    assert run.status == "delivered"
    assert [Path(kept.patch).name for kept in run.rejected] == ["4-backend-test-1.patch", "4-backend-test-2.patch"]
    assert ["+package bad" in Path(kept.patch).read_text() for kept in run.rejected] == [True, False]
    told = [each.findings[0].message for each in developer.told if each.phase is PhaseId.IMPLEMENT and each.findings]
    assert told == ["it says 'package bad'", "it says 'package worse'"]


async def test_the_same_findings_twice_end_in_a_question_that_says_where_the_work_is(stage: Stage) -> None:
    developer = Developer("package bad\n", "package bad\n\n")
    async with stage.factory(developer) as factory:
        run_id = await factory.submit(TEXT, stage.repository, unattended=True)
        run = await factory.drive(run_id)

    assert run.question
    assert "the same findings came twice in a row" in run.question.question
    assert len(run.rejected) == 2


async def test_what_a_person_sends_back_is_kept_too(stage: Stage) -> None:
    async with stage.factory(Developer("package good\n", "package good // and better\n")) as factory:
        run_id = await factory.submit(TEXT, stage.repository)
        run = await factory.drive(run_id)
        while run.question and run.question.phase is not PhaseId.IMPLEMENT:
            await factory.answer(run_id, "go_on", by="ada")
            run = await factory.drive(run_id)
        await factory.answer(run_id, "send_back", remark="say why it is good", by="ada")
        (kept,) = factory.run(run_id).rejected

    assert (kept.phase, kept.attempt) == (PhaseId.IMPLEMENT, 1)
    assert "+package good" in Path(kept.patch).read_text()


async def test_what_nobody_mended_is_tried_again_when_a_person_says_so(stage: Stage) -> None:
    async with stage.factory(Developer("package bad\n")) as factory:
        run_id = await factory.submit(TEXT, stage.repository, unattended=True)
        await factory.drive(run_id)
        await factory.answer(run_id, "go_on", by="ada")
        run = await factory.drive(run_id)

        assert len(judged(factory.events(run_id))) == 2, "the machine may have been at fault: a person's word is a new try"
        assert run.question


async def test_an_accepted_risk_never_makes_a_pass_and_is_printed(stage: Stage) -> None:
    async with stage.factory(Developer("package bad\n")) as factory:
        run_id = await factory.submit(TEXT, stage.repository, unattended=True)
        await factory.drive(run_id)
        await factory.answer(run_id, "go_on", accept=("strict",), remark="it is only a pilot", by="ada")
        run = await factory.drive(run_id)
        events = factory.events(run_id)
        body = pull_request_body(run, events)
        opened = await factory.pull_request(run_id)

    assert run.status == "delivered"
    (strict,) = (check for check in judged(events)[-1].checks if check.check == "strict")
    assert strict.status == "failed"
    assert strict.findings
    assert strict.accepted
    assert (strict.accepted.by, strict.accepted.reason) == ("ada", "it is only a pilot")
    assert "Accepted risks" in body
    assert "it is only a pilot" in body
    assert opened
    assert "it is only a pilot" in opened.body
    quality = measure([events]).quality
    assert (quality.checks - quality.checks_passed, quality.risks_accepted) == (1, 1)


async def test_what_cannot_be_accepted_is_said(stage: Stage) -> None:
    stage.commit({POLICY: '[approval]\napprovers = ["ada@example.com"]\n'})
    async with stage.factory(Developer("package bad\n")) as factory:
        run_id = await factory.submit(TEXT, stage.repository, by="bob@example.com")
        await factory.drive(run_id)
        with pytest.raises(AskerError, match="this is a checkpoint"):
            await factory.answer(run_id, "go_on", accept=("strict",), remark="why not", by="ada@example.com")
        run = factory.run(run_id)
        while run.question and run.question.about == "checkpoint":
            await factory.answer(run_id, "go_on", by="ada@example.com")
            run = await factory.drive(run_id)
        assert run.question
        assert run.question.about == "escalation"
        for check, reason, by, told in (
            ("strict", "", "ada@example.com", "needs a reason"),
            ("strict", "why not", "bob@example.com", "may not answer"),
            ("lane", "why not", "ada@example.com", "nobody can accept a failing lane"),
            ("fine", "why not", "ada@example.com", "fine did not fail"),
            ("nothing", "why not", "ada@example.com", "there is no check 'nothing'"),
        ):
            with pytest.raises(AskerError, match=told):
                await factory.answer(run_id, "go_on", accept=(check,), remark=reason, by=by)
        assert (await factory.answer(run_id, "stop", by="bob@example.com")).stopped == "bob@example.com"


async def test_a_risk_on_the_base_branch_counts_and_one_in_the_checkout_or_on_another_branch_does_not(stage: Stage) -> None:
    risk = '[[risk]]\ncheck = "strict"\nreason = "a pilot"\naccepted_by = "ada"\nuntil = 2999-12-31\n'
    stage.git("switch", "--quiet", "--create", "other")
    stage.commit({POLICY: risk})
    stage.git("switch", "--quiet", "main")
    (stage.repository / POLICY).parent.mkdir(exist_ok=True)
    (stage.repository / POLICY).write_text(risk)
    async with stage.factory(Developer("package bad\n")) as factory:
        run_id = await factory.submit(TEXT, stage.repository, unattended=True)
        assert (await factory.drive(run_id)).question
        await factory.cancel(run_id, by="ada")
        await factory.drive(run_id)

        stage.git("add", "--all")
        stage.git("commit", "--quiet", "--message", "accept a risk")
        run_id = await factory.submit(TEXT, stage.repository, unattended=True)
        run = await factory.drive(run_id)

    assert run.status == "delivered"
    assert run.requested.policy.risks[0].source == POLICY


async def test_a_raised_threshold_reaches_the_checks(stage: Stage) -> None:
    stage.commit({POLICY: "[thresholds]\nchanged_lines_percent = 97\n"})
    async with stage.factory(Developer("package good\n")) as factory:
        run_id = await factory.submit(TEXT, stage.repository, unattended=True)
        await factory.drive(run_id)
        told = [check.summary for e in factory.events(run_id) if isinstance(e, PhaseJudged) for check in e.checks]

    assert "97 % of the lines" in told


async def test_nonsense_on_the_base_branch_is_refused_before_anything_starts(stage: Stage) -> None:
    stage.commit({POLICY: "[thresholds]\nchanged_lines_percent = 10\n"})
    async with stage.factory(Developer("package good\n")) as factory:
        with pytest.raises(AskerError, match="asks for less than the factory does"):
            await factory.submit(TEXT, stage.repository)
        assert not factory.runs()


async def test_an_unattended_run_waits_for_somebody_with_the_right_to_deploy(stage: Stage) -> None:
    stage.commit({POLICY: '[approval]\napprovers = ["ada"]\ndeploy = ["grace"]\n'})
    async with stage.factory(Developer("package good\n")) as factory:
        run_id = await factory.submit(TEXT, stage.repository, unattended=True, by="bob")
        run = await factory.drive(run_id)
        assert run.question
        assert (run.question.about, run.question.phase) == ("checkpoint", PhaseId.COMMIT)
        for by in ("bob", "ada"):
            with pytest.raises(AskerError, match=f"{by} may not approve it") as caught:
                await factory.answer(run_id, "go_on", by=by)
            assert "grace" in caught.value.hint
        await factory.answer(run_id, "go_on", by="grace")
        run = await factory.drive(run_id)
        (deployed,) = (e for e in factory.events(run_id) if isinstance(e, StepDelivered) and e.step == "stack")

    assert (run.status, run.approved) == ("delivered", "grace")
    assert "approved by grace" in next(c.summary for c in deployed.checks if c.check == "deployment-approved")


async def test_a_repository_may_leave_deployments_to_policy(stage: Stage) -> None:
    stage.commit({POLICY: '[approval]\napprovers = ["ada"]\nunattended = true\n'})
    async with stage.factory(Developer("package good\n")) as factory:
        run = await factory.drive(await factory.submit(TEXT, stage.repository, unattended=True, by="bob"))

    assert (run.status, run.approved) == ("delivered", "")
