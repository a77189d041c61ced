"""A program in a sandbox runs as it would outside, as long as it stays in its lane."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from walls import ENV, Sh

from backend_factory.errors import InternalError, OperatorError
from backend_factory.workspace.process import run, running
from backend_factory.workspace.sandbox.confinement import Confinement, Limits
from backend_factory.workspace.sandbox.orders import heard
from backend_factory.workspace.sandbox.sandbox import UNCONFINED, Sandbox, find_sandbox

SOON = timedelta(seconds=30)


async def test_status_streams_and_folder_are_the_commands_own(sandbox: Sandbox, sh: Sh, work: Path) -> None:
    done = await sh(sandbox, "pwd; echo err >&2; exit 3")
    assert (done.exit_status, done.stdout, done.stderr) == (3, f"{work}\n", "err\n")


async def test_a_signal_is_reported_as_one(sandbox: Sandbox, sh: Sh) -> None:
    for number in (signal.SIGSEGV, signal.SIGKILL, signal.SIGTERM):
        assert (await sh(sandbox, f"kill -{number} $$")).exit_status == -number


async def test_a_program_that_cannot_be_executed_is_named(sandbox: Sandbox, work: Path) -> None:
    text = work / "text"
    text.write_text("no program\n")
    text.chmod(0o755)
    done = await sandbox.run(["./text"], env=ENV, confinement=Confinement(work))
    assert not done.ok
    assert "text" in done.stderr


async def test_a_program_that_is_missing_is_the_operators(sandbox: Sandbox, work: Path) -> None:
    with pytest.raises(OperatorError, match="no-such-program"):
        await sandbox.run(["no-such-program"], env=ENV, confinement=Confinement(work))


async def test_arguments_environment_and_input_arrive_as_they_were_given(sandbox: Sandbox, work: Path) -> None:
    hostile = "$(touch x); `touch x` | > x\n'\""
    confinement = Confinement(work)
    assert (await sandbox.run(["printf", "%s", hostile], env=ENV, confinement=confinement)).stdout == hostile
    assert (await sandbox.run(["cat"], env=ENV, confinement=confinement, stdin=b"x" * 300_000)).stdout == "x" * 300_000
    env = ENV | {"A": "b", "HOME": str(work), "TMPDIR": str(work), "LD_PRELOAD": "/nowhere.so"}
    said = (await sandbox.run(["env"], env=env, confinement=confinement)).stdout
    assert dict(line.split("=", 1) for line in said.splitlines() if not line.startswith("PWD=")) == {
        "PATH": os.defpath,
        "A": "b",
        "HOME": str(work),
        "TMPDIR": str(work),
    }


async def test_nothing_of_the_factorys_environment_gets_in(sandbox: Sandbox, sh: Sh, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cret")
    done = await sh(sandbox, "env; cat /proc/1/environ /proc/self/environ | tr '\\0' '\\n'")
    assert "PATH=" in done.stdout
    assert "s3cret" not in done.output


async def test_home_and_temporary_files_are_the_attempts_own_and_gone_afterwards(sandbox: Sandbox, sh: Sh) -> None:
    first = await sh(sandbox, 'echo x > "$TMPDIR/left"; cat "$TMPDIR/left"; cd && pwd; test "$HOME" = "$TMPDIR" && ls "$HOME"')
    assert first.ok, first.stderr
    assert "left" in first.stdout
    assert not Path(first.stdout.splitlines()[1], "left").exists()
    second = await sh(sandbox, 'test -e "$TMPDIR/left"')
    assert second.exit_status == 1


async def test_a_writable_place_in_a_readable_one_can_be_written_and_the_rest_cannot(
    sandbox: Sandbox, sh: Sh, work: Path
) -> None:
    cache = work.parent / "cache"
    (cache / "tmp").mkdir(parents=True)
    (cache / "mod").write_text("module")
    script = f"cat {cache}/mod; echo a > {cache}/tmp/a; echo b > {cache}/mod"
    done = await sh(sandbox, script, readable=(cache,), writable=(work, cache / "tmp"))
    assert (done.ok, done.stdout) == (False, "module")
    assert ((cache / "tmp" / "a").read_text(), (cache / "mod").read_text()) == ("a\n", "module")


async def test_without_a_writable_place_the_folder_is_only_read(sandbox: Sandbox, sh: Sh, work: Path) -> None:
    done = await sh(sandbox, "cat main.go; echo x >> main.go; touch new; mkdir folder; rm main.go", writable=())
    assert done.stdout == "package main\n"
    assert sorted(path.name for path in work.iterdir()) == [".git", "main.go"]
    assert (work / "main.go").read_text() == "package main\n"


async def test_one_file_can_be_writable(sandbox: Sandbox, sh: Sh, work: Path) -> None:
    done = await sh(sandbox, "echo x >> main.go; touch other", writable=(work / "main.go",))
    assert not done.ok
    assert (work / "main.go").read_text() == "package main\nx\n"
    assert not (work / "other").exists()


async def test_what_is_protected_stays_although_it_is_in_a_writable_place(walled: Sandbox, sh: Sh, work: Path) -> None:
    (work / ".github").mkdir()
    done = await sh(walled, "touch .github/x; mv .github y; rm -rf .github; touch fine", protected=(work / ".github",))
    assert done.ok
    assert list((work / ".github").iterdir()) == []
    assert (work / "fine").exists()


async def test_the_pointer_of_a_worktree_is_protected_as_well_as_a_folder(walled: Sandbox, sh: Sh, work: Path) -> None:
    (work / ".git" / "config").unlink()
    (work / ".git" / "hooks").rmdir()
    (work / ".git").rmdir()
    (work / ".git").write_text("gitdir: /elsewhere\n")
    done = await sh(walled, "echo x > .git; mv main.go .git; rm -f .git; ln -sf main.go .git; echo fine")
    assert done.stdout == "fine\n"
    assert (work / ".git").read_text() == "gitdir: /elsewhere\n"


async def test_a_limit_that_is_reached_is_named_and_ends_everything(sandbox: Sandbox, sh: Sh) -> None:
    done = await sh(sandbox, "sleep 60 & sleep 60", limits=Limits(wall=timedelta(seconds=0.7)))
    assert not done.ok
    assert done.timed_out or "sandbox: ended: it took longer than 0.7 s" in done.stderr
    assert done.duration < timedelta(seconds=40)


async def test_endless_output_is_cut_and_does_not_fill_memory(sandbox: Sandbox, sh: Sh) -> None:
    done = await sh(sandbox, "yes", limits=Limits(wall=timedelta(seconds=1), output=10_000))
    assert done.truncated
    assert len(done.stdout) < 11_000


async def test_others_who_write_to_the_same_disk_are_not_the_attempts_fault(sandbox: Sandbox, sh: Sh, work: Path) -> None:
    limits = Limits(wall=timedelta(seconds=30), disk=8_000_000)
    (work / "old").write_bytes(bytes(20_000_000))
    os.utime(work / "old", (0, 0))
    await asyncio.sleep(1.1)  # times are told apart by seconds
    running_ = asyncio.create_task(sh(sandbox, "sleep 2.5; echo whole", limits=limits))
    await asyncio.sleep(0.7)
    (work.parent / "of others").write_bytes(bytes(30_000_000))
    assert (await running_).stdout == "whole\n"


async def test_what_others_free_meanwhile_does_not_hide_what_an_attempt_writes(sandbox: Sandbox, sh: Sh, work: Path) -> None:
    (work / "of others").write_bytes(bytes(60_000_000))
    limits = Limits(wall=timedelta(seconds=30), disk=8_000_000)
    script = "rm 'of others'; sleep 0.5; head -c 30000000 /dev/zero > much; sleep 10; echo whole"
    done = await sh(sandbox, script, limits=limits)
    assert not done.stdout
    assert "8000000 allowed" in done.stderr


@pytest.mark.parametrize("supervised", [False, True])
async def test_a_cancelled_caller_leaves_nothing_running(sandbox: Sandbox, work: Path, supervised: bool) -> None:
    script = f"(setsid sh -c 'trap \"\" TERM; while :; do echo x >> {work}/alive; sleep 0.05; done' &) ; sleep 60"
    line, env = sandbox.wrap(["sh", "-c", script], ENV, Confinement(work, (work,)))
    async with running(line, cwd=work, env=env, supervised=supervised):
        assert await _becomes(lambda: (work / "alive").exists())
    assert await _still(work / "alive")


async def test_killing_the_launcher_ends_what_it_launched(walled: Sandbox, work: Path) -> None:
    line, env = walled.wrap(
        ["sh", "-c", f"while :; do echo x >> {work}/alive; sleep 0.05; done"], ENV, Confinement(work, (work,))
    )
    async with running(line, cwd=work, env=env) as process:
        assert await _becomes(lambda: (work / "alive").exists())
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
        await asyncio.sleep(0.3)
        assert await _still(work / "alive")


@pytest.mark.parametrize("supervised", [False, True])
async def test_nothing_survives_a_factory_that_is_killed(sandbox: Sandbox, work: Path, supervised: bool) -> None:
    if sandbox.kind == "landlock" and not supervised:
        pytest.skip("without a process namespace only the supervisor ends daemons of a launcher that is killed")
    script = f"(setsid sh -c 'while :; do echo x >> {work}/alive; sleep 0.05; done' &) ; sleep 60"
    factory = textwrap.dedent(f"""
        import asyncio, datetime, pathlib
        from backend_factory.workspace.process import run
        from backend_factory.workspace.sandbox.confinement import Confinement
        from backend_factory.workspace.sandbox.sandbox import Sandbox
        place, minute = pathlib.Path({str(work)!r}), datetime.timedelta(minutes=1)
        line, env = {sandbox!r}.wrap(["sh", "-c", {script!r}], {ENV!r}, Confinement(place, (place,)))
        asyncio.run(run(line, cwd=place, env=env, timeout=minute, supervised={supervised}))
    """)
    started = subprocess.Popen([sys.executable, "-c", factory])
    assert await _becomes(lambda: (work / "alive").exists())
    started.kill()
    started.wait()
    await asyncio.sleep(3)
    assert await _still(work / "alive")


@pytest.mark.parametrize("supervised", [False, True])
async def test_a_launcher_whose_factory_is_gone_already_starts_nothing(sandbox: Sandbox, work: Path, supervised: bool) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    line, env = sandbox.wrap(["touch", "started"], ENV, Confinement(work, (work,)))
    place = line.index(next(word for word in line if word.endswith("launcher.py"))) + 1
    orders = heard(line[place])
    orders.factory = ended.pid
    line[place] = orders.told()
    done = await run(line, cwd=work, env=env, timeout=SOON, supervised=supervised)
    assert not done.ok
    assert not (work / "started").exists()


async def test_where_walls_cannot_be_put_up_nothing_is_started(walled: Sandbox, work: Path) -> None:
    line, env = walled.wrap(["touch", "started"], ENV, Confinement(work, (work,)))
    place = line.index(next(word for word in line if word.endswith("launcher.py"))) + 1
    orders = heard(line[place])
    orders.mounts.append(("read", str(work / "not there"), "/not-there"))
    line[place] = orders.told()
    done = await run(line, cwd=work, env=env, timeout=SOON, supervised=True)
    assert not done.ok
    assert "not-there" in done.stderr.replace("not there", "not-there")
    assert not (work / "started").exists()


async def test_a_link_that_a_member_left_in_its_folder_is_not_followed(work: Path) -> None:
    (work.parent / "home").mkdir()
    (work / "tests").symlink_to(work.parent / "home")
    (work / ".git" / "inner").symlink_to(work.parent / "home")
    for path in (work / "tests", work / ".git" / "inner"):
        with pytest.raises(InternalError, match="it leads to"):
            Sandbox("namespaces").wrap(["true"], ENV, Confinement(work, (path,)))


async def test_paths_that_are_missing_relative_or_everything_are_refused(work: Path) -> None:
    for path, error in (
        (work / "no", OperatorError),
        (Path("here"), InternalError),
        (Path("/"), InternalError),
        (work / "..", InternalError),
    ):
        with pytest.raises(error):
            Sandbox("namespaces").wrap(["true"], ENV, Confinement(work, (path,)))


async def test_the_strongest_is_found_and_bubblewrap_is_looked_for_in_the_tools(tmp_path: Path) -> None:
    found = await find_sandbox(str(tmp_path))
    assert found.kind in ("namespaces", "landlock")


async def test_without_any_the_operator_is_told_what_falls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(OperatorError) as refused:
        await find_sandbox(str(tmp_path))
    assert "needs Linux" in refused.value.message
    assert "Docker socket" in refused.value.message
    assert "--no-sandbox" in refused.value.hint


async def test_whoever_wants_no_sandbox_gets_the_command_as_it_is(work: Path) -> None:
    confinement = replace(Confinement(work), ports=(1,))
    assert UNCONFINED.wrap(["a", "b"], {"C": "d"}, confinement) == (["a", "b"], {"C": "d"})


async def _becomes(truth: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if truth():
            return True
        await asyncio.sleep(0.02)
    return False


async def _still(file: Path) -> bool:
    """Nobody writes to it any more."""
    before = file.stat().st_size
    await asyncio.sleep(0.4)
    return file.stat().st_size == before


async def test_walls_that_cannot_be_put_up_are_the_operators_and_not_the_commands(walled: Sandbox, work: Path) -> None:
    (work / "gone").mkdir()

    class Late(Sandbox):
        def wrap(self, *told: object, **named: object) -> tuple[list[str], dict[str, str]]:
            wrapped = super().wrap(*told, **named)  # type: ignore[arg-type]
            (work / "gone").rmdir()
            return wrapped

    with pytest.raises(OperatorError, match="nothing was started"):
        await Late(walled.kind, walled.program).run(["true"], env=ENV, confinement=Confinement(work, readable=(work / "gone",)))


async def test_what_is_the_systems_needs_no_mount_of_its_own(sandbox: Sandbox, work: Path) -> None:
    link = next(path for path in Path("/usr/bin").iterdir() if path.is_symlink() and path.exists())
    assert (await sandbox.run(["true"], env=ENV, confinement=Confinement(work, readable=(link, Path("/usr"))))).ok
