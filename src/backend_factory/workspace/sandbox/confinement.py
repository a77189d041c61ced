"""What one program may see, change, reach and use up."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Limits:
    """How much all the processes of one attempt may use up together, where nothing else is said."""

    wall: timedelta = timedelta(minutes=20)
    """From start to end, whatever is done in it."""
    cpu: timedelta = timedelta(minutes=40)
    """Processor time."""
    memory: int = 4 * 1024**3
    """Bytes of anonymous memory and memory files."""
    tasks: int = 1024
    """Processes and threads at a time."""
    file: int = 1024**3
    """Bytes of the largest file that can be written."""
    disk: int = 4 * 1024**3
    """Bytes that the writable places may grow by."""
    output: int = 4 * 1024**2
    """Bytes that are kept of each output stream; more is read and thrown away."""


@dataclass(frozen=True, slots=True)
class Confinement:
    """The world of one attempt. What is not named here is not there: other files, other processes, the network."""

    folder: Path
    """Where the program starts. It can be read."""
    writable: tuple[Path, ...] = ()
    """Files and folders that can be changed; they exist."""
    readable: tuple[Path, ...] = ()
    """Files and folders that can be read beside the system's own programs and libraries: toolchains, caches."""
    protected: tuple[Path, ...] = ()
    """What stays as it is although it is below a writable place. `.git` of the folder is so without being named."""
    ports: tuple[int, ...] = ()
    """TCP ports of the machine's own 127.0.0.1 that can be reached. Nothing else outside can: with no port, there is
    only a loopback that belongs to the attempt alone."""
    served: tuple[int, ...] = ()
    """TCP ports that a program inside listens on, on 127.0.0.1, and that can be reached from the machine's own 127.0.0.1."""
    limits: Limits = field(default_factory=Limits)
