"""What gates run of generated code is kept from the machine, and from what later steps believe."""

import os
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from subjects import Bench, planned

from backend_factory.domain.deliverable import PlannedTest
from backend_factory.domain.gate import CheckResult
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.checks import go_test, tests_repeat
from backend_factory.gates.judge import judge
from backend_factory.testing.story import REQUIREMENTS
from backend_factory.testing.walls import strongest
from backend_factory.workspace.sandbox.sandbox import KINDS, UNCONFINED, Kind, Sandbox, attempt

pytestmark = pytest.mark.go

EVERY = planned(tests=tuple(PlannedTest(criterion=c.id, levels=("unit",)) for c in REQUIREMENTS.criteria))
BASE = {"go.mod": "module example.com/chariot\n\ngo 1.24\n"}
CODE = 'package maintenancewindow\n\n// Create makes a window.\nfunc Create() string { return "window" }\n'
TEST = """package maintenancewindow

import (
	"net"
	"os"
	"path/filepath"
	"testing"
)

func TestReachesOut(t *testing.T) {
	for _, folder := range []string{FOLDERS} {
		// Behind walls some of these are the attempt's own, in memory.
		os.WriteFile(filepath.Join(folder, "poison"), []byte("x"), 0o600)
	}
	program, _ := os.Executable()
	if file, err := os.OpenFile(program, os.O_RDWR, 0); err == nil {
		file.Close()
		t.Error("may write the program that will be run again")
	}
	if os.Remove(program) == nil {
		t.Error("removed the program that will be run again")
	}
	if _, err := os.ReadFile("SECRET"); err == nil {
		t.Error("read a secret")
	}
	if connection, err := net.Dial("tcp", "127.0.0.1:PORT"); err == nil {
		connection.Close()
		t.Error("reached the machine")
	}
	if os.WriteFile(filepath.Join(t.TempDir(), "own"), nil, 0o600) != nil {
		t.Error("has no place of its own")
	}
}
"""


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def folders(bench: Bench, cache: Path) -> list[Path]:
    checkout = bench.place / "checkout"
    return [checkout, checkout / "pkg" / "maintenancewindow", cache, cache / "test-programs", bench.place]


async def reached_out(bench: Bench, port: int, sandbox: Sandbox, cache: Path) -> tuple[CheckResult, ...]:
    secret = bench.place / "secret"
    secret.write_text("mine")
    # Without walls nothing must be written to the cache of other tests, so a folder stands for it.
    for folder in folders(bench, cache)[2:]:
        folder.mkdir(exist_ok=True, parents=True)
    named = ", ".join(f'"{folder}"' for folder in folders(bench, cache))
    test = TEST.replace("FOLDERS", named).replace("SECRET", str(secret)).replace("PORT", str(port))
    subject = await bench.subject(
        PhaseId.TEST,
        before=BASE,
        earlier={"pkg/maintenancewindow/create.go": CODE},
        after={"pkg/maintenancewindow/create_test.go": test},
        deliverables=[EVERY],
    )
    return await judge(replace(subject, sandbox=sandbox), [go_test.CHECK], lambda *_: None)


def poisoned(bench: Bench, cache: Path) -> set[str]:
    places = [*folders(bench, cache), bench.place / "scratch"]
    return {place.name for place in places if (place / "poison").exists()}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_test_reaches_nothing_that_is_believed_later_and_nothing_of_the_machine(
    bench: Bench, port: int, kind: Kind
) -> None:
    sandbox, reason = await attempt(kind, os.environ["PATH"])
    if sandbox is None:
        pytest.skip(reason)
    (result,) = await reached_out(bench, port, sandbox, bench.cache)
    assert result.status == "passed", result
    assert poisoned(bench, bench.cache) == set()


async def test_without_walls_it_reaches_all_of_it(bench: Bench, port: int, tmp_path: Path) -> None:
    (result,) = await reached_out(bench, port, UNCONFINED, tmp_path / "a cache")
    said = result.findings[0].seen
    for what in ("removed the program", "read a secret", "reached the machine"):
        assert what in said
    assert poisoned(bench, tmp_path / "a cache") == {"checkout", "maintenancewindow", "a cache", "test-programs", tmp_path.name}
    assert "no place of its own" not in said


async def test_gos_build_cache_is_out_of_sight_of_a_test(bench: Bench) -> None:
    sandbox = await strongest()
    if sandbox.kind == "none":
        pytest.skip("no sandbox on this machine")
    build = bench.go.environment(bench.cache)["GOCACHE"]
    look = (
        'package maintenancewindow\n\nimport (\n\t"os"\n\t"testing"\n)\n\nfunc TestLooks(t *testing.T) {\n'
        f'\tif entries, err := os.ReadDir("{build}"); err == nil {{\n\t\tt.Fatal(len(entries))\n\t}}\n'
        '\tt.Log(os.Getenv("GOCACHE"))\n}\n'
    )
    subject = await bench.subject(
        PhaseId.TEST,
        before=BASE,
        earlier={"pkg/maintenancewindow/create.go": CODE},
        after={"pkg/maintenancewindow/create_test.go": look},
        deliverables=[EVERY],
    )
    results = await judge(subject, [go_test.CHECK, tests_repeat.CHECK], lambda *_: None)
    assert [result.status for result in results] == ["passed", "passed"], results
