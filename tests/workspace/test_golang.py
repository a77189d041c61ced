"""The Go toolchain is found, and runs in an environment of its own."""

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from git_by_hand import put

from backend_factory.errors import OperatorError
from backend_factory.workspace.golang import LEAST_VERSION, GoToolchain, find_go, version_of

MODULE = {
    "go.mod": "module example.com/m\n\ngo 1.24\n",
    "a.go": "package m\n\nfunc A() int { return 1 }\n",
    "a_test.go": 'package m\n\nimport "testing"\n\nfunc TestA(t *testing.T) {\n\tif A() != 1 {\n\t\tt.Fatal()\n\t}\n}\n',
}
LONG = timedelta(minutes=4)


def _tool(folder: Path, name: str, script: str) -> str:
    put(folder, {name: f"#!/bin/sh\n{script}\n"})
    (folder / name).chmod(0o755)
    return str(folder)


@pytest.fixture
async def toolchain() -> GoToolchain:
    return await find_go()


@pytest.fixture
def warm() -> dict[str, str]:
    """A build cache to share, if the surroundings name one."""
    return {key: os.environ[key] for key in ("GOCACHE", "GOMODCACHE") if key in os.environ}


async def test_the_wheel_brings_a_go(toolchain: GoToolchain) -> None:
    assert version_of(toolchain.version) >= LEAST_VERSION
    assert toolchain.program.is_file()


async def test_the_wheel_is_taken_also_where_another_go_is_installed(tmp_path: Path, toolchain: GoToolchain) -> None:
    new = _tool(tmp_path / "new", "go", "echo /opt/go; echo go1.99.1")
    assert (await find_go(tool_path=new)).version == toolchain.version


@pytest.mark.parametrize(
    ("text", "version"), [("go1.27.3", (1, 27)), ("go1.30rc1", (1, 30)), ("devel +abc", (0, 0)), ("", (0, 0))]
)
def test_versions_are_read(text: str, version: tuple[int, int]) -> None:
    assert version_of(text) == version


def test_the_environment_is_whole_and_below_the_cache(toolchain: GoToolchain, tmp_path: Path) -> None:
    env = toolchain.environment(tmp_path / "cache", goos="linux", goarch="arm64")
    assert (env["GOOS"], env["GOARCH"], env["CGO_ENABLED"]) == ("linux", "arm64", "0")
    assert env["GOTOOLCHAIN"] == "local"
    assert env["GOFLAGS"] == "-mod=readonly -trimpath -buildvcs=false"
    for key in ("HOME", "GOPATH", "GOCACHE", "GOMODCACHE", "TMPDIR"):
        assert Path(env[key]).is_dir()
        assert Path(env[key]).is_relative_to(tmp_path / "cache")
    assert "GOPROXY" not in env
    assert toolchain.environment(tmp_path, offline=True)["GOPROXY"] == "off"


async def test_only_network_settings_come_from_outside(tmp_path: Path) -> None:
    outside = {
        "GOPROXY": "https://proxy.example", "https_proxy": "http://p:1", "SSL_CERT_FILE": "/ca", "GOSUMDB": "",
        "GOFLAGS": "-toolexec=evil", "AWS_SECRET_ACCESS_KEY": "x", "LD_PRELOAD": "x", "GOPROXY_X": "y",
    }  # fmt: skip
    env = (await find_go(network=outside)).environment(tmp_path)
    assert {key: env[key] for key in outside if key in env} == {
        "GOPROXY": "https://proxy.example", "https_proxy": "http://p:1", "SSL_CERT_FILE": "/ca",
        "GOFLAGS": "-mod=readonly -trimpath -buildvcs=false",
    }  # fmt: skip


async def test_a_cache_that_cannot_be_made_is_the_operators_to_mend(toolchain: GoToolchain, tmp_path: Path) -> None:
    put(tmp_path, {"file": "x"})
    with pytest.raises(OperatorError, match="cannot be made"):
        toolchain.environment(tmp_path / "file")


async def test_the_race_detector_takes_the_c_compiler_that_is_there(tmp_path: Path) -> None:
    go = await find_go(tool_path=_tool(tmp_path / "a b", "gcc", "true"))
    env = go.environment(tmp_path / "cache", race=True)
    assert (env["CC"], env["CGO_ENABLED"]) == (f"'{tmp_path}/a b/gcc'", "1")


async def test_without_a_c_compiler_zigs_wheel_stands_in(tmp_path: Path) -> None:
    pytest.importorskip("ziglang")
    env = (await find_go(tool_path=str(tmp_path))).environment(tmp_path / "cache", race=True)
    assert env["CC"].endswith("zig cc")
    assert Path(env["ZIG_GLOBAL_CACHE_DIR"]).is_relative_to(tmp_path / "cache")


@pytest.mark.go
async def test_builds_tests_and_formats(toolchain: GoToolchain, tmp_path: Path, warm: dict[str, str]) -> None:
    module = tmp_path / "module"
    put(module, MODULE | {"ugly.go": "package m\nvar   B=1\n"})
    env = toolchain.environment(tmp_path / "cache", offline=True) | warm
    assert (await toolchain.go(["vet", "./..."], cwd=module, env=env, timeout=LONG)).output == ""
    assert (await toolchain.go(["test", "./..."], cwd=module, env=env, timeout=LONG)).ok
    listed = await toolchain.gofmt(["-l", "."], cwd=module, cache=tmp_path / "cache")
    assert listed.stdout == "ugly.go\n"
    put(module, {"a_test.go": MODULE["a_test.go"].replace("!= 1", "!= 2")})
    failed = await toolchain.go(["test", "./..."], cwd=module, env=env, timeout=LONG)
    assert failed.exit_status == 1
    assert "--- FAIL: TestA" in failed.stdout


@pytest.mark.go
@pytest.mark.skipif(not any(map(shutil.which, ("cc", "gcc", "clang"))), reason="zig's first build takes a minute")
async def test_runs_under_the_race_detector(toolchain: GoToolchain, tmp_path: Path, warm: dict[str, str]) -> None:
    body = "x, c := 0, make(chan bool); go func() { x = 1; close(c) }(); x = 2; <-c; return x"
    race = f"package m\n\nfunc A() int {{ {body} }}\n"
    put(tmp_path / "module", MODULE | {"a.go": race})
    env = toolchain.environment(tmp_path / "cache", race=True, offline=True) | warm
    done = await toolchain.go(["test", "-race", "./..."], cwd=tmp_path / "module", env=env, timeout=LONG)
    assert not done.ok
    assert "DATA RACE" in done.output


@pytest.mark.go
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
async def test_a_full_disk_or_an_old_go_is_not_blamed_on_the_code(
    toolchain: GoToolchain, tmp_path: Path, warm: dict[str, str]
) -> None:
    put(tmp_path / "module", MODULE)
    env = toolchain.environment(tmp_path / "cache", offline=True) | warm
    with pytest.raises(OperatorError, match="the disk is full"):
        await toolchain.go(["test", "-coverprofile=/dev/full", "./..."], cwd=tmp_path / "module", env=env, timeout=LONG)
    put(tmp_path / "module", {"go.mod": "module example.com/m\n\ngo 1.99\n"})
    with pytest.raises(OperatorError, match="wants a newer Go"):
        await toolchain.go(["build", "./..."], cwd=tmp_path / "module", env=env, timeout=LONG)
