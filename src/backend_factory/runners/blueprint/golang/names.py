"""Names in the emitted Go: checked, and never in the way of what the code itself declares."""

import re
from collections.abc import Iterable

from backend_factory.domain.deliverable import EntityDesign
from backend_factory.errors import InternalError

_EXPORTED = re.compile(r"[A-Z][A-Za-z0-9]*")
_PACKAGE = re.compile(r"[a-z][a-z0-9]*")
_WIRE = re.compile(r"[a-z][A-Za-z0-9]*")
_PATH = re.compile(r"[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*")

EMBEDDED = frozenset({"Meta", "Metadata"})
"""Members that every record has beside its fields."""


def exported(name: str) -> str:
    """The name, if it is an exported Go identifier; InternalError if not."""
    return _checked(name, _EXPORTED, "Go identifier")


def package(folder: str) -> str:
    """The package's name for its folder: pkg/maintenancewindow -> maintenancewindow."""
    return _checked(folder.rpartition("/")[2], _PACKAGE, "Go package")


def wire(name: str) -> str:
    """The name, if it is one for JSON members; InternalError if not."""
    return _checked(name, _WIRE, "JSON member")


def module(path: str) -> str:
    """The path, if it can be imported; InternalError if not."""
    return _checked(path, _PATH, "Go module path")


def member(design: EntityDesign, field: str) -> str:
    """The field's name in the Go struct; not always the planned one, which may be that of an embedded member."""
    planned = {each.field: exported(each.go) for each in design.fields}
    name = planned[field]
    return free(f"{name}Value", planned.values()) if name in EMBEDDED else name


def free(name: str, taken: Iterable[str]) -> str:
    """The name, with a number if it is taken."""
    used = set(taken)
    number = 2
    found = name
    while found in used:
        found = f"{name}{number}"
        number += 1
    return found


def _checked(name: str, pattern: re.Pattern[str], what: str) -> str:
    if not pattern.fullmatch(name):
        raise InternalError(f"{name[:80]!r} is no {what}", hint="report this with the plan")
    return name
