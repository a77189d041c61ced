"""Progress for those who watch from another process: seen soon, lost without harm."""

from pathlib import Path

import pytest

from backend_factory.domain.notice import Notice
from backend_factory.testing.story import START
from backend_factory.workflow.activity import Activity


def notice(text: str) -> Notice:
    return Notice(at=START, run="r1", text=text)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "activity" / "r1.jsonl"


def test_what_one_adds_another_sees_from_where_it_had_read_to(path: Path) -> None:
    writer, reader = Activity(path), Activity(path)
    writer.add(notice("one"))
    seen, offset = reader.since(0)
    writer.add(notice("two\nlines \u2028"))
    rest, _ = reader.since(offset)
    assert [each.text for each in seen] == ["one"]
    assert [each.text for each in rest] == ["two\nlines \u2028"]


def test_a_line_that_is_being_written_is_seen_when_it_is_whole(path: Path) -> None:
    Activity(path).add(notice("one"))
    line = notice("two").model_dump_json() + "\n"
    with path.open("a") as file:
        file.write(line[:20])
        file.flush()
        seen, offset = Activity(path).since(0)
        assert [each.text for each in seen] == ["one"]
        file.write(line[20:])
    assert [each.text for each in Activity(path).since(offset)[0]] == ["two"]


def test_lines_that_cannot_be_read_are_left_out(path: Path) -> None:
    Activity(path).add(notice("one"))
    with path.open("ab") as file:
        file.write(b"{oops\n\xff\xfe\n\n")
    Activity(path).add(notice("two"))
    assert [each.text for each in Activity(path).since(0)[0]] == ["one", "two"]


def test_without_a_file_there_is_no_progress_and_no_error(path: Path) -> None:
    assert Activity(path).since(7) == ((), 7)


def test_where_nothing_can_be_written_progress_is_lost_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    Activity(tmp_path / "file" / "r1.jsonl").add(notice("one"))
