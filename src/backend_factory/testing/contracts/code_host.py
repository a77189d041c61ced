"""What every code host does. Subclass it in a test module, and say how one is made."""

# ruff: noqa: S101 - these are tests

from datetime import UTC, datetime, timedelta
from pathlib import Path

from backend_factory.delivery.code_host.port import CodeHost, PullRequest

_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def wanted(run: str = "r1", *, title: str = "feat: Note API") -> PullRequest:
    """A pull request as the factory asks for it."""
    return PullRequest(
        number=0,
        run=run,
        repository="/nowhere/project",
        title=title,
        body="# What it does\n\n<script>alert(1)</script> {{7*7}} `rm -rf /`\n",
        branch=f"feature/{run}",
        base="main",
        commit="a" * 40,
        opened=_AT,
    )


class CodeHostContract:
    """Opened once, found again, brought up to date."""

    def make(self, folder: Path) -> CodeHost:
        """A code host without pull requests; made again with the same folder it is the same host, where it can be."""
        raise NotImplementedError

    async def test_a_run_without_a_pull_request_has_none(self, tmp_path: Path) -> None:
        assert await self.make(tmp_path).find("r1") is None

    async def test_what_is_opened_gets_a_number_and_is_found_by_its_run(self, tmp_path: Path) -> None:
        host = self.make(tmp_path)
        opened = await host.open(wanted())
        assert opened.number > 0
        assert opened == wanted().model_copy(update={"number": opened.number})
        assert await host.find("r1") == opened

    async def test_opened_again_it_stays_one_and_is_brought_up_to_date(self, tmp_path: Path) -> None:
        host = self.make(tmp_path)
        first = await host.open(wanted())
        later = wanted(title="feat: Note API, mended").model_copy(update={"opened": _AT + timedelta(days=1), "commit": "b" * 40})
        second = await host.open(later)
        assert (second.number, second.opened) == (first.number, first.opened)
        assert (second.title, second.commit) == (later.title, later.commit)
        assert await host.find("r1") == second
        assert (await host.open(wanted("r2"))).number == first.number + 1

    async def test_different_runs_have_different_pull_requests(self, tmp_path: Path) -> None:
        host = self.make(tmp_path)
        numbers = [(await host.open(wanted(f"r{n}"))).number for n in range(12)]
        assert len(set(numbers)) == 12
        assert numbers == sorted(numbers)
        found = await host.find("r7")
        assert found
        assert found.branch == "feature/r7"
