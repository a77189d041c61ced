"""Pull requests that the factory keeps itself (what every code host does: tests/contracts)."""

import asyncio
import os
from pathlib import Path

import pytest

from backend_factory.delivery.code_host.local import LocalCodeHost
from backend_factory.errors import InternalError, OperatorError
from backend_factory.testing.contracts.code_host import wanted


async def test_another_process_finds_what_was_opened(tmp_path: Path) -> None:
    opened = await LocalCodeHost(tmp_path).open(wanted())
    assert await LocalCodeHost(tmp_path).find("r1") == opened


async def test_a_record_is_json_for_people(tmp_path: Path) -> None:
    await LocalCodeHost(tmp_path).open(wanted())
    assert '"title": "feat: Note API"' in (tmp_path / "1.json").read_text()


async def test_what_a_killed_factory_left_half_made_is_no_pull_request(tmp_path: Path) -> None:
    (tmp_path / ".r1.draft").write_text('{"number": 1, "ru')
    host = LocalCodeHost(tmp_path)
    assert await host.find("r1") is None
    assert (await host.open(wanted())).number == 1
    assert sorted(map(str, await asyncio.to_thread(os.listdir, tmp_path))) == ["1.json"]


async def test_two_that_are_opened_at_once_get_two_numbers(tmp_path: Path) -> None:
    hosts = [LocalCodeHost(tmp_path) for _ in range(8)]
    opened = await asyncio.gather(*(asyncio.to_thread(asyncio.run, host.open(wanted(f"r{n}"))) for n, host in enumerate(hosts)))
    assert sorted(pull.number for pull in opened) == list(range(1, 9))


async def test_a_damaged_record_is_reported_by_its_file_and_never_guessed(tmp_path: Path) -> None:
    host = LocalCodeHost(tmp_path)
    await host.open(wanted())
    (tmp_path / "1.json").write_text("{oops")
    with pytest.raises(InternalError, match=r"1\.json cannot be read"):
        await host.find("r1")


async def test_other_peoples_files_in_the_folder_are_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text("mine")
    assert await LocalCodeHost(tmp_path).find("r1") is None


async def test_a_folder_that_cannot_be_made_is_the_operators_matter(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OperatorError, match="cannot be kept"):
        await LocalCodeHost(tmp_path / "file").open(wanted())
