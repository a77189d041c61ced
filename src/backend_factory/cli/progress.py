"""A run's progress as lines, in the product's words; on a terminal with what is being done at this moment beneath them."""

import time
from types import TracebackType
from typing import Self

from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from backend_factory.cli.terminal import Terminal, shown
from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Deliverable
from backend_factory.domain.event import Event, PhaseBlocked, PhaseDelivered, PhaseJudged, PhasePaused, StepDelivered, StepFailed
from backend_factory.domain.gate import CheckResult
from backend_factory.domain.notice import Notice
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.workflow.phases import PHASES, delivered

MARKS = {"passed": ("✓", "green"), "failed": ("✗", "red"), "unavailable": ("?", "yellow"), "left-out": ("–", "yellow")}
FINDINGS = 10
"""Findings shown of one judgement; the report has all."""


class Progress:
    """Shows what it is told. As a context it keeps a status line on a terminal."""

    def __init__(self, terminal: Terminal, run: Run) -> None:
        self._terminal = terminal
        self._title = run.title
        self._deliverables: dict[PhaseId, Deliverable] = dict(run.deliverables)
        self._announced: PhaseId | None = None
        self._delivering = run.phase is None
        self._checked: set[str] = set()
        self._status = _Status()
        animated = terminal.screen.is_terminal and not terminal.screen.is_dumb_terminal
        self._live = Live(self._status, console=terminal.screen, transient=True, refresh_per_second=8) if animated else None

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._live:
            self._live.stop()

    def observe(self, happened: Notice | Event) -> None:
        """Show one thing that happened."""
        match happened:
            case Notice():
                self._notice(happened)
            case PhaseDelivered():
                self._announce(happened.phase)
                self._notes(happened)
                self._deliverables[happened.phase] = happened.deliverable
            case PhaseBlocked():
                self._announce(happened.phase)
                self._notes(happened)
                self._announced = None
                self._say(f"✗ {PHASES[happened.phase].member} cannot go on: {happened.blocked.needed}", "red")
            case PhasePaused():
                until = happened.paused.until.strftime("%Y-%m-%d %H:%M UTC")
                self._say(f"   paused until {until}: {happened.paused.reason}", "yellow")
            case PhaseJudged():
                self._judged(happened)
            case StepDelivered():
                self._delivery()
                self._checks(happened.checks)
                self._say(f"   ✓ {happened.step.replace('_', ' ')}: {receipt(happened.receipt)}", "green")
            case StepFailed():
                self._delivery()
                self._checks(happened.checks)
                self._say(f"   ✗ {happened.step.replace('_', ' ')}: {happened.reason}", "red")
            case _:
                pass

    def _say(self, text: str, style: str = "") -> None:
        self._terminal.say(text, style)

    def _announce(self, phase: PhaseId) -> None:
        if self._delivering or self._announced is phase:
            return
        self._announced = phase
        self._checked.clear()
        row = PHASES[phase]
        self._say("")
        self._say(f"Phase {phase.number}: {row.member} - {row.doing.format(title=self._title)}...", "bold")
        self._status.now(f"Phase {phase.number} · {row.member}")

    def _delivery(self) -> None:
        if not self._delivering or self._announced:
            self._delivering, self._announced = True, None
            self._checked.clear()
            self._say("")
            self._say("Delivery", "bold")
            self._status.now("Delivery")

    def _notice(self, notice: Notice) -> None:
        if notice.phase:
            self._announce(notice.phase)
        else:
            self._delivery()
        self._status.doing(notice.text)
        if notice.status in MARKS and notice.check not in self._checked:
            self._checked.add(notice.check)
            self._mark(notice.status, notice.text)

    def _notes(self, event: PhaseDelivered | PhaseBlocked) -> None:
        for note in event.notes:
            self._say(f"   ! {note}", "yellow")

    def _mark(self, status: str, text: str) -> None:
        mark, style = MARKS[status]
        self._say(f"   {mark} {text}" + (f" ({status})" if status in ("unavailable", "left-out") else ""), style)

    def _checks(self, checks: tuple[CheckResult, ...]) -> None:
        for check in checks:
            if check.check not in self._checked:
                risk = f" (risk accepted by {check.accepted.by})" if check.accepted else ""
                self._mark(check.status, f"{check.title}: {check.summary}{risk}")
        self._checked.clear()

    def _judged(self, event: PhaseJudged) -> None:
        self._announce(event.phase)
        self._checks(event.checks)
        self._announced = None
        verdict, member = event.verdict, PHASES[event.phase].member
        passed = sum(check.status == "passed" for check in event.checks)
        self._say(f"   gate: {passed} of {len(event.checks)} checks passed in {event.seconds:.1f} s", "dim")
        if verdict.kind == "passed":
            figures = delivered(self._deliverables[event.phase]) if event.phase in self._deliverables else "accepted"
            self._say(f"✅ {member} delivered: {figures}", "bold green")
            self._delivering = event.phase is PhaseId.COMMIT
            if self._delivering:
                self._announced = event.phase
            return
        back = f"sent back to {PHASES[verdict.phase].member}" if verdict.kind == "rework" else f"stuck: {verdict.reason}"
        self._say(f"✗ {member}, attempt {event.attempt}: {back}", "red")
        for finding in verdict.findings[:FINDINGS]:
            self._say(f"   - {finding_line(finding)}")
        if len(verdict.findings) > FINDINGS:
            self._say(f"   - and {len(verdict.findings) - FINDINGS} more")


def finding_line(finding: Finding) -> str:
    """Where, what, expected and seen, on one line."""
    place = f"{finding.file}{f':{finding.line}' if finding.line else ''}: " if finding.file else ""
    expected = f" (expected {finding.expected})" if finding.expected else ""
    seen = f" (seen {finding.seen})" if finding.seen else ""
    return f"{place}{finding.message}{expected}{seen}"


def receipt(values: dict[str, str]) -> str:
    """A receipt in one line."""
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in values.items())


class _Status:
    """The line beneath: what is being done, for how long."""

    def __init__(self) -> None:
        self._spinner = Spinner("dots")
        self._where = "starting"
        self._text = ""
        self._since = self._begun = time.monotonic()

    def now(self, where: str) -> None:
        self._where, self._text, self._since = where, "", time.monotonic()

    def doing(self, text: str) -> None:
        self._text = shown(text)

    def __rich__(self) -> Spinner:
        seconds = time.monotonic()
        times = f"{seconds - self._since:.0f} s, in all {seconds - self._begun:.0f} s"
        line = Text(" · ".join(part for part in (self._where, self._text, times) if part), no_wrap=True, overflow="ellipsis")
        self._spinner.update(text=line)
        return self._spinner
