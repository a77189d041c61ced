"""What the launcher is told, as one argument: JSON without secrets, for every user can read a command line."""

import json
from collections.abc import Sequence
from typing import NamedTuple


class Orders(NamedTuple):
    """One attempt: its walls and its limits."""

    kind: str
    """`bubblewrap`, `namespaces` or `landlock`."""
    program: str
    """That of bubblewrap."""
    locale: str
    """The command's LC_CTYPE, which Python changes at its start (PEP 538)."""
    folder: str
    mounts: Sequence[tuple[str, str, str]]
    """Kind, source, target: see `view.Mount`."""
    ports: list[int]
    wall: float
    """Seconds."""
    cpu: float
    """Seconds."""
    memory: int
    """Bytes."""
    tasks: int
    file: int
    """Bytes."""
    disk: int
    """Bytes."""

    def told(self) -> str:
        """As the launcher reads it."""
        return json.dumps(self._asdict(), separators=(",", ":"))

    @property
    def scratch(self) -> int:
        """Bytes of the attempt's own /tmp, which is memory."""
        return max(self.memory // 4, 1 << 20)

    def targets(self, kind: str) -> list[str]:
        """The paths of the mounts of this kind."""
        return [target for each, _, target in self.mounts if each == kind]


def heard(text: str) -> Orders:
    """The orders that `told` wrote."""
    return Orders(**json.loads(text))
