"""No text of a stranger does anything to a terminal."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_factory.cli.app import execute
from backend_factory.cli.terminal import shown
from backend_factory.testing.scripted_factory import told
from backend_factory.testing.story import delivered_run, hostile

ATTACK = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\u2066\u061c\r\x08\x00[bold red]x[/] :boom: \udcff\U000e0041\nnext"
FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@given(st.text() | st.text(alphabet="\x1b[]\x9b\x07\r\n\x00a;1m\u202e\udc80"))
def test_shown_text_is_one_line_of_visible_characters(text: str) -> None:
    line = shown(text)
    assert not FORBIDDEN.search(line)
    assert "\n" not in line


@pytest.mark.parametrize("command", [["log"], ["watch"], ["status"], ["status", "r"], ["log", "--json"], ["watch", "--json"]])
def test_a_hostile_run_is_shown_without_effect(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    story = delivered_run()
    factory = told("r1", hostile(story, ATTACK.replace("\udcff", "")))
    execute(command, lambda: factory)
    seen = capsys.readouterr()
    assert not FORBIDDEN.search(seen.out + seen.err)
    if "--json" not in command:
        assert "[bold red]x[/] :boom:" in seen.out


def test_hostile_arguments_are_shown_without_effect(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["status", ATTACK], lambda: told("r1", delivered_run())) == 2
    assert execute([ATTACK], lambda: told("r1", delivered_run())) == 2
    assert not FORBIDDEN.search(capsys.readouterr().err)
