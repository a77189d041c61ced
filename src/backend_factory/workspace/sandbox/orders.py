"""What the launcher is told, as one argument without secrets: every user of the machine can read a command line."""

import marshal

NO_WALLS = 126
"""Exit status of the launcher where walls could not be put up, and nothing was started."""
UNUSABLE = "sandbox: it could not be set up"
"""With what it says why."""

MountLine = tuple[str, str, str]
"""Kind, source, target: see `view.Mount`."""


class Orders:
    """One attempt: its walls and its limits. A plain class, for it is imported at each start."""

    def __init__(
        self,
        *,
        factory: int,
        kind: str,
        program: str,
        locale: str,
        folder: str,
        mounts: list[MountLine],
        ports: list[int],
        served: list[int],
        wall: float,
        cpu: float,
        memory: int,
        tasks: int,
        file: int,
        disk: int,
    ) -> None:
        """`factory` is the process that starts the launcher, or whose supervisor does. `kind` is `bubblewrap` (then `program`
        is its place), `namespaces` or `landlock`; `locale` is the command's LC_CTYPE, which Python changes at its start
        (PEP 538). Seconds and bytes."""
        self.factory = factory
        self.kind = kind
        self.program = program
        self.locale = locale
        self.folder = folder
        self.mounts = mounts
        self.ports = ports
        self.served = served
        self.wall = wall
        self.cpu = cpu
        self.memory = memory
        self.tasks = tasks
        self.file = file
        self.disk = disk

    def told(self) -> str:
        """As the same Python reads it."""
        return marshal.dumps(vars(self)).hex()

    @property
    def scratch(self) -> int:
        """Bytes of the attempt's own /tmp, which is memory."""
        return max(self.memory // 4, 1 << 20)

    def targets(self, kind: str) -> list[str]:
        """The paths of the mounts of this kind."""
        return [target for each, _, target in self.mounts if each == kind]


def heard(text: str) -> Orders:
    """The orders that `told` wrote: JSON would take longer to import than all else there."""
    return Orders(**marshal.loads(bytes.fromhex(text)))  # noqa: S302 - the factory wrote it
