"""All of a feature's Go, as texts by path."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from backend_factory.domain.deliverable import Plan
from backend_factory.runners.blueprint.golang import names
from backend_factory.runners.blueprint.implement import assembly, library, placing


@dataclass(frozen=True)
class Code:
    """What is to be written."""

    texts: dict[str, str]
    """Path -> Go source."""
    purposes: dict[str, str]
    """Path -> what the file is for."""
    reused: frozenset[str]
    """Shared files that the repository has already, byte for byte."""


def render(plan: Plan, files: Iterable[str] = (), before: Callable[[str], str | None] = lambda _: None) -> Code:
    """The same plan and repository give the same bytes. `files` are the repository's paths, `before` reads one of them.

    Texts of platform files are formatted; the others want gofmt.
    """
    own = assembly.feature_files(plan)
    needed = library.needed(f"package {each.package}\n{each.body}" for each in own)
    placed = placing.place(needed, plan.layout.module, plan.layout.package, before, files)
    imports = placed.imports | {names.package(plan.layout.package): f"{names.module(plan.layout.module)}/{plan.layout.package}"}
    texts = {each.path: assembly.text(each, imports) for each in own}
    texts |= {path: text for path, text in placed.texts.items() if path not in placed.present}
    purposes = {each.path: each.purpose for each in own} | {path: _purpose(path) for path in placed.texts}
    return Code(texts=dict(sorted(texts.items())), purposes=purposes, reused=placed.present)


def _purpose(path: str) -> str:
    package, name = path.split("/")[-2:]
    return f"shared by features: {package}, {name.removesuffix('.go')}"
