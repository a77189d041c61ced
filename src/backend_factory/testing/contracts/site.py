"""What every site does. Subclass it in a test module, and say how one is made."""

# ruff: noqa: S101 - these are tests

import os
from pathlib import Path

from backend_factory.domain.event import PhaseDelivered, Prepared
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run, apply
from backend_factory.testing.tiny import TINY
from backend_factory.workflow.ports import Site


class SiteContract:
    """Whatever is done again has the same effect as done once."""

    async def make(self, folder: Path) -> tuple[Site, Run]:
        """A site, and a run that was requested and not prepared yet."""
        raise NotImplementedError

    async def prepared(self, folder: Path) -> tuple[Site, Run]:
        """The same, prepared."""
        site, run = await self.make(folder)
        worktree, survey = await site.prepare(run)
        return site, apply(run, Prepared(at=run.updated, worktree=worktree, survey=survey))

    async def planned(self, site: Site, run: Run) -> str:
        """Let the architect write its design; the commit of it."""
        bench = await site.workbench(run, PhaseId.PLAN, lambda _: None, goes_on=False)
        bench.write("docs/note/design.md", "# Design\n")
        return await site.commit(run, PhaseId.PLAN, TINY[PhaseId.PLAN])

    async def test_prepared_again_it_is_the_same_place(self, tmp_path: Path) -> None:
        site, run = await self.make(tmp_path)
        assert await site.prepare(run) == await site.prepare(run)

    async def test_the_same_work_on_the_same_parent_is_the_same_commit(self, tmp_path: Path) -> None:
        site, run = await self.prepared(tmp_path)
        once = await self.planned(site, run)
        assert once == await site.commit(run, PhaseId.PLAN, TINY[PhaseId.PLAN])
        assert once == await self.planned(site, run)
        assert once != run.requested.base_commit

    async def test_what_one_phase_committed_the_next_one_builds_on(self, tmp_path: Path) -> None:
        site, run = await self.prepared(tmp_path)
        first = await self.planned(site, run)
        plan = PhaseId.PLAN
        run = apply(
            run,
            PhaseDelivered(at=run.updated, phase=plan, attempt=1, runner="r", deliverable=TINY[plan], commit=first, seconds=0.0),
        )
        bench = await site.workbench(run, PhaseId.IMPLEMENT, lambda _: None, goes_on=False)
        assert bench.read("docs/note/design.md") == "# Design\n"
        bench.write("pkg/note/note.go", "package note\n")
        second = await site.commit(run, PhaseId.IMPLEMENT, TINY[PhaseId.IMPLEMENT])
        assert second not in (first, run.requested.base_commit)

    async def test_cleared_again_or_without_ever_having_been_prepared_nothing_is_left(self, tmp_path: Path) -> None:
        site, run = await self.make(tmp_path)
        await site.clear(run, delivered=False)
        worktree, _ = await site.prepare(run)
        await site.clear(run, delivered=True)
        await site.clear(run, delivered=True)
        assert not _is_there(worktree)


def _is_there(worktree: str) -> bool:
    return os.path.lexists(worktree)
