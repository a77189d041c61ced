"""Commands one after the other behind the same walls."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from walls import ENV, sandbox_of

from backend_factory.workspace.process import Completed
from backend_factory.workspace.sandbox.confinement import Confinement, Limits
from backend_factory.workspace.sandbox.sandbox import KINDS, Sandbox
from backend_factory.workspace.sandbox.series import Series

LIMITS = Limits(wall=timedelta(minutes=2), output=1000)
WITHIN = timedelta(seconds=10)


def series(sandbox: Sandbox, work: Path, **limits: int) -> Series:
    return Series(sandbox, Confinement(work, (work,), limits=Limits(wall=LIMITS.wall, output=1000, **limits)))


async def sh(through: Series, work: Path, script: str, within: timedelta = WITHIN) -> Completed:
    return await through.run(["sh", "-c", script], folder=work, env=ENV | {"A": "b"}, within=within)


@pytest.fixture(params=[*KINDS, "none"])
def either(request: pytest.FixtureRequest) -> Sandbox:
    return sandbox_of(request.param)


async def test_each_command_has_its_own_status_streams_environment_and_folder(either: Sandbox, work: Path) -> None:
    (work / "sub").mkdir()
    async with series(either, work) as through:
        first = await sh(through, work, "pwd; echo err >&2; exit 3")
        second = await through.run(["sh", "-c", "pwd; echo $A"], folder=work / "sub", env=ENV | {"A": "c"}, within=WITHIN)
        third = await sh(through, work, "kill -SEGV $$")
        fourth = await sh(through, work, "no-such-program")
    assert (first.exit_status, first.stdout, first.stderr) == (3, f"{work}\n", "err\n")
    assert (second.exit_status, second.stdout) == (0, f"{work / 'sub'}\nc\n")
    assert third.exit_status == -11
    assert fourth.exit_status == 127


async def test_a_program_that_is_missing_is_a_result(either: Sandbox, work: Path) -> None:
    async with series(either, work) as through:
        assert (await through.run([str(work / "no")], folder=work, env=ENV, within=WITHIN)).exit_status == 127
        assert (await sh(through, work, "echo on")).stdout == "on\n"


async def test_one_that_takes_too_long_is_ended_and_the_next_one_begins(either: Sandbox, work: Path) -> None:
    async with series(either, work) as through:
        late = await sh(through, work, "echo begun; sleep 60", timedelta(seconds=0.3))
        assert (late.timed_out, late.exit_status, late.stdout) == (True, None, "begun\n")
        assert (await sh(through, work, "echo on")).stdout == "on\n"


async def test_endless_output_is_cut(either: Sandbox, work: Path) -> None:
    async with series(either, work) as through:
        done = await sh(through, work, "head -c 3000000 /dev/zero | tr '\\0' x; echo end")
    assert (done.ok, done.truncated) == (True, True)
    assert len(done.stdout) < 2000
    assert done.stdout.endswith("end\n")


async def test_the_walls_stand_for_all_of_them(sandbox: Sandbox, work: Path) -> None:
    (work.parent / "secret").write_text("mine")
    async with series(sandbox, work) as through:
        for _ in range(2):
            done = await sh(through, work, f"cat {work.parent}/secret; echo x > {work.parent}/left; echo own > kept")
            assert "mine" not in done.stdout
    assert not (work.parent / "left").exists()
    assert (work / "kept").read_text() == "own\n"


async def test_what_a_command_leaves_running_is_ended_before_the_next(walled: Sandbox, work: Path) -> None:
    leaves = "(setsid sh -c 'trap \"\" TERM; while :; do echo x >> alive; sleep 0.02; done' >/dev/null 2>&1 &); sleep 0.3"
    async with series(walled, work) as through:
        assert (await sh(through, work, leaves)).ok
        size = (work / "alive").stat().st_size
        assert size > 0
        assert (await sh(through, work, "sleep 0.4")).ok
        assert (work / "alive").stat().st_size <= size + 4


async def test_one_that_kills_everybody_is_told_as_killed_and_the_next_one_has_new_walls(walled: Sandbox, work: Path) -> None:
    async with series(walled, work) as through:
        assert (await sh(through, work, "echo before")).ok
        assert (await sh(through, work, "kill -9 -1; sleep 5")).exit_status == -9
        assert (await sh(through, work, "echo after")).stdout == "after\n"


async def test_a_limit_that_one_oversteps_ends_it_alone(walled: Sandbox, work: Path) -> None:
    async with series(walled, work, tasks=30) as through:
        bomb = await sh(through, work, "for i in $(seq 60); do sleep 3 & done; wait")
        assert not bomb.ok
        assert (await sh(through, work, "echo after")).stdout == "after\n"


async def test_a_command_can_neither_read_nor_answer_for_what_runs_it(walled: Sandbox, work: Path) -> None:
    script = (
        "import glob, os\n"
        "for place in glob.glob('/proc/[0-9]*'):\n"
        "    if place.endswith('/1') or place == f'/proc/{os.getpid()}': continue\n"
        "    for name, mode in (('mem', 'r+b'), ('fd/1', 'wb'), ('environ', 'rb')):\n"
        "        try: open(f'{place}/{name}', mode).close(); print(open(f'{place}/comm').read(), name)\n"
        "        except OSError: pass\n"
    )
    async with series(walled, work) as through:
        done = await through.run([sys.executable, "-I", "-c", script], folder=work, env=ENV, within=WITHIN)
    assert (done.ok, done.stdout) == (True, ""), done


async def test_a_cancelled_caller_gets_nobody_elses_outcome(either: Sandbox, work: Path) -> None:
    async with series(either, work) as through:
        slow = asyncio.create_task(sh(through, work, "sleep 1; echo slow"))
        await asyncio.sleep(0.5)
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        assert (await sh(through, work, "echo quick")).stdout == "quick\n"
