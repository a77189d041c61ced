"""What each member may write, and what nobody may, however it is spelt."""

import pytest

from backend_factory.domain.assignment import Lane
from backend_factory.domain.phase import PhaseId
from backend_factory.team.lanes import LANES
from backend_factory.workspace.lane import allows

S, P, I, T, V, C = PhaseId  # noqa: E741 - the six

MAY = [
    (P, "docs/note/design.md"),
    (P, "api/note/openapi.yaml"),
    (I, "pkg/note/note.go"),
    (I, "cmd/note-api/main.go"),
    (I, "deploy/note/template.yaml"),
    (I, "go.mod"),
    (T, "pkg/note/note_test.go"),
    (T, "pkg/note/testdata/valid.json"),
    (C, "docs/note/release.md"),
    (C, "docs/note/runbook.md"),
    (C, "deploy/note/parameters.json"),
]
MAY_NOT = [
    (S, "docs/note/design.md"),
    (P, "pkg/note/note.go"),
    (P, "docs/note/runbook.md"),
    (P, "pkg/api/openapi.yaml"),
    (I, "pkg/note/note_test.go"),
    (I, "pkg/note/NOTE_TEST.GO"),
    (I, "pkg/note/testdata/valid.json"),
    (I, "api/note/openapi.yaml"),
    (T, "pkg/note/note.go"),
    (T, "deploy/note/template.yaml"),
    (V, "pkg/note/note_test.go"),
    (C, "deploy/note/template.yaml"),
    (C, "docs/note/design.md"),
]
NOBODYS = [
    ".git/config",
    ".gitattributes",
    "sub/.gitmodules",
    ".github/workflows/ci.yml",
    ".GitHub/workflows/ci.yml",
    ".backend-factory/lanes.toml",
    ".golangci.yml",
    "docs/CODEOWNERS",
    "CLAUDE.md",
    "pkg/claude.md",
    ".mcp.json",
    ".ci/run",
]


@pytest.mark.parametrize(("phase", "path"), MAY)
def test_a_member_writes_in_its_lane(phase: PhaseId, path: str) -> None:
    assert allows(LANES[phase], path)


@pytest.mark.parametrize(("phase", "path"), MAY_NOT)
def test_a_member_writes_nothing_of_anothers_lane(phase: PhaseId, path: str) -> None:
    assert not allows(LANES[phase], path)


@pytest.mark.parametrize("path", NOBODYS)
def test_rules_and_orders_are_in_nobodys_lane(path: str) -> None:
    assert not any(allows(lane, path) for lane in LANES.values())


def test_a_lane_without_patterns_allows_nothing() -> None:
    assert not allows(Lane(writes=(), never=()), "anything")


def test_every_phase_has_a_lane_and_those_that_write_are_those_whose_lane_allows_it() -> None:
    assert set(LANES) == set(PhaseId)
    assert [phase for phase in PhaseId if LANES[phase].writes] == [P, I, T, C]
