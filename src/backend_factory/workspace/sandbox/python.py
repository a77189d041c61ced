"""What a confined program needs to read where it is written in Python."""

import sys
from pathlib import Path


def python_places() -> tuple[Path, ...]:
    """Of the factory's own Python: the interpreter, its library and the packages installed beside the factory."""
    return tuple(dict.fromkeys(map(Path, (sys.prefix, sys.base_prefix))))
