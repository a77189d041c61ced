"""What a confined program needs to read where it is written in Python."""

import os
import sys
from pathlib import Path


def python_places() -> tuple[Path, ...]:
    """Of the factory's own Python: the interpreter, its library and the packages installed beside the factory.

    And the links between them, for the interpreter of a virtual environment is often a link to a link in some other place.
    """
    places = tuple(dict.fromkeys(map(Path, (sys.prefix, sys.base_prefix))))
    links = (link for link in links_to(Path(sys.executable)) if not any(link.is_relative_to(place) for place in places))
    return (*places, *links)


def links_to(path: Path) -> tuple[Path, ...]:
    """The links that lead to what `path` names, folders that are links included, in the order in which they are met."""
    met: dict[Path, None] = {}
    here, ahead = Path("/"), [*path.parts[1:]]
    while ahead:
        here = Path(os.path.normpath(here / ahead.pop(0)))  # what came before is free of links
        if here.is_symlink() and here not in met:
            met[here] = None
            to = here.readlink()
            here, ahead = (Path("/"), [*to.parts[1:], *ahead]) if to.is_absolute() else (here.parent, [*to.parts, *ahead])
    return tuple(met)
