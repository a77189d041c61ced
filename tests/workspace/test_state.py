"""The state folder is private, and says what is wrong with its disk."""

import os
import stat
from pathlib import Path

import pytest
from git_by_hand import put

from backend_factory.errors import OperatorError
from backend_factory.workspace.state import open_state


def test_all_its_folders_are_made_private_and_opening_again_keeps_them(tmp_path: Path) -> None:
    state = open_state(tmp_path / "a" / "b")
    put(state.evidence, {"blob": "x"})
    state.root.chmod(0o755)
    again = open_state(tmp_path / "a" / "b")
    assert again == state
    assert (state.evidence / "blob").exists()
    for place in (state.root, state.evidence, state.worktrees, state.checkouts, state.cache, state.reports, state.agents):
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert state.journal.parent == state.root
    assert state.worktree("r1") == state.worktrees / "r1"
    assert sorted(entry.name for entry in state.root.iterdir()) == [
        "agents", "cache", "checkouts", "evidence", "reports", "worktrees",
    ]  # fmt: skip


def test_a_place_that_cannot_be_used_is_refused_with_a_hint(tmp_path: Path) -> None:
    put(tmp_path, {"file": "x"})
    for place in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/backend-factory")):
        with pytest.raises(OperatorError, match="cannot be") as refused:
            open_state(place)
        assert refused.value.hint


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_home_is_refused_with_a_hint(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OperatorError, match="Permission denied"):
        open_state(tmp_path / "state")
    tmp_path.chmod(0o700)
