"""Tests of the shared platform code: for each file that the feature brought, the tests of that file."""

from collections.abc import Callable, Iterator, Mapping
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


def files(plan: Plan, implementation: Implementation, exists: Callable[[str], bool]) -> Iterator[tuple[str, str, str]]:
    """Path, text and purpose of each test: of the code that the feature brought, and of older code that has lost its test."""
    place = folder(plan, implementation)
    platform = f"{names.module(plan.layout.module)}/{place}"
    brought = {each.path for each in implementation.files}
    for name, needs in sorted(templates().items()):
        paths = [f"{place}/{each}" for each in needs]
        if not all(path in brought or exists(path) for path in paths):
            continue
        if paths[0] in brought or not exists(f"{place}/{name}"):
            text = source.render(HERE, f"platform/{name}.j2", platform=platform)
            yield f"{place}/{name}", text, f"tests of {needs[0]}"


@cache
def templates() -> Mapping[str, tuple[str, ...]]:
    """Test files (input/cve_test.go) and the platform files that each needs, the one that it tests first.

    A first line such as `<# needs cve.go object.go #>` names them; without it there is the one of the same name alone.
    """
    found = {}
    for package in resources.files(HERE).joinpath("templates", "platform").iterdir():
        for each in package.iterdir():
            name = each.name.removesuffix(".j2")
            first = each.read_text(encoding="utf-8").partition("\n")[0]
            listed = first.removeprefix(_NEEDS).removesuffix(_END).split() if first.startswith(_NEEDS) else []
            needs = listed or [f"{name.removesuffix('_test.go')}.go"]
            found[f"{package.name}/{name}"] = tuple(one if "/" in one else f"{package.name}/{one}" for one in needs)
    return found


_NEEDS, _END = "<# needs ", " #>"
