"""What a check saw can be read as it was, or is reported."""

import hashlib
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from backend_factory.errors import InternalError, OperatorError
from backend_factory.journal.evidence import LARGEST, EvidenceStore
from backend_factory.journal.owner import this_process


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_kept_is_read_again_by_its_hash(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    kept = store.keep("output", "ok\nprüfung\n")
    assert kept.sha256 == hashlib.sha256("ok\nprüfung\n".encode()).hexdigest()
    assert (kept.title, kept.bytes, kept.media_type) == ("output", 12, "text/plain")
    assert store.read(kept.sha256).decode() == "ok\nprüfung\n"


def test_the_same_text_is_stored_once(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    assert store.keep("one", "same").sha256 == store.keep("two", "same").sha256
    assert len(files(tmp_path)) == 1


def test_text_that_is_no_unicode_is_kept_all_the_same(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    assert store.read(store.keep("output", "a\udcffb").sha256) == b"a?b"


def test_of_a_very_long_output_the_beginning_and_the_end_are_kept_and_the_gap_is_named(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    kept = store.keep("output", "start" + "." * (3 * LARGEST) + "end")
    content = store.read(kept.sha256)
    assert content.startswith(b"start")
    assert content.endswith(b"end")
    assert b"bytes left out" in content
    assert kept.bytes == len(content) < LARGEST + 100


def test_evidence_that_was_changed_is_reported_and_not_shown(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    kept = store.keep("output", "3 tests failed")
    files(tmp_path)[0].write_text("0 tests failed")
    with pytest.raises(InternalError, match="was changed after it was stored"):
        store.read(kept.sha256)


def test_evidence_that_was_removed_is_reported(tmp_path: Path) -> None:
    store = EvidenceStore(tmp_path)
    kept = store.keep("output", "ok")
    files(tmp_path)[0].unlink()
    with pytest.raises(InternalError, match="is missing"):
        store.read(kept.sha256)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 62 + "/.", "\u0661" * 64])
def test_what_is_no_hash_opens_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(InternalError, match="no content hash"):
        EvidenceStore(tmp_path).read(name)


FULL = """
import resource, sys
from pathlib import Path
from backend_factory.errors import OperatorError
from backend_factory.journal.evidence import EvidenceStore
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
store = EvidenceStore(Path(sys.argv[1]))
store.keep("small", "ok")
try:
    store.keep("large", "x" * 100_000)
except OperatorError as error:
    print(error.message, error.hint)
"""


def test_a_full_disk_leaves_no_half_evidence(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=True)
    assert str(tmp_path) in done.stdout
    assert "free some space" in done.stdout
    assert [path.read_text() for path in files(tmp_path)] == ["ok"]


def test_a_folder_that_cannot_be_made_is_the_operators_matter(tmp_path: Path) -> None:
    (tmp_path / "evidence").write_text("a file")
    with pytest.raises(OperatorError, match="evidence cannot be kept"):
        EvidenceStore(tmp_path / "evidence").keep("output", "ok")


def test_what_a_killed_process_was_about_to_store_is_removed_and_what_a_living_one_is_stays(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    drafts = tmp_path / "drafts"
    drafts.mkdir()
    (drafts / f"{socket.gethostname()}:{gone.pid}:1~half").write_text("half")
    (drafts / f"{this_process()}~other").write_text("half")
    EvidenceStore(tmp_path)
    assert [path.name for path in drafts.iterdir()] == [f"{this_process()}~other"]
