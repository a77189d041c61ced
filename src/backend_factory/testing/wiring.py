"""A whole factory that does nothing: hands wired from fakes, and requests to give it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from backend_factory.domain.assignment import Limits
from backend_factory.domain.detection import Detection, Pattern
from backend_factory.domain.event import Requested
from backend_factory.domain.phase import PhaseId
from backend_factory.testing.gate import ScriptedGatekeeper
from backend_factory.testing.outside import MemoryWorld, World, WorldDelivery
from backend_factory.testing.site import StandingSite
from backend_factory.testing.team import ScriptedRunner
from backend_factory.workflow.perform import Hands
from backend_factory.workflow.ports import Staff
from backend_factory.workflow.staff import FixedStaff

_DETECTION = Detection(
    verdict="backend",
    title="Note API",
    patterns=(Pattern.REST_API,),
    entities=("note",),
    frontend="",
    reason="It asks for an API.",
)
_AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def request(
    *, unattended: bool = True, limits: Limits | None = None, branch: str = "feature/note", at: datetime = _AT
) -> Requested:
    """A request for a run; nobody is asked at its checkpoints unless `unattended` is False."""
    return Requested(
        at=at,
        text="I need an API for notes",
        detection=_DETECTION,
        repository="/nowhere/project",
        base_branch="main",
        base_commit="0" * 40,
        branch=branch,
        unattended=unattended,
        limits=limits or Limits(),
    )


@dataclass
class Line:
    """The parts of a factory, each a fake unless another is given; `hands` puts them together."""

    runner: ScriptedRunner = field(default_factory=ScriptedRunner)
    staff: Staff | None = None
    """Instead of `runner` everywhere."""
    gate: ScriptedGatekeeper = field(default_factory=ScriptedGatekeeper)
    world: World = field(default_factory=MemoryWorld)
    site: StandingSite = field(default_factory=StandingSite)
    failing: tuple[str, ...] = ()
    """Steps of the delivery that fail once."""

    @cached_property
    def hands(self) -> Hands:
        """Ready for an engine."""
        staff = self.staff or FixedStaff(dict.fromkeys(PhaseId, self.runner))
        return Hands(staff, self.site, self.gate, WorldDelivery(self.world, failing=self.failing))
