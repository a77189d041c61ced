"""What an attack is: one file in `attacks/` that defines `ATTACK`, with what it sends as data. Adding the file adds it."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

from backend_factory.gates.outside.ground import Ground
from backend_factory.gates.outside.wound import Wound


@dataclass(frozen=True, slots=True)
class Attack:
    """One idea of how to do harm, tried wherever the contract leaves room for it."""

    id: str
    title: str
    """What holds when it fails: "Text is data" """
    launch: Callable[[Ground], AsyncIterator[Wound]]
    """Tries it and yields where it succeeded. That no answer is a server error or tells internals is judged for all alike."""
    last: bool = False
    """Whether it looks at what the others left behind."""


def all_attacks() -> tuple[Attack, ...]:
    """Every attack there is, in the order of their file names."""
    from backend_factory.gates.outside import attacks

    names = sorted(module.name for module in iter_modules(attacks.__path__))
    return tuple(import_module(f"{attacks.__name__}.{name}").ATTACK for name in names)
