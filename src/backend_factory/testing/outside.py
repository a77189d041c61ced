"""The world outside, as a delivery changes it: every effect is counted, so that a second one cannot hide."""

from collections import Counter
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from backend_factory.domain.event import StepDelivered, StepFailed
from backend_factory.domain.run import Run
from backend_factory.workflow.perform import now
from backend_factory.workflow.ports import Observe


class World(Protocol):
    """Holds effects by name."""

    def holds(self, effect: str) -> bool:
        """Whether it has happened."""

    def change(self, effect: str) -> None:
        """Make it happen, once more if it has happened already."""

    def effects(self) -> Counter[str]:
        """How often each has happened."""


class MemoryWorld:
    """A world that ends with the process."""

    def __init__(self) -> None:
        self._effects: Counter[str] = Counter()

    def holds(self, effect: str) -> bool:
        """Whether it has happened."""
        return effect in self._effects

    def change(self, effect: str) -> None:
        """Make it happen."""
        self._effects[effect] += 1

    def effects(self) -> Counter[str]:
        """How often each has happened."""
        return Counter(self._effects)


class FolderWorld:
    """A world that outlives the process that changed it: one empty file each time that an effect happens."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def holds(self, effect: str) -> bool:
        """Whether it has happened."""
        return effect in self.effects()

    def change(self, effect: str) -> None:
        """Make it happen: at once or, where the process is killed, not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{effect}.{uuid4().hex}").touch(exist_ok=False)

    def effects(self) -> Counter[str]:
        """How often each has happened."""
        return Counter(file.stem for file in self._folder.glob("*"))


class WorldDelivery:
    """Delivers to a `World`: asks whether the effect is there, and makes it where it is not."""

    def __init__(self, world: World, *, failing: tuple[str, ...] = ()) -> None:
        """Each name in `failing` makes that step fail once."""
        self._world = world
        self._failing = list(failing)

    async def deliver(self, run: Run, step: str, observe: Observe) -> StepDelivered | StepFailed:
        """Do one step unless it is done already."""
        if step in self._failing:
            self._failing.remove(step)
            return StepFailed(at=now(), step=step, reason="the script says so")
        effect = f"{step} of {run.id}"
        if not self._world.holds(effect):
            self._world.change(effect)
        return StepDelivered(at=now(), step=step, receipt={"effect": effect})
