"""Readers that go away, streams that are closed, JSON on standard output only, and help that teaches."""

import json
import os
import subprocess

import pytest
from strangers_machine import Home, Program

from backend_factory.cli.app import COMMANDS, execute
from backend_factory.cli.examples import EXAMPLES

TEXT = "an API for notes"


@pytest.mark.slow  # all commands
def test_every_command_gives_json_on_standard_output_and_nothing_else(program: Program, home: Home) -> None:
    def objects(*arguments: str, code: int = 0) -> list[dict[str, object]]:
        lines = program.quick(*arguments, "--json").done(code).out.splitlines()
        assert all(line.isascii() for line in lines)
        return [json.loads(line) for line in lines]

    events = objects("run", TEXT, "--repo", str(home.folder), code=4)
    run = str(events[0]["run"])
    assert [event["kind"] for event in events][:2] == ["requested", "prepared"]
    assert objects("answer", run, "--go-on")[0]["id"] == run
    assert objects("resume", run, "--yes")[-1]["kind"] == "finished"
    assert objects("watch", run)[-1]["kind"] == "finished"
    for one in (
        ["status"],
        ["status", run],
        ["log", run],
        ["report", run],
        ["metrics"],
        ["detect", TEXT],
        ["init", "new"],
        ["doctor"],
    ):
        assert len(objects(*one)) == 1, one
    objects("run", TEXT, "--repo", str(home.folder), "--branch", "other", code=4)
    other = program.runs()[0]["id"]
    assert objects("cancel", other)[0]["status"] == "cancelled"


def test_errors_leave_standard_output_empty_for_json(program: Program) -> None:
    for arguments in (["run", ""], ["status", "zz"], ["nonsense"], ["detect", ""], ["report"], ["run", "what is this?"]):
        assert program.call(*arguments, "--json").clean().out == ""


def test_a_reader_that_goes_away_does_not_lose_the_run(program: Program, home: Home) -> None:
    reading, writing = os.pipe()
    working = program.start("run", TEXT, "--repo", home.folder, "--yes", stdout=writing)
    os.close(writing)
    os.read(reading, 1)
    os.close(reading)
    _, err = working.communicate(timeout=60)
    assert working.returncode == 141, err
    assert b"Traceback" not in err
    assert b"Exception ignored" not in err
    program.quick("resume", "--yes").done()


@pytest.mark.parametrize("arguments", [["run", TEXT, "--yes"], ["status", "zz"], ["nonsense"], ["--help"]])
def test_nobody_reads_anything(program: Program, home: Home, arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = program.command(*arguments, quick=True)
    done = subprocess.run(
        command, stdout=writing, stderr=writing, env=program.environment, cwd=home.folder, timeout=60, check=False
    )
    os.close(writing)
    assert done.returncode == 141


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_disaster(program: Program, home: Home, closed: str) -> None:
    command = program.command("run", TEXT, "--repo", home.folder, "--yes", quick=True)
    shell = ["sh", "-c", f'exec "$@" {closed}', "sh", *map(str, command)]
    done = subprocess.run(shell, env=program.environment, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done
    assert b"Traceback" not in done.stdout + done.stderr
    assert program.runs()[0]["status"] == "delivered"


def test_closed_standard_input_cannot_be_read_from(program: Program) -> None:
    for command in ("run", "detect"):
        shell = ["sh", "-c", 'exec "$@" <&-', "sh", *map(str, program.command(command, "-"))]
        done = subprocess.run(shell, env=program.environment, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, "standard input is closed" in done.stderr) == (2, True)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute([command, "--help"]) == 0
    shown = capsys.readouterr().out
    for example in EXAMPLES[command]:
        assert f"  {example}" in shown


def test_a_plain_locale_shows_codes_instead_of_failing(program: Program) -> None:
    plain = program.having(LC_ALL="C", LANG="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING="ascii")
    assert plain.call("detect", TEXT).done().out.startswith("\\U0001f3ed Backend Factory detected: Note API")
