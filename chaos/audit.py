"""What must hold of a machine afterwards, whatever happened to it: read from the journal, git and the file system alone."""

import hashlib
import json
import os
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from backend_factory.domain.event import Event, PhaseBlocked, PhaseDelivered, PhaseJudged, StepDelivered
from backend_factory.domain.run import Run, rebuild
from backend_factory.journal.journal import Journal
from backend_factory.workspace.state import StateFolder
from chaos.killing import until
from chaos.line import Place

USUAL = ("requested", "prepared") + ("phase_delivered", "phase_judged") * 6 + ("step_delivered",) * 3 + ("finished",)
"""What happens to a run that nobody disturbs, and so to every other one."""


def audit(place: Place, runs: Sequence[str], *, status: str = "delivered") -> list[str]:
    """Everything that is wrong with a machine on which `runs`, and no others, were made and have come to `status`."""
    journal = Journal(place.home / "journal.db")
    try:
        return [*_recorded(place, journal, runs, status), *_delivered(place, journal, runs, status), *left_behind(place)]
    finally:
        journal.close()


def untouched(place: Place) -> list[str]:
    """What a person would find changed in a checkout that only a factory has worked beside."""
    seen = (place.git("symbolic-ref", "HEAD"), place.git("status", "--porcelain"), place.git("stash", "list"))
    expected = ("refs/heads/main", "M README.md\n?? notes.txt", "")
    return [f"the person's checkout was changed: {seen}"] if seen != expected else []


def _recorded(place: Place, journal: Journal, runs: Sequence[str], status: str) -> Iterator[str]:
    """Each run is there once, whole, in the order in which things can happen, and ended as it should."""
    if difference := {*journal.ids()} ^ {*runs}:
        yield f"runs that are lost or were never made: {sorted(difference)[:5]}"
    summaries = {each.id: each for each in journal.summaries(10**6)}
    for run_id in {*journal.ids()} & {*runs}:
        events = journal.events(run_id)
        run = rebuild(run_id, events)
        if run.status != status:
            yield f"{run_id} is {run.status}, not {status}: {run.question and run.question.question}"
        if (summaries[run_id].status, summaries[run_id].phase) != (run.status, run.phase):
            yield f"{run_id} is listed as {summaries[run_id].status}, and is {run.status}"
        if status == "delivered" and (kinds := tuple(str(event.kind) for event in events)) != USUAL:
            more, less = Counter(kinds) - Counter(USUAL), Counter(USUAL) - Counter(kinds)
            yield f"{run_id} went another way: too often {dict(more)}, never {dict(less)}"
        yield from _twice(run_id, events)
        yield from _evidence(place.home / "evidence", run_id, events)


def _twice(run_id: str, events: Sequence[Event]) -> Iterator[str]:
    steps = Counter(event.step for event in events if isinstance(event, StepDelivered))
    judged = Counter((event.phase, event.attempt) for event in events if isinstance(event, PhaseJudged))
    yield from (f"{run_id}: {what} was recorded {n} times" for what, n in (steps + judged).items() if n > 1)


def _evidence(store: Path, run_id: str, events: Sequence[Event]) -> Iterator[str]:
    for event in events:
        kept = [(event.phase.value, event.evidence)] if isinstance(event, PhaseDelivered | PhaseBlocked) else []
        if isinstance(event, PhaseJudged | StepDelivered):
            kept = [(check.check, check.evidence) for check in event.checks]
        for whose, pieces in kept:
            for seen in pieces:
                file = store / seen.sha256[:2] / seen.sha256[2:]
                if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != seen.sha256:
                    yield f"{run_id}: evidence {seen.sha256[:12]} of {whose} is gone or another"


def _delivered(place: Place, journal: Journal, runs: Sequence[str], status: str) -> Iterator[str]:
    """What is visible outside is there once for each delivered run, and not at all for any other."""
    branches = dict(line.split() for line in place.git("branch", "--format=%(refname:short) %(objectname)").splitlines())
    wanted = {run.requested.branch: run for run in map(journal.run, runs)} if status == "delivered" else {}
    if difference := {*branches} ^ {"main", *wanted}:
        yield f"branches that are missing or too many: {sorted(difference)[:5]}"
    for branch, run in wanted.items():
        yield from _branch(place, branch, branches.get(branch, ""), run)
    pulls = [path for path in (place.home / "pull-requests").glob("*") if path.suffix == ".json"]
    of = Counter(_run_of(path) for path in pulls)
    if of != Counter({run.id: 1 for run in wanted.values()}):
        yield f"pull requests: {len(pulls)} for {len(wanted)} runs; twice: {[run for run, n in of.items() if n > 1][:5]}"
    fsck = place.git("fsck", "--connectivity-only", "--no-dangling", "--no-progress")
    if fsck:
        yield f"git fsck: {fsck[:300]}"
    yield from untouched(place)


def _branch(place: Place, branch: str, tip: str, run: Run) -> Iterator[str]:
    if tip != run.head:
        yield f"{branch} is at {tip[:12]}, the run at {run.head[:12]}"
        return
    subjects = place.git("log", "--format=%s", f"{run.requested.base_commit}..{tip}").splitlines()
    if len(subjects) != 1 or place.git("diff", "--name-only", run.requested.base_commit, tip) != f"pkg/{run.id}.go":
        yield f"{branch} has other commits or files than the run made: {subjects}"


def _run_of(path: Path) -> str:
    return str(json.loads(path.read_bytes())["run"])


def left_behind(place: Place, *, patience: float = 10) -> list[str]:
    """Folders, refs, locks, drafts, leases and processes that an ended run has no more use for."""
    until(lambda: not processes_of(place.folder), patience)
    return [*_leftovers(place), *_leases(place), *(f"still running: {each}" for _, each in processes_of(place.folder))]


def _leftovers(place: Place) -> Iterator[str]:
    state = StateFolder(place.home)
    for folder in (state.worktrees, state.checkouts, state.evidence / "drafts", place.temp):
        yield from (f"left behind: {path.relative_to(place.folder)}" for path in folder.glob("*"))
    hidden = (path for path in place.home.rglob(".*") if "cache" not in path.relative_to(place.home).parts)
    yield from (f"left behind: {path.relative_to(place.folder)}" for path in hidden)
    git = place.project / ".git"
    for pattern in ("**/*.lock", "objects/**/tmp_*", "worktrees/*", "refs/backend-factory/**/*"):
        yield from (f"left behind: {path.relative_to(place.folder)}" for path in git.glob(pattern) if path.is_file())
    yield from (f"left behind: {ref}" for ref in place.git("for-each-ref", "--format=%(refname)", "refs/backend-factory").split())
    yield from (f"left behind: {line}" for line in place.git("worktree", "list").splitlines()[1:])


def _leases(place: Place) -> Iterator[str]:
    """Leases that somebody still seems to hold; and the database's own opinion of itself."""
    with sqlite3.connect(place.home / "journal.db") as raw:
        check = raw.execute("PRAGMA integrity_check").fetchone()[0]
        held = raw.execute("SELECT run FROM leases WHERE expires > ?", (time.time(),)).fetchall()
    raw.close()
    if check != "ok":
        yield f"the journal is damaged: {check}"
    yield from (f"left behind: the lease of {run}" for (run,) in held)


def processes_of(folder: Path) -> list[tuple[int, str]]:
    """Ids and command lines of other processes that know `folder`."""
    found, own = [], {os.getpid(), os.getppid()}
    for place in Path("/proc").iterdir():
        if place.name.isdecimal() and int(place.name) not in own:
            try:
                command = (place / "cmdline").read_bytes()
                known = command + (place / "environ").read_bytes()
            except OSError:
                continue
            if str(folder).encode() in known:
                found.append((int(place.name), command.replace(b"\0", b" ").decode(errors="replace").strip()))
    return found
