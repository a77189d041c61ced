"""What a reader must know beside the passes: accepted risks, what was not checked here, and targets against measurements."""

from dataclasses import dataclass

from backend_factory.domain.deliverable import SuccessMetric
from backend_factory.domain.gate import CheckResult
from backend_factory.domain.policy import Risk
from backend_factory.report.account import Account


@dataclass(frozen=True)
class Accepted:
    """A risk that somebody answers for, and what is wrong because of it."""

    risk: Risk
    what: str
    """The check's title and what it saw, or the lowered threshold."""

    @property
    def line(self) -> str:
        """In one sentence: what, who, why, until when."""
        until = f", until {self.risk.until}" if self.risk.until else ""
        return f"{self.risk.about} ({self.what}), accepted by {self.risk.by}{until}: {self.risk.reason}"


def checks_of(account: Account) -> tuple[CheckResult, ...]:
    """Every check of the accepted gates and of the delivery, in order."""
    gates = [check for gate in account.gates for check in gate.checks]
    return (*gates, *(check for step in account.steps if step.kind == "step_delivered" for check in step.checks))


def accepted_risks(account: Account) -> tuple[Accepted, ...]:
    """Failures and lowered thresholds for which a person answers; one line for each check and person."""
    failed = {
        (check.check, check.accepted.by): Accepted(check.accepted, f"{check.status}: {check.title}; {check.summary}")
        for check in checks_of(account)
        if check.accepted
    }
    policy = account.run.requested.policy
    lowered = tuple(
        Accepted(risk, f"lowered to {policy.thresholds[risk.threshold]:g}")
        for risk in policy.risks
        if risk.threshold in policy.thresholds
    )
    return (*failed.values(), *lowered)


def not_checked(account: Account) -> tuple[CheckResult, ...]:
    """What this machine could not check, each once, with the reason as its summary."""
    return tuple({check.check: check for check in checks_of(account) if check.status == "left-out"}.values())


def counted(account: Account) -> tuple[int, int]:
    """(passed, run) of the checks of the accepted gates; what was left out was not run."""
    ran = [check for gate in account.gates for check in gate.checks if check.status != "left-out"]
    return sum(check.status == "passed" for check in ran), len(ran)


def measured(account: Account, metric: SuccessMetric) -> str:
    """What was measured of a success metric before the delivery; empty where nothing was."""
    figures = {name: value for check in checks_of(account) for name, value in check.figures.items()}
    if metric.name.casefold() == "answer time" and "load_mean_ms" in figures:
        slowest = f", slowest {figures['load_max_ms']:g} ms" if "load_max_ms" in figures else ""
        return f"under load: mean {figures['load_mean_ms']:g} ms{slowest}"
    return ""
