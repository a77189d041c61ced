"""The emitted Go compiles, is formatted and vetted, for every shape of feature."""

import importlib.util
import os
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from code_shapes import SHAPES, planned
from planned_features import ALL, vulnerabilities
from workplace import assigned, written

from backend_factory.delivery.stack.template import read_template
from backend_factory.domain.assignment import Delivered, Survey
from backend_factory.domain.deliverable import Implementation, Requirements
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.permissions.comparison import objections
from backend_factory.gates.permissions.sdk_calls import SdkCall, sdk_calls
from backend_factory.gates.policy.world import worlds
from backend_factory.runners.blueprint.implement import perform
from backend_factory.runners.blueprint.implement.rendering import render
from backend_factory.team.lanes import LANES
from backend_factory.workspace.git import Git
from backend_factory.workspace.golang import GoToolchain, find_go
from backend_factory.workspace.repository import Repository
from backend_factory.workspace.workbench import Workbench
from backend_factory.workspace.worktree import Worktree

pytestmark = pytest.mark.go
PATIENCE = timedelta(minutes=10)


@pytest.fixture(scope="module")
def go_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder whose builds and modules are the person's own, as for every other test that compiles."""
    cache = tmp_path_factory.mktemp("cache")
    spec = importlib.util.find_spec("go")
    assert spec and spec.origin
    program = Path(spec.origin).parent / "bin" / "go"
    places = subprocess.run([str(program), "env", "GOCACHE", "GOMODCACHE"], check=True, capture_output=True, text=True)
    (cache / "go").mkdir()
    for name, place in zip(("build", "mod"), places.stdout.split("\n"), strict=False):
        Path(place).mkdir(parents=True, exist_ok=True)
        (cache / "go" / name).symlink_to(place)
    return cache


def workbench(root: Path, go: GoToolchain, cache: Path) -> Workbench:
    git = Git("git", root)
    tree = Worktree(Repository(root, root, "main", "0" * 40, git), "r1", root, git)
    return Workbench(tree, LANES[PhaseId.IMPLEMENT], go, cache, lambda text: None)


async def implement(made: Requirements, root: Path, go: GoToolchain, cache: Path) -> Implementation:
    (root / "go.mod").touch()
    if not (root / "go.mod").read_text():
        (root / "go.mod").write_text("module example.com/shop\n\ngo 1.26\n")
    survey = Survey(module="example.com/shop", go="1.26", files=tuple(written(root)))
    plan = planned(made, survey)
    outcome = await perform(assigned(PhaseId.IMPLEMENT, plan, survey=survey), workbench(root, go, cache))
    assert isinstance(outcome, Delivered)
    assert isinstance(outcome.deliverable, Implementation)
    return outcome.deliverable


async def clean(root: Path, go: GoToolchain, cache: Path, arch: str = "amd64") -> None:
    for arguments in (["vet", "./..."], ["build", "-o", os.devnull, "./..."]):
        done = await go.go(arguments, cwd=root, env=go.environment(cache, goos="linux", goarch=arch), timeout=PATIENCE)
        assert done.ok, done.output
    unformatted = await go.gofmt(["-l", "."], cwd=root, cache=cache)
    assert (unformatted.output.strip(), unformatted.ok) == ("", True)


async def linked_calls(done: Implementation, root: Path, go: GoToolchain, cache: Path) -> dict[str, frozenset[SdkCall]]:
    """What each program can call, by the parameter with the key of its zip."""
    found = {}
    for command, key in zip(done.commands, ("ApiArtifactKey", "WorkerArtifactKey"), strict=False):
        binary = root.parent / "binary"
        built = await go.go(
            ["build", "-tags", "lambda.norpc", "-o", str(binary), f"./{command}"],
            cwd=root,
            env=go.environment(cache),
            timeout=PATIENCE,
        )
        assert built.ok, built.output
        found[key] = sdk_calls(binary.read_bytes(), command)
    return found


@pytest.mark.parametrize("make", SHAPES)
async def test_every_shape_compiles_alone(make: Callable[[], Requirements], tmp_path: Path, go_cache: Path) -> None:
    go = await find_go(network=os.environ)
    done = await implement(make(), tmp_path, go, go_cache)
    await clean(tmp_path, go, go_cache)
    assert {file.path for file in done.files} == set(written(tmp_path)) - {"go.mod", "go.sum"}
    calls = await linked_calls(done, tmp_path, go, go_cache)
    (template,) = (file.path for file in done.files if file.path.endswith("template.yaml"))
    read = read_template((tmp_path / template).read_text())
    assert [each for world in worlds(read) for each in objections(world, calls)] == []


async def test_features_live_together_in_one_repository_and_on_the_other_architecture(tmp_path: Path, go_cache: Path) -> None:
    go = await find_go(network=os.environ)
    for make in ALL:
        await implement(make(), tmp_path, go, go_cache)
    assert [path for path in written(tmp_path) if path.endswith("/problem.go")] == ["pkg/platform/problem/problem.go"]
    await clean(tmp_path, go, go_cache, "arm64")


async def test_shared_code_needs_no_formatting(tmp_path: Path) -> None:
    go = await find_go(network=os.environ)
    for make in SHAPES:
        for path, text in render(planned(make())).texts.items():
            if path.startswith("pkg/platform/"):
                (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / path).write_text(text, encoding="utf-8")
    assert (await go.gofmt(["-l", "."], cwd=tmp_path, cache=tmp_path / "cache")).output.strip() == ""


async def test_a_second_attempt_writes_the_same_bytes(tmp_path: Path, go_cache: Path) -> None:
    go = await find_go(network=os.environ)
    survey = Survey(module="example.com/shop", go="1.26", files=("go.mod",))
    (tmp_path / "go.mod").write_text("module example.com/shop\n\ngo 1.26\n")
    told = assigned(PhaseId.IMPLEMENT, planned(vulnerabilities(), survey), survey=survey)
    first = await perform(told, workbench(tmp_path, go, go_cache))
    before = written(tmp_path)
    (tmp_path / "pkg/platform/problem/problem.go").write_text("package sabotaged\n")
    assert await perform(told, workbench(tmp_path, go, go_cache)) == first
    assert written(tmp_path) == before
