"""Where a process with a lane can write, in each sandbox of this machine; what it may write there is the lane's to judge."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from walls import ENV, sandbox_of

from backend_factory.domain.assignment import Lane
from backend_factory.domain.phase import PhaseId
from backend_factory.team.lanes import LANES
from backend_factory.workspace.ground import ground
from backend_factory.workspace.sandbox.confinement import Confinement
from backend_factory.workspace.sandbox.sandbox import KINDS, Sandbox

ASIDE = ".handoff"
OWN = {"GIT_CONFIG_SYSTEM": "/dev/null", "GIT_CONFIG_GLOBAL": "/dev/null"}
FILES = (
    "main.go",
    "main_test.go",
    "api/note/openapi.yaml",
    "docs/README.md",
    "docs/note/design.md",
    "pkg/note/note.go",
    "pkg/note/note_test.go",
    "pkg/note/testdata/a.json",
    ".github/workflows/ci.yml",
    ".handoff/in/request.txt",
    ".git/config",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "worktree"
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("old")
    return folder


def shown(root: Path, phase: PhaseId) -> tuple[list[str], list[str]]:
    with ground(root, LANES[phase], ASIDE) as places:
        return tuple([path.relative_to(root).as_posix() for path in each] for each in (places.writable, places.protected))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("phase", "writable", "protected"),
    [
        (PhaseId.SUMMARIZE, [], []),
        (PhaseId.PLAN, ["api", "docs"], ["docs/README.md"]),
        (PhaseId.IMPLEMENT, ["."], [".github", "api", "main_test.go", "pkg/note/testdata", "pkg/note/note_test.go"]),
        (PhaseId.TEST, ["."], [".github", "main.go", "api/note/openapi.yaml", "docs/README.md"]),
        (PhaseId.VALIDATE, [], []),
        (PhaseId.COMMIT, ["deploy", "docs"], ["docs/README.md", "docs/note/design.md"]),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_the_nearest_folders_of_the_lane_are_writable_and_what_is_out_of_it_is_protected(
    root: Path, phase: PhaseId, writable: list[str], protected: list[str]
) -> None:
    seen = shown(root, phase)
    assert seen[0] == writable
    assert set(protected) <= set(seen[1])
    assert not any(name.startswith((".git/", ASIDE)) for name in seen[1])


@pytest.mark.parametrize(
    ("pattern", "place"),
    [
        ("/docs/*/design.md", "docs"),
        ("/a/b/**/*.yaml", "a/b"),
        ("/a/b/c.json", "a/b"),
        ("a/b/", "a/b"),
        ("/top.md", "."),
        ("*.go", "."),
        ("testdata/", "."),
        ("**/x/y", "."),
    ],
)
def test_a_pattern_lies_below_the_folders_that_it_spells_out(root: Path, pattern: str, place: str) -> None:
    with ground(root, Lane(writes=(pattern,), never=()), ASIDE) as places:
        assert places.writable == (root / place,)


def test_a_folder_that_is_not_there_is_made_and_goes_again_where_it_stays_empty(root: Path) -> None:
    with ground(root, LANES[PhaseId.COMMIT], ASIDE) as places:
        assert root / "deploy" in places.writable
        assert (root / "deploy").is_dir()
    assert not (root / "deploy").exists()
    with ground(root, LANES[PhaseId.COMMIT], ASIDE):
        (root / "deploy/note.txt").write_text("x")
    assert (root / "deploy/note.txt").exists()


def test_a_link_or_a_file_in_the_place_of_a_folder_gives_no_ground(root: Path, tmp_path: Path) -> None:
    (root / "deploy").symlink_to(tmp_path)
    (root / "docs").rename(root / "old")
    (root / "docs").write_text("a file")
    assert shown(root, PhaseId.COMMIT) == ([], [])


def test_there_are_never_more_protected_places_than_a_command_line_takes(root: Path) -> None:
    (root / "many").mkdir()
    for number in range(1_000):
        (root / f"many/a_rather_long_name_of_a_file_{number}.go").write_text("x")
    with ground(root, LANES[PhaseId.TEST], ASIDE) as places:
        assert 20 < len(places.protected) < 1_000
        assert root / "main.go" in places.protected
        assert sum(len(os.fsencode(path)) for path in places.protected) <= 20_000


async def attempted(root: Path, phase: PhaseId, sandbox: Sandbox, names: Mapping[str, bool]) -> dict[str, bool]:
    """Whether each of the names could be written from inside."""
    with ground(root, LANES[phase], ASIDE) as places:
        for name in names:
            confinement = Confinement(root, writable=places.writable, protected=places.protected)
            await sandbox.run(["sh", "-c", f"mkdir -p $(dirname {name}); echo new > {name}"], env=ENV, confinement=confinement)
        return {name: (root / name).exists() and (root / name).read_text() == "new\n" for name in names}


LANE = {
    PhaseId.SUMMARIZE: {"main.go": False, "new.txt": False},
    PhaseId.PLAN: {
        "docs/other/design.md": True,
        "api/other/openapi.yaml": True,
        "docs/README.md": False,
        "main.go": False,
        "new.go": False,
    },
    PhaseId.IMPLEMENT: {
        "main.go": True,
        "cmd/new/main.go": True,
        "main_test.go": False,
        "api/note/openapi.yaml": False,
        "api/new.yaml": False,
        ".github/workflows/ci.yml": False,
        ".git/config": False,
    },
    PhaseId.TEST: {
        "main_test.go": True,
        "pkg/new_test.go": True,
        "pkg/note/testdata/b.json": True,
        "main.go": False,
        "pkg/note/note.go": False,
    },
    PhaseId.COMMIT: {
        "deploy/note/parameters.json": True,
        "docs/note/release.md": True,
        "docs/note/design.md": False,
        "main.go": False,
    },
}


@pytest.fixture(params=KINDS)
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return sandbox_of(request.param)


@pytest.mark.parametrize(("phase", "names"), LANE.items(), ids=lambda value: getattr(value, "name", ""))
async def test_a_process_writes_in_its_lane_and_what_is_out_of_it_stays(
    root: Path, sandbox: Sandbox, phase: PhaseId, names: dict[str, bool]
) -> None:
    if sandbox.kind == "landlock":  # its rules hold folders of the lane, and nothing within them
        written = {place for place in ("docs", "deploy", "api") if any(name.startswith(place) for name in names if names[name])}
        everywhere = phase in (PhaseId.IMPLEMENT, PhaseId.TEST)
        names = {name: may or everywhere or name.split("/")[0] in written for name, may in names.items()}
    assert await attempted(root, phase, sandbox, names) == names


async def test_git_goes_on_to_read_a_worktree_in_which_little_can_be_written(tmp_path: Path, sandbox: Sandbox) -> None:
    root = tmp_path / "worktree"
    root.mkdir()
    (root / "main.go").write_text("package main\n")
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", str(root), *command], check=True)
    (root / "main.go").write_text("package other\n")
    with ground(root, LANES[PhaseId.PLAN], ASIDE) as places:
        confinement = Confinement(root, writable=places.writable, protected=places.protected)
        done = await sandbox.run(["git", "diff", "--stat"], env=ENV | OWN, confinement=confinement)
    assert "main.go" in done.stdout
