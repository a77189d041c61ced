"""Tests of the shared platform code: for each file that the feature brought, the tests of that file."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

from backend_factory.domain.deliverable import Implementation, Plan
from backend_factory.runners.blueprint.golang import names, source

HERE = "backend_factory.runners.blueprint.test"
SHARED = "pkg/platform"


def folder(plan: Plan, implementation: Implementation) -> str:
    """Where the feature's platform code is: shared, or its own copy."""
    own = f"{plan.layout.package}/platform"
    return own if any(each.path.startswith(f"{own}/") for each in implementation.files) else SHARED


def files(plan: Plan, implementation: Implementation) -> Iterator[tuple[str, str, str]]:
    """Path, text and purpose of each test."""
    place = folder(plan, implementation)
    platform = f"{names.module(plan.layout.module)}/{place}"
    brought = {each.path.removeprefix(f"{place}/") for each in implementation.files if each.path.startswith(f"{place}/")}
    for name, needs in sorted(templates().items()):
        if needs and needs <= brought:
            text = source.render(HERE, f"platform/{name}.j2", platform=platform)
            yield f"{place}/{name}", text, f"tests of {name.removesuffix('_test.go')}.go"


@cache
def templates() -> Mapping[str, frozenset[str]]:
    """Test files (input/cve_test.go) and the platform files that each needs: the one that it tests, and those it names."""
    root = resources.files(HERE).joinpath("templates", "platform")
    found = {}
    for package in root.iterdir():
        for each in package.iterdir():
            name = each.name.removesuffix(".j2")
            first = each.read_text(encoding="utf-8").partition("\n")[0]
            named = first.removeprefix("<# needs ").removesuffix(" #>").split() if first.startswith("<# needs ") else []
            tested = name.removesuffix("_test.go") + ".go"
            found[f"{package.name}/{name}"] = frozenset(f"{package.name}/{one}" if "/" not in one else one for one in (named or [tested]))
    return found
