"""Drives a run from the command line: progress, checkpoints, and how it ended."""

from collections.abc import Callable

from backend_factory.cli.asking import Answer, ask, can_ask, how_to_answer, put
from backend_factory.cli.exits import Exit
from backend_factory.cli.interrupted import Interrupted
from backend_factory.cli.log_lines import risk_line
from backend_factory.cli.progress import Progress
from backend_factory.cli.session import Session
from backend_factory.cli.terminal import Terminal
from backend_factory.domain.amount import taken
from backend_factory.domain.event import Asked, Event
from backend_factory.domain.notice import Notice
from backend_factory.domain.run import Run
from backend_factory.errors import FactoryError


def work(opened: Session, terminal: Terminal, run_id: str, *, yes: bool, by: str) -> Exit:
    """Work on the run until it ends or nobody answers. `yes` passes checkpoints, never escalations."""
    try:
        while True:
            run = _drive(opened, terminal, run_id)
            if run.question is None:
                return conclude(terminal, run)
            put(terminal, run, run.question)
            answer = _answer(terminal, run, run.question, yes, by)
            if answer is None:
                return _waits(terminal, run, run.question)
            answered = opened.factory.answer(
                run_id, answer.reply, remark=answer.remark, by=by, accept=answer.accept, raise_to=answer.raise_to
            )
            opened.do(answered)
    except KeyboardInterrupt:
        raise Interrupted(run_id) from None
    except FactoryError as reason:
        reason.hint = f"{reason.hint}; " * bool(reason.hint) + f"run {run_id} is kept: backend-factory resume {run_id}"
        raise


def _drive(opened: Session, terminal: Terminal, run_id: str) -> Run:
    with Progress(terminal, opened.factory.run(run_id)) as progress:
        return opened.do(opened.factory.drive(run_id, watcher(terminal, run_id, progress)))


def watcher(terminal: Terminal, run_id: str, progress: Progress) -> Callable[[Notice | Event], None]:
    """What shows each thing that happens: to people, and as JSON lines where these were asked for."""

    def observe(happened: Notice | Event) -> None:
        progress.observe(happened)
        if terminal.as_json and not isinstance(happened, Notice):
            terminal.data(event_object(run_id, happened))

    return observe


def event_object(run_id: str, event: Event) -> dict[str, object]:
    """An event with its run, as one flat object."""
    return {"run": run_id, **event.model_dump(mode="json")}


def _answer(terminal: Terminal, run: Run, question: Asked, yes: bool, by: str) -> Answer | None:
    if yes and question.about == "checkpoint" and run.may_pass(question.phase, by):
        terminal.say("   go on (--yes)")
        return Answer("go_on")
    if terminal.as_json or not can_ask():
        return None
    return ask(terminal, question)


def _waits(terminal: Terminal, run: Run, question: Asked) -> Exit:
    terminal.note(f"run {run.id} waits for an answer")
    terminal.hint(f"{how_to_answer(run.id, question)}; then backend-factory resume {run.id}")
    return Exit.WAITING


def conclude(terminal: Terminal, run: Run) -> Exit:
    """Say how the run ended."""
    terminal.say("")
    if run.status != "delivered":
        reason = f": {run.finished.reason}" if run.finished and run.finished.reason else ""
        terminal.say(f"{run.status.capitalize()}: {run.title}{reason}", "bold yellow")
        return Exit.ENDED
    seconds = (run.updated - run.requested.at).total_seconds()
    terminal.say(f"✅ Delivered: {run.title} ({seconds:.0f} s, of it work {run.working.total_seconds():.0f} s)", "bold green")
    terminal.say(f"   branch        {run.requested.branch}")
    for step in ("pull_request", "stack"):
        values = {
            name: value for name, value in run.receipts.get(step, {}).items() if name in ("number", "title", "stack", "target")
        }
        if values:
            terminal.say(f"   {step.replace('_', ' '):13} {' '.join(values.values())}")
    if run.ledger.entries:
        terminal.say(f"   spent         {taken(run.ledger.total())}")
    for risk in (*run.requested.policy.risks, *run.risks):
        terminal.say(f"   {risk_line(risk)}", "bold yellow")
    terminal.say(f"   report        backend-factory report {run.id}")
    return Exit.OK
