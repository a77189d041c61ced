"""What a battery is, and how all of them are found."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules


@dataclass
class Trial:
    """One go of a battery: what it may use, and what it writes down."""

    folder: Path
    """Empty, and its own."""
    quick: bool
    """Minutes are too long: do a sample."""
    seed: int
    done: int = 0
    """Disturbances that were really caused."""
    losses: list[str] = field(default_factory=list)
    """What was lost, done twice, left behind or guessed. None may be."""
    figures: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    """What this machine did not allow to be tried."""

    def chance(self) -> random.Random:
        """The same moments for the same seed."""
        return random.Random(self.seed)  # noqa: S311 - it disturbs, it hides nothing

    def of(self, most: int, least: int) -> int:
        """How often: `most`, or `least` when it must be quick."""
        return least if self.quick else most

    def moments(self, last: int, *, every: int = 1) -> range:
        """Numbers of records from 1 to `last`, or one of the middle when it must be quick."""
        middle = (last + 1) // 2
        return range(middle, middle + 1) if self.quick else range(1, last + 1, every)

    def suffered(self, what: str, losses: list[str]) -> None:
        """One more disturbance, and what it cost."""
        self.done += 1
        self.losses += [f"{what}: {loss}" for loss in losses]

    def expect(self, holds: bool, loss: str) -> None:
        """Write `loss` down unless it holds."""
        if not holds:
            self.losses.append(loss)


@dataclass(frozen=True)
class Battery:
    """A kind of disaster."""

    name: str
    about: str
    """What happens, in one line."""
    strike: Callable[[Trial], None]


def all_batteries() -> tuple[Battery, ...]:
    """The `BATTERY` of each module in `batteries/`."""
    from chaos import batteries

    names = sorted(module.name for module in iter_modules(batteries.__path__))
    return tuple(import_module(f"{batteries.__name__}.{name}").BATTERY for name in names)
