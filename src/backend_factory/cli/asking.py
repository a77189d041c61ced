"""Puts the run's question to the person at the terminal."""

import sys
from dataclasses import dataclass

from backend_factory.cli.facade import Reply
from backend_factory.cli.terminal import Terminal
from backend_factory.domain.amount import AMOUNTS, read_amount
from backend_factory.domain.budget import Quantity, Reached
from backend_factory.domain.event import Asked
from backend_factory.domain.run import Run

PATCHES = 3
"""Rejected attempts shown with a question; `status` shows all."""


@dataclass(frozen=True)
class Answer:
    """What the person said."""

    reply: Reply
    remark: str = ""
    """For `accept`, the reason."""
    accept: tuple[str, ...] = ()
    """Failing checks for which the person answers."""
    raise_to: str = ""
    """The limit that holds from now on."""


def can_ask() -> bool:
    """Whether there is a person at both ends."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def put(terminal: Terminal, run: Run, question: Asked) -> None:
    """Show the question, with what was tried and where the rejected work is."""
    terminal.say("")
    terminal.say(question.question, "bold")
    for line in question.tried:
        terminal.say(f"   tried: {line}")
    if question.needed:
        terminal.say(f"   needed: {question.needed}")
    if question.about == "escalation" and not question.limit:
        for kept in run.rejected[-PATCHES:]:
            terminal.say(f"   rejected work: {kept.patch}")


def ask(terminal: Terminal, question: Asked) -> Answer | None:
    """The person's answer; None when they leave without one (end of input), which means no."""
    if question.limit:
        return _ask_for_limit(terminal, question.limit)
    go_on = "leave it out and go on" if question.demand else "go on"
    risk = "   [a] accept a failing check by name" if question.about == "escalation" else ""
    terminal.say(f"   [g] {go_on}   [s] send back with a remark{risk}   [x] stop")
    while True:
        said = _read("> ")
        if said is None:
            return None
        match said.casefold():
            case "g" | "go on" | "y" | "yes":
                return Answer("go_on")
            case "x" | "stop":
                return Answer("stop")
            case "s" | "send back":
                remark = _read("What should change? ")
                if remark is None:
                    return None
                if remark:
                    return Answer("send_back", remark)
                terminal.say("   Sending back needs a remark.")
            case "a" | "accept" if risk:
                check, reason = _read("Which check? "), _read("Why can it be taken? ")
                if check is None or reason is None:
                    return None
                return Answer("go_on", reason, (check,))
            case _:
                terminal.say(f"   Please answer g, s{', a' if risk else ''} or x.")


def _ask_for_limit(terminal: Terminal, used_up: Reached) -> Answer | None:
    terminal.say(f"   a higher limit, as in {AMOUNTS}; or [x] stop")
    wanted: Quantity = "tokens" if used_up.unpriced else used_up.quantity
    while True:
        said = _read("> ")
        if said is None:
            return None
        if said.casefold() in ("x", "stop"):
            return Answer("stop")
        try:
            read_amount(said, wanted)
        except ValueError as error:
            terminal.say(f"   {error}.")
        else:
            return Answer("go_on", raise_to=said)


def _read(prompt: str) -> str | None:
    try:
        return input(prompt).strip()
    except EOFError:
        return None


def how_to_answer(run_id: str, question: Asked) -> str:
    """The commands that answer."""
    if question.limit:
        return f"backend-factory answer {run_id} --raise LIMIT | --stop"
    risk = ' --accept-risk CHECK --reason "why" |' if question.about == "escalation" else ""
    return f'backend-factory answer {run_id} --go-on | --send-back "remark" |{risk} --stop'
