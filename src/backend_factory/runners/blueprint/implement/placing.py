"""Where the platform code goes: shared where nothing else is in its way, else beside the feature."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from backend_factory.runners.blueprint.golang import names, source
from backend_factory.runners.blueprint.implement import library
from backend_factory.runners.blueprint.implement.library import File

SHARED = "pkg/platform"


@dataclass(frozen=True)
class Placed:
    """The platform files of a feature."""

    folder: str
    """pkg/platform, or the feature's own copy: pkg/maintenancewindow/platform"""
    texts: dict[str, str]
    """Path -> whole text, formatted."""
    present: frozenset[str]
    """Those of the paths that the repository has already, byte for byte."""
    imports: dict[str, str]
    """Package name -> import path."""


def place(needed: Iterable[File], module: str, feature: str, before: Callable[[str], str | None], files: Iterable[str]) -> Placed:
    """The files in their place. `files` are the repository's paths before the run, `before` reads one of them.

    Go compiles a folder as a whole: so a package is shared only if every file that its folder has is one of ours, unchanged.
    """
    wanted = tuple(needed)
    there = frozenset(files)
    shared = _texts(wanted, module, SHARED)
    fits = all(_ours(path, module, before) for path in there if _beside(path, wanted))
    folder = SHARED if fits else f"{feature}/platform"
    return Placed(
        folder=folder,
        texts=shared if fits else _texts(wanted, module, folder),
        present=there & shared.keys() if fits else frozenset(),
        imports={each: f"{names.module(module)}/{folder}/{each}" for each in library.packages()},
    )


def text(file: File, module: str, folder: str) -> str:
    """A platform file as it is below that folder."""
    return source.render(library.HERE, f"platform/{file.id}.j2", platform=f"{names.module(module)}/{folder}")


def _texts(wanted: Iterable[File], module: str, folder: str) -> dict[str, str]:
    return {f"{folder}/{each.id}": text(each, module, folder) for each in wanted}


def _beside(path: str, wanted: Iterable[File]) -> bool:
    folder = path.rpartition("/")[0]
    return path.endswith(".go") and not path.endswith("_test.go") and folder in {f"{SHARED}/{each.package}" for each in wanted}


def _ours(path: str, module: str, before: Callable[[str], str | None]) -> bool:
    file = library.files().get(path.removeprefix(f"{SHARED}/"))
    return file is not None and before(path) == text(file, module, SHARED)
