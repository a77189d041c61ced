"""How long each member, gate and step took, as rows that can be drawn."""

from dataclasses import dataclass

from backend_factory.report.account import Account


@dataclass(frozen=True)
class Bar:
    """One row: a member's work and the gate after it, or a step of the delivery."""

    label: str
    work: float
    """Seconds."""
    gate: float
    """Seconds; 0 for a step of the delivery."""


def bars(account: Account) -> tuple[Bar, ...]:
    """The rows in the order in which things happened; blocked attempts, whose time is not recorded, are left out."""
    phases = [
        Bar(
            f"{a.phase.number} {a.member}" + (f" ({a.number})" if a.number > 1 else ""),
            a.working,
            a.judged.seconds if a.judged else 0.0,
        )
        for a in account.attempts
        if not a.blocked
    ]
    return (*phases, *(Bar(step.step.replace("_", " "), step.seconds, 0.0) for step in account.steps))


def duration(seconds: float) -> str:
    """Short, for people: "0.4 s", "1 min 12 s", "2 h 05 min"."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"
