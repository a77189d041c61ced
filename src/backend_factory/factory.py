"""The composition root, and the only façade: submit, drive, answer, cancel, follow, and what is there to see.

Every surface is a view of this; so far there is the command line.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from backend_factory.delivery.code_host.local import LocalCodeHost
from backend_factory.delivery.code_host.port import PullRequest
from backend_factory.domain.assignment import Limits
from backend_factory.domain.detection import Detection
from backend_factory.domain.event import Answered, CancelRequested, Event, Requested
from backend_factory.domain.notice import Notice
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run, RunSummary
from backend_factory.errors import AskerError
from backend_factory.gates.check import Check
from backend_factory.gates.judge import all_checks
from backend_factory.gates.repository_policy import PLACE, read_policy
from backend_factory.intake import detect, read_request, read_ticket
from backend_factory.journal.evidence import EvidenceStore
from backend_factory.journal.journal import Conflict, Journal
from backend_factory.settings import Settings, surroundings
from backend_factory.team.roster import load_roster
from backend_factory.workflow.activity import Activity
from backend_factory.workflow.answering import accepted_risks, ensure_may_answer, keep_sent_back
from backend_factory.workflow.delivering import LineDelivery
from backend_factory.workflow.engines.local import LocalEngine
from backend_factory.workflow.gatekeeper import CheckoutGatekeeper
from backend_factory.workflow.perform import Hands, now
from backend_factory.workflow.ports import Runner, Staff
from backend_factory.workflow.raising import raising
from backend_factory.workflow.review import CHECK
from backend_factory.workflow.site import GitSite, found_once
from backend_factory.workflow.staff import FixedStaff, TeamStaff
from backend_factory.workflow.usable import ensure_usable
from backend_factory.workspace.branch import branch_name, ensure_branch_free
from backend_factory.workspace.committed import committed_text
from backend_factory.workspace.example import make_example
from backend_factory.workspace.person import git_person
from backend_factory.workspace.repository import open_repository
from backend_factory.workspace.state import StateFolder, open_state

if TYPE_CHECKING:
    from backend_factory.doctor import Probe

Observe = Callable[[Notice | Event], None]
"""Told about everything that happens while a run is driven: events once they are recorded, and progress between them."""


class NotBackendWork(AskerError):
    """The text asks for nothing that this factory makes."""

    exit_code = 5

    def __init__(self, detection: Detection) -> None:
        super().__init__(
            f"this is not backend work: {detection.reason}",
            hint="say what the backend should do, as in: "
            '"I need an API for maintenance windows with a start, an end and an owner"',
        )
        self.detection = detection


class Factory:
    """Everything wired together. `open` makes one for the machine it runs on."""

    def __init__(
        self,
        state: StateFolder,
        journal: Journal,
        evidence: EvidenceStore,
        hands: Hands,
        code_host: LocalCodeHost,
        checks: tuple[Check, ...],
        settings: Settings,
    ) -> None:
        self._state = state
        self._journal = journal
        self._evidence = evidence
        self._code_host = code_host
        self._hands = hands
        self._checks = (*(check.id for check in checks), CHECK)
        self._settings = settings
        self._engine = LocalEngine(journal, hands)

    @classmethod
    def open(
        cls,
        settings: Settings | None = None,
        *,
        runners: Mapping[PhaseId, Runner] | None = None,
        checks: tuple[Check, ...] | None = None,
        journal: Callable[[Path], Journal] = Journal,
    ) -> Self:
        """The factory on this machine. OperatorError when its state folder or journal cannot be used.

        `runners` are the team of every run, `checks` the gates' checks, `journal` opens another journal; all default to what is
        built in.
        """
        settings = settings or Settings()
        state = open_state(settings.home)
        records, evidence = journal(state.journal), EvidenceStore(state.evidence)

        go = found_once(settings.tool_path, surroundings())
        site = GitSite(state, evidence, go, settings.tool_path)
        checks = all_checks() if checks is None else checks
        gatekeeper = CheckoutGatekeeper(site, state, evidence, go, checks)
        code_host = LocalCodeHost(state.pull_requests)
        staff: Staff = FixedStaff(dict(runners)) if runners else TeamStaff(site, state, go, settings)
        hands = Hands(staff, site, gatekeeper, LineDelivery(site, gatekeeper, code_host, records.events))
        return cls(state, records, evidence, hands, code_host, checks, settings)

    def close(self) -> None:
        """Let go of the journal."""
        self._journal.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------ doing

    async def submit(
        self,
        text: bytes | str,
        repository: Path,
        *,
        ticket: str | None = None,
        base_branch: str | None = None,
        branch: str | None = None,
        unattended: bool = False,
        limits: Limits | None = None,
        team_file: Path | None = None,
        sandboxed: bool = True,
        by: str = "",
    ) -> str:
        """Make a run of the request and return its id; nothing else happens yet.

        `team_file` says who works on it, else the repository's base branch does; `sandboxed` False lets them, and what they
        write, run without walls.
        AskerError when text, repository, policy, team or branch cannot be used; NotBackendWork when it asks for something else;
        OperatorError when a member of the team cannot be used on this machine.
        """
        request, ticket = read_request(text), read_ticket(ticket)
        detection = detect(request)
        if detection.verdict != "backend":
            raise NotBackendWork(detection)
        found = await open_repository(repository, base_branch, self._settings.tool_path)
        policy = read_policy(await committed_text(found, found.base_commit, PLACE) or "", self._checks, now())
        roster = await load_roster(found, team_file)
        for member in roster.team.everybody:
            ensure_usable(member, self._settings)
        while True:
            run_id = secrets.token_hex(4)
            wanted = branch_name(ticket, detection.title, run_id) if branch is None else branch
            await ensure_branch_free(found, wanted, run_id)
            self._ensure_unclaimed(str(found.root), wanted)
            requested = Requested(
                at=now(),
                text=request,
                ticket=ticket,
                detection=detection,
                repository=str(found.root),
                base_branch=found.base_branch,
                base_commit=found.base_commit,
                branch=wanted,
                uncommitted=await found.dirty(),
                unattended=unattended,
                limits=limits or Limits(),
                by=by,
                policy=policy,
                team=roster.team,
                sandboxed=sandboxed,
            )
            try:
                return self._journal.start(run_id, requested).id
            except Conflict:
                continue

    def _ensure_unclaimed(self, repository: str, branch: str) -> None:
        """Two open runs cannot publish the same branch of the same repository."""
        for run in self._journal.open_runs():
            if (run.repository, run.branch) == (repository, branch):
                hint = f"`backend-factory resume {run.id}`, `backend-factory cancel {run.id}`, or choose another --branch"
                raise AskerError(f"run {run.id} is going to publish {branch!r} already", hint=hint)

    async def drive(self, run_id: str, observe: Observe | None = None) -> Run:
        """Work on the run until it waits for a person or is finished.

        Cancelling this coroutine stops work at once and loses nothing that was recorded. OperatorError when another
        process works on the run, or the machine lacks something; the run can be driven again.
        """
        activity = Activity(self._state.activity(run_id))

        def progress(notice: Notice) -> None:
            activity.add(notice)
            if observe:
                observe(notice)

        def recorded(_run: Run, event: Event) -> None:
            if observe:
                observe(event)

        return await self._engine.drive(run_id, progress, recorded)

    async def answer(
        self,
        run_id: str,
        answer: Literal["go_on", "send_back", "stop"],
        *,
        remark: str = "",
        by: str,
        accept: tuple[str, ...] = (),
        raise_to: str = "",
    ) -> Run:
        """Record a person's answer to the run's open question.

        With `go_on` to an escalation, `accept` names failing checks that this person answers for; the remark says why. With
        `go_on` to the question about a used-up limit, `raise_to` ("10usd") is the limit that holds from now on.
        AskerError when there is no question, a remark is missing, or it is not this person's to say.
        """
        run = self._journal.run(run_id)
        question = ensure_may_answer(run, answer, by)
        if question.limit or raise_to:
            return self._appended(run, raising(run, answer, raise_to, by, now()))
        if answer == "send_back" and not remark.strip():
            raise AskerError("sending back needs a remark: what should change?", hint='--send-back "remark"')
        said = read_request(remark, "remark") if remark else ""
        risks = accepted_risks(run, self._journal.events(run_id), accept, said, by, self._checks) if accept else ()
        sent_back = answer == "send_back" and question.about == "checkpoint"
        patch = await keep_sent_back(run, question.phase, self._hands.site) if sent_back else ""
        remark = "" if risks else said
        return self._appended(run, Answered(at=now(), answer=answer, remark=remark, by=by, risks=risks, patch=patch))

    async def cancel(self, run_id: str, *, by: str) -> Run:
        """Ask for the run to end; whoever drives it next, or now, cleans up. AskerError when it has ended already."""
        run = self._journal.run(run_id)
        if run.finished:
            raise AskerError(f"run {run_id} has ended already: it is {run.status}", hint=f"backend-factory report {run_id}")
        return run if run.cancelled else self._appended(run, CancelRequested(at=now(), by=by))

    def _appended(self, run: Run, happened: Event) -> Run:
        try:
            return self._journal.append(run, happened)
        except Conflict:
            raise AskerError(f"run {run.id} has moved on meanwhile", hint=f"backend-factory status {run.id}") from None

    # ------------------------------------------------------------ seeing

    def find(self, prefix: str = "") -> str:
        """The id of the run that starts with `prefix`; the newest run for "". AskerError when there is none, or several."""
        ids = self._journal.ids(prefix)
        if not ids:
            what = f"there is no run {prefix!r}" if prefix else "there are no runs yet"
            raise AskerError(what, hint="`backend-factory status` lists the runs; `backend-factory run TEXT` starts one")
        if prefix and len(ids) > 1:
            raise AskerError(f"{len(ids)} runs start with {prefix!r}: {', '.join(ids[:5])}", hint="give more of the id")
        return ids[-1]

    def run(self, run_id: str) -> Run:
        """The run as it is. AskerError when there is none."""
        return self._journal.run(run_id)

    def runs(self, limit: int = 50) -> tuple[RunSummary, ...]:
        """The newest runs, newest first."""
        return self._journal.summaries(limit)

    def events(self, run_id: str) -> tuple[Event, ...]:
        """All that happened to a run, oldest first."""
        return self._journal.events(run_id)

    def evidence(self, sha256: str) -> bytes:
        """What a check saw."""
        return self._evidence.read(sha256)

    async def pull_request(self, run_id: str) -> PullRequest | None:
        """The run's pull request, if it is open."""
        return await self._code_host.find(run_id)

    async def follow(self, run_id: str, *, every: float = 0.25) -> AsyncIterator[Event | Notice]:
        """Everything that happened and happens to a run, until it is finished, whoever drives it.

        Progress is shown from now on; events from the beginning.
        """
        activity, sequence = Activity(self._state.activity(run_id)), 0
        _, offset = activity.since(0)
        while True:
            happened = self._journal.events(run_id, after=sequence)
            notices, offset = activity.since(offset)
            for each in sorted([*happened, *notices], key=lambda it: it.at):
                yield each
            sequence += len(happened)
            if any(event.kind == "finished" for event in happened):
                return
            await asyncio.sleep(every)

    async def person(self, repository: Path) -> str:
        """Who is at the keyboard, as git knows them in that repository; empty where it does not."""
        return await git_person(repository, self._settings.tool_path, surroundings())

    async def doctor(self) -> "tuple[Probe, ...]":
        """What this machine has of what runs need."""
        from backend_factory.doctor import examine_machine

        return await examine_machine(self._settings, self._state)

    async def init(self, path: Path) -> Path:
        """Make an example repository in `path`, which is new or empty; its absolute path."""
        return await make_example(path, now(), self._settings.tool_path)

    def report_path(self, run_id: str, suffix: str) -> Path:
        """Where a report of the run goes unless the asker says otherwise."""
        return self._state.reports / f"{run_id}.{suffix}"
