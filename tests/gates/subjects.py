"""Subjects for the gates' tests: a real repository, a real commit on top of it, and a clean checkout of that."""

import hashlib
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from backend_factory.domain.assignment import Finding, Lane, Survey
from backend_factory.domain.deliverable import Deliverable, Implementation, Plan, Release, Requirements, TestSuite, Validation
from backend_factory.domain.event import Prepared, Requested
from backend_factory.domain.gate import CheckResult, Evidence
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.gates.check import Check
from backend_factory.gates.judge import judge
from backend_factory.gates.subject import Subject
from backend_factory.team.lanes import LANES
from backend_factory.testing.story import DELIVERABLES, DETECTION, PLAN, TEXT
from backend_factory.testing.walls import strongest
from backend_factory.workspace.changes import diff
from backend_factory.workspace.checkout import clean_checkout
from backend_factory.workspace.golang import GoToolchain
from backend_factory.workspace.repository import open_repository

Files = Mapping[str, str | bytes | None]
"""Path -> content; None deletes."""

_AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_PHASES = {
    Requirements: PhaseId.SUMMARIZE,
    Plan: PhaseId.PLAN,
    Implementation: PhaseId.IMPLEMENT,
    TestSuite: PhaseId.TEST,
    Validation: PhaseId.VALIDATE,
    Release: PhaseId.COMMIT,
}
_GIT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{role}_NAME": "Member" for role in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{role}_EMAIL": "member@example.com" for role in ("AUTHOR", "COMMITTER")},
}


@dataclass
class Kept:
    """Evidence in memory."""

    texts: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def keep(self, title: str, text: str) -> Evidence:
        self.texts[title] = text
        digest = hashlib.sha256(text.encode()).hexdigest()
        return Evidence(title=title, sha256=digest, media_type="text/plain", bytes=len(text))


@dataclass(frozen=True)
class Bench:
    """Where subjects are made: a folder, a Go and its caches."""

    place: Path
    go: GoToolchain
    cache: Path
    kept: Kept = field(default_factory=Kept)

    async def subject(
        self,
        phase: PhaseId = PhaseId.IMPLEMENT,
        *,
        before: Files | None = None,
        earlier: Files | None = None,
        after: Files | None = None,
        deliverables: Sequence[Deliverable] = (),
        without: Sequence[type] = (),
        text: str = TEXT,
        excluded: tuple[str, ...] = (),
        survey: Survey | None = None,
        lane: Lane | None = None,
        touch: Callable[[Path], None] | None = None,
        base_moves: Files | None = None,
    ) -> Subject:
        """`before` is the base, `earlier` what former phases committed, `after` this attempt; `touch` may play with the checkout.

        The run holds the story's deliverables, with `deliverables` in place of those of their type.
        """
        root = self.place / "project"
        root.mkdir(parents=True)
        git(root, "init", "--quiet", "--initial-branch", "main")
        base = commit(root, {"README.md": "# Project\n", **(before or {})})
        git(root, "switch", "--quiet", "--create", "work")
        parent = commit(root, earlier) if earlier else base
        if touch:
            touch(root)
        made = commit(root, after or {}) if after or touch else parent
        git(root, "switch", "--quiet", "--force", "main")
        repository = await open_repository(root, "main")
        if base_moves:
            commit(root, base_moves)
        scratch = self.place / "scratch"
        scratch.mkdir()
        held = {**DELIVERABLES, **{_PHASES[type(each)]: each for each in deliverables}}
        return Subject(
            run=Run(
                id="run-1",
                sequence=2,
                requested=requested(text, root, base),
                prepared=Prepared(at=_AT, worktree=str(root), survey=survey or Survey()),
                deliverables={p: d for p, d in held.items() if not isinstance(d, tuple(without))},
                excluded=excluded,
                approved="ada@example.com",
                updated=_AT,
            ),
            phase=phase,
            repository=repository,
            checkout=await clean_checkout(repository, made, self.place / "checkout"),
            base=base,
            parent=parent,
            commit=made,
            changes=await diff(repository.git, parent, made),
            feature=await diff(repository.git, base, made),
            lane=lane or LANES[phase],
            go=self.go,
            sandbox=await strongest(),
            cache=self.cache,
            scratch=scratch,
            keep=self.kept.keep,
            say=self.kept.said.append,
        )

    async def judged(self, check: Check, phase: PhaseId | None = None, **wanted: object) -> CheckResult:
        """What the judge says about `check` alone, in its first gate unless `phase` names another."""
        first = next((gate for gate in check.gates if isinstance(gate, PhaseId)), PhaseId.COMMIT)
        subject = await self.subject(phase or first, **wanted)  # type: ignore[arg-type]
        (result,) = await judge(subject, [check], lambda *_: None)
        return result


def requested(text: str, root: Path, base: str) -> Requested:
    return Requested(
        at=_AT,
        text=text,
        detection=DETECTION,
        repository=str(root),
        base_branch="main",
        base_commit=base,
        branch="feature/maintenance-window",
    )


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, env=_GIT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit(root: Path, files: Files) -> str:
    for name, content in files.items():
        file = root / name
        if content is None:
            file.unlink()
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "change")
    return git(root, "rev-parse", "HEAD")


def rules(result: CheckResult) -> set[str]:
    return {finding.rule for finding in result.findings}


def only(result: CheckResult) -> Finding:
    """The one finding of a failed check."""
    assert result.status == "failed", result
    assert len(result.findings) == 1, result.findings
    return result.findings[0]


def planned(**changed: object) -> Plan:
    """The story's plan, otherwise."""
    return PLAN.model_copy(update=changed)


def laid_out(**changed: str) -> Plan:
    """The story's plan with other places."""
    return planned(layout=PLAN.layout.model_copy(update=changed))
