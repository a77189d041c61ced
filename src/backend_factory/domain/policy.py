"""What a repository asks of its runs beyond the factory's own rules: thresholds, accepted risks, and who may decide."""

from datetime import date, datetime

from pydantic import Field

from backend_factory.domain.model import Record


class Risk(Record):
    """A check that may fail, or a threshold that may be lower, because a person answers for it by name."""

    check: str = ""
    """Id of the check; empty where the risk is about a threshold."""
    threshold: str = ""
    """Name of the threshold; empty where the risk is about a check."""
    reason: str
    by: str
    """Who accepted it."""
    until: date | None = None
    """The last day on which it counts (UTC); None counts for the run in which it was accepted."""
    source: str = "answer"
    """Where it was accepted: `answer`, or the file that says so."""

    def counts(self, at: datetime) -> bool:
        """Whether it is still accepted at that time."""
        return self.until is None or at.date() <= self.until

    @property
    def about(self) -> str:
        """The check or the threshold."""
        return self.check or self.threshold


class Approval(Record):
    """Who may decide. Where nobody is named, whoever is at the keyboard may."""

    approvers: tuple[str, ...] = ()
    """May answer checkpoints and escalations, and accept risks."""
    deploy: tuple[str, ...] = ()
    """May approve the deployment; where nobody is named, the approvers may."""
    unattended: bool = False
    """A run started with `--yes` may be deployed without an approval although somebody is named."""
    second_person: bool = False
    """Who asked for the run cannot approve its deployment."""

    @property
    def deployers(self) -> tuple[str, ...]:
        """Who may approve the deployment; empty where anybody may."""
        return self.deploy or self.approvers

    @property
    def attended(self) -> bool:
        """A deployment waits for somebody with the right, whatever `--yes` says."""
        return bool(self.deployers) and not self.unattended

    def may_decide(self, by: str) -> bool:
        """Whether that person may answer questions and accept risks."""
        return not self.approvers or _named(by, (*self.approvers, *self.deploy))

    def may_deploy(self, by: str, requester: str) -> bool:
        """Whether that person may approve the deployment of what `requester` asked for."""
        alone = self.second_person and _named(by, (requester,))
        return bool(by) and not alone and (not self.deployers or _named(by, self.deployers))


class Policy(Record):
    """What the base branch's `.backend-factory/gates.toml` said when the run was asked for."""

    thresholds: dict[str, int | float] = Field(default_factory=dict)
    """Name -> value, where it differs from the factory's own; a lower one has its risk below."""
    risks: tuple[Risk, ...] = ()
    approval: Approval = Approval()


def _named(person: str, names: tuple[str, ...]) -> bool:
    return bool(person.strip()) and person.strip().casefold() in {name.strip().casefold() for name in names}
