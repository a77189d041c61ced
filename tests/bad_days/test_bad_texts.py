"""Texts that cannot be used are refused with a hint; texts that want to do something do nothing."""

import json
from pathlib import Path

import pytest
from strangers_machine import Home, Program

UNUSABLE = {
    "empty": b"",
    "blank": b" \t\n ",
    "long": b"a" * 1_000_000,
    "binary": bytes(range(256)) * 8,
    "NUL": b"an API for notes\0",
    "UTF-16": "an API for notes".encode("utf-16"),
    "not UTF-8": b"an API for caf\xe9s",
    "invisible": "\u200b\u202e\ufeff".encode(),
}

HOSTILE = (
    "I need an API for notes $(touch canary) `touch canary` ; touch canary | & \n"
    "with a title {{ 7*7 }} ${{ github.token }} {% include '/etc/passwd' %} %(x)s {0.__class__}\n"
    "and a body <script>alert(1)</script> ../../../../etc/passwd \\\\host\\share file:///etc/passwd\n"
    "\x1b]0;owned\x07\x1b[2J\x9b31m \u202eevil\u2066 \u200bhidden [bold red]x[/] @everyone"
)

HOSTILE_NAMES = ("../../outside", "-x", "$(touch canary)", "\x1b]0;x\x07", "{{ 7*7 }}", "a\n", "\u202ex", "é" * 300)


@pytest.mark.parametrize("raw", UNUSABLE.values(), ids=UNUSABLE)
def test_a_text_that_cannot_be_used_is_refused(program: Program, home: Home, raw: bytes) -> None:
    before = home.checkout()
    program.call("run", "-", "--repo", home.folder, stdin=raw).refused(2)
    assert home.checkout() == before


def test_it_is_refused_wherever_it_comes_from(program: Program, home: Home) -> None:
    place = program.folder / "request.txt"
    place.write_bytes(UNUSABLE["long"])
    program.call("run", "--file", place, "--repo", home.folder).refused(2, "at most 65,536 bytes")
    program.call("run", UNUSABLE["not UTF-8"], "--repo", home.folder).refused(2, "not UTF-8")
    program.call("detect", "-", stdin=UNUSABLE["NUL"]).refused(2, "binary")
    assert program.runs() == []


@pytest.mark.parametrize("place", ["/nowhere/request.txt", ".", "/proc/self/mem"])
def test_a_file_that_cannot_be_read_is_refused(program: Program, place: str) -> None:
    program.call("run", "--file", place).refused(2, place)
    program.call("detect", "--lines", place).refused(2, place)


def test_what_is_no_backend_work_starts_nothing(program: Program, home: Home) -> None:
    program.call("run", "what is an API?", "--repo", home.folder).refused(5, "not backend work")
    assert program.runs() == []


def test_every_line_of_a_file_has_its_answer_whatever_it_holds(program: Program) -> None:
    lines = [raw.replace(b"\n", b" ") for raw in UNUSABLE.values()] + [b"an API for notes"]
    (program.folder / "lines").write_bytes(b"\n".join(lines))
    ended = program.call("detect", "--lines", "lines", "--json").done()
    answers = [json.loads(line)["verdict"] for line in ended.out.splitlines()]
    assert answers[-1] == "backend"
    assert set(answers[:-1]) == {"other"}


def test_a_hostile_text_does_nothing_wherever_it_comes_from(program: Program, home: Home) -> None:
    before = home.checkout()
    program.quick("run", "--repo", home.folder, "-", "--branch", "feature/x", stdin=HOSTILE.encode()).done(4)
    run = program.runs()[0]["id"]
    program.call("answer", run, "--send-back", HOSTILE).done()
    program.quick("resume", run, "--yes").done()
    for command in (["status", run], ["log", run], ["watch", run], ["log", run, "--json"], ["status", "--json"]):
        program.call(*command).done()
    page = program.call("report", run, "--output", "-").done().out
    assert "<script>alert(1)" not in page
    assert not list(program.folder.rglob("canary"))
    assert home.checkout() == before
    assert "alert" not in home.git("log", "--all", "--format=%B%an%ae").replace("Note", "")


@pytest.mark.parametrize("text", HOSTILE_NAMES)
def test_a_hostile_branch_is_refused(program: Program, home: Home, text: str) -> None:
    program.call("run", "an API for notes", "--repo", home.folder, f"--branch={text}").refused(2)
    assert not list(program.folder.rglob("canary"))


@pytest.mark.parametrize("option", ["--base", "--repo"])
def test_a_hostile_base_or_repository_is_refused(program: Program, home: Home, option: str) -> None:
    for text in ("$(touch canary)", "\x1b]0;x\x07", "é" * 300):
        chosen = {"--repo": str(home.folder), option: text}
        program.call("run", "an API for notes", *(f"{name}={value}" for name, value in chosen.items())).refused(2)
    assert not list(program.folder.rglob("canary"))


def test_an_empty_option_is_not_taken_for_a_missing_one(program: Program, home: Home) -> None:
    for option in ("--branch", "--base", "--ticket"):
        program.call("run", "an API for notes", "--repo", home.folder, option, "").refused(2)


@pytest.mark.parametrize("ticket", ["CHAR-1\nSigned-off-by: evil", "x" * 65, "\u202eCHAR-1"])
def test_what_is_no_ticket_is_refused(program: Program, home: Home, ticket: str) -> None:
    program.call("run", "an API for notes", "--repo", home.folder, "--ticket", ticket).refused(2, "ticket")


def test_a_strange_ticket_becomes_part_of_a_plain_branch_name(program: Program, home: Home) -> None:
    ticket = "../$(touch canary) {{ 7 }} <b>"
    program.quick("run", "an API for notes", "--repo", home.folder, "--ticket", ticket, "--yes").done()
    assert "refs/heads/feature/touch-canary-7-b-note" in "\n".join(home.refs())
    assert not list(program.folder.rglob("canary"))


def test_a_remark_is_read_as_carefully_as_a_request(program: Program, home: Home) -> None:
    program.quick("run", "an API for notes", "--repo", home.folder).done(4)
    run = program.runs()[0]["id"]
    for raw in (b"  ", b"caf\xe9", "\u202e".encode()):
        program.call("answer", run, "--send-back", raw).refused(2)
    assert program.runs()[0]["status"] == "waiting"
    program.call("answer", run, "--go-on", "--stop").refused(2, "exactly one")
    program.call("answer", run, "--go-on").done()
    program.call("answer", run, "--go-on").refused(2, "waits for no answer", f"backend-factory resume {run}")


def test_a_run_that_is_not_there_is_told_so(program: Program, home: Home, tmp_path: Path) -> None:
    for command in ("resume", "watch", "log", "report", "status"):
        program.call(command, "zz").refused(2, "'zz'", "backend-factory status")
    program.call("cancel", "%").refused(2)
    program.call("answer", "\x1b[31m", "--go-on").refused(2)
    program.call("resume").refused(2, "there are no runs yet")
