"""The module's packages as `go list` sees them: what is built here, what is tested, what depends on what."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backend_factory.gates.check import Unreadable
from backend_factory.gates.commands import go
from backend_factory.gates.subject import Subject

_MEMBERS = ("ImportPath", "Dir", "Name", "GoFiles", "TestGoFiles", "XTestGoFiles", "Imports", "TestImports", "XTestImports")


@dataclass(frozen=True, slots=True)
class Package:
    """One package of the module."""

    path: str
    """Import path."""
    folder: str
    """In the repository; `.` for the root."""
    name: str
    files: tuple[str, ...]
    """Paths of what is built on this machine, tests aside."""
    tests: tuple[str, ...]
    """Paths of its test files."""
    imports: frozenset[str]
    test_imports: frozenset[str]

    @property
    def binary(self) -> str:
        """How `go test -o` calls its test program: https://pkg.go.dev/cmd/go#hdr-Test_packages"""
        *rest, last = self.path.split("/")
        is_version = rest and last.startswith("v") and last[1:].isdigit() and last != "v1"
        return f"{rest[-1] if is_version else last}.test"


async def packages(subject: Subject) -> tuple[Package, ...]:
    """Every package of the checkout, listed when first asked for."""
    return await subject.resources.shared("go list", lambda: _listed(subject))


@asynccontextmanager
async def _listed(subject: Subject) -> AsyncIterator[tuple[Package, ...]]:
    done = await go(subject, ["list", "-e", "-tags", "lambda.norpc", f"-json={','.join(_MEMBERS)}", "./..."])
    if not done.ok or done.truncated:
        raise Unreadable(f"go list failed: {done.output[-500:]}")
    decoder, text, found = json.JSONDecoder(), done.stdout.strip(), []
    while text:
        each, end = decoder.raw_decode(text)
        found.append(_package(each, subject.checkout))
        text = text[end:].lstrip()
    yield tuple(found)


def _package(listed: dict[str, Any], checkout: Path) -> Package:
    folder = Path(listed["Dir"]).resolve().relative_to(checkout.resolve())

    def paths(*kinds: str) -> tuple[str, ...]:
        return tuple((folder / name).as_posix() for kind in kinds for name in listed.get(kind) or ())

    return Package(
        path=listed["ImportPath"],
        folder=folder.as_posix(),
        name=listed.get("Name") or "",
        files=paths("GoFiles"),
        tests=paths("TestGoFiles", "XTestGoFiles"),
        imports=frozenset(listed.get("Imports") or ()),
        test_imports=frozenset((listed.get("TestImports") or []) + (listed.get("XTestImports") or [])),
    )


def reaching_tests(every: tuple[Package, ...], changed: frozenset[str]) -> tuple[Package, ...]:
    """The tested packages whose tests can reach one of the `changed` packages (import paths)."""
    known = {package.path: package for package in every}
    reaching = set(changed)
    grown = True
    while grown:
        more = {path for path, package in known.items() if path not in reaching and package.imports & reaching}
        reaching |= more
        grown = bool(more)
    return tuple(p for p in every if p.tests and (p.path in reaching or p.test_imports & reaching))
