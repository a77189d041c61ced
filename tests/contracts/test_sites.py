"""A worktree of git, and a folder that stands in for it, do what a site does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from backend_factory.domain.run import Run, begin
from backend_factory.errors import AskerError, OperatorError
from backend_factory.journal.evidence import EvidenceStore
from backend_factory.testing.contracts.site import SiteContract
from backend_factory.testing.site import StandingSite
from backend_factory.testing.wiring import request
from backend_factory.workflow.site import GitSite
from backend_factory.workspace.golang import GoToolchain
from backend_factory.workspace.sandbox.sandbox import UNCONFINED
from backend_factory.workspace.state import open_state

PERSON = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "commit.gpgsign=false")


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *PERSON, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


class TestGitSite(SiteContract):
    async def make(self, folder: Path) -> tuple[GitSite, Run]:
        home = folder / "project"
        home.mkdir()
        git(home, "init", "--quiet", "--initial-branch", "main")
        git(home, "commit", "--quiet", "--allow-empty", "--message", "first")

        async def no_go() -> GoToolchain:
            return GoToolchain(folder / "no-go", "go1.24")

        state = open_state(folder / "state")
        site = GitSite(state, EvidenceStore(state.evidence), no_go, os.environ["PATH"])
        base = {"repository": str(home), "base_commit": git(home, "rev-parse", "HEAD")}
        return site, begin("r1", request().model_copy(update=base))

    async def test_a_delivered_run_waits_for_a_repository_that_was_moved_away_and_any_other_ends(self, tmp_path: Path) -> None:
        site, run = await self.make(tmp_path)
        await site.prepare(run)
        home = Path(run.requested.repository)
        home.rename(tmp_path / "away")
        with pytest.raises(AskerError):
            await site.clear(run, delivered=True)
        (tmp_path / "away").rename(home)
        await site.clear(run, delivered=True)
        assert git(home, "for-each-ref", "refs/backend-factory") == ""
        home.rename(tmp_path / "gone")
        await site.clear(run, delivered=False)

    async def test_without_a_sandbox_no_run_begins_unless_it_was_asked_for_in_so_many_words(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site, run = await self.make(tmp_path)
        assert run.requested.team.all_blueprint
        monkeypatch.setattr(sys, "platform", "darwin")
        with pytest.raises(OperatorError, match="no sandbox works") as refused:
            await site.prepare(run)
        assert "--no-sandbox" in refused.value.hint
        assert not Path(tmp_path, "state", "worktrees", run.id).exists()
        bare = run.model_copy(update={"requested": run.requested.model_copy(update={"sandboxed": False})})
        worktree, _ = await site.prepare(bare)
        assert Path(worktree).is_dir()
        assert await site.walls(bare) == UNCONFINED


class TestStandingSite(SiteContract):
    async def make(self, folder: Path) -> tuple[StandingSite, Run]:
        return StandingSite(folder / "worktrees"), begin("r1", request())
