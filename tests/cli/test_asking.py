"""The question about a used-up limit, put to a person at the terminal."""

import io

import pytest

from backend_factory.cli.asking import Answer, ask, how_to_answer
from backend_factory.cli.terminal import Terminal
from backend_factory.domain.budget import Reached
from backend_factory.domain.event import Asked
from backend_factory.domain.phase import PhaseId
from backend_factory.testing.story import START


def question(used_up: Reached) -> Asked:
    return Asked(at=START, about="escalation", phase=PhaseId.PLAN, question="Raise it to how much?", limit=used_up)


MONEY = question(Reached(scope="run", quantity="money"))
UNPRICED = question(Reached(scope="run", quantity="money", unpriced=True))


@pytest.mark.parametrize(
    ("asked", "typed", "answer"),
    [
        (MONEY, "10\n", Answer("go_on", raise_to="10")),
        (MONEY, "lots\n\n$10\n", Answer("go_on", raise_to="$10")),
        (UNPRICED, "2M\n", Answer("go_on", raise_to="2M")),
        (MONEY, "X\n", Answer("stop")),
        (MONEY, "", None),
        (MONEY, "g\n", None),
    ],
)
def test_a_person_names_a_higher_limit_or_stops_and_nothing_else_is_an_answer(
    asked: Asked, typed: str, answer: Answer | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert ask(Terminal(as_json=False), asked) == answer


def test_what_is_no_limit_is_said_to_be_none(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("lots\n5usd\n"))
    ask(Terminal(as_json=False), MONEY)
    out = capsys.readouterr().out
    assert "a higher limit, as in 5usd, 2Mtok, 90min; or [x] stop" in out
    assert "'lots' is no limit." in out


def test_the_commands_that_answer_it_are_named() -> None:
    assert how_to_answer("r1", MONEY) == "backend-factory answer r1 --raise LIMIT | --stop"
