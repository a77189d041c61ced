"""The shared platform code: which of its files a feature needs, found from what its code uses."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from backend_factory.runners.blueprint.golang.imports import code

HERE = "backend_factory.runners.blueprint.implement"

_TOP = re.compile(r"^(?:func|type|var) ([A-Za-z]\w*)", re.MULTILINE)
_METHOD = re.compile(r"^func \(\w+ \*?\w+(?:\[\w+\])?\) ([A-Z]\w*|[a-z]\w*)\(", re.MULTILINE)
_CONST = re.compile(r"^const ([A-Za-z]\w*)", re.MULTILINE)
_GROUPED = re.compile(r"^(?:const|var) \(\n(.*?)^\)", re.MULTILINE | re.DOTALL)
_CALL = re.compile(r"(\w+)?\.(\w+)\b")
_CALLED = re.compile(r"(\w+)?\.(\w+)\(")


@dataclass(frozen=True)
class File:
    """A file of the platform code."""

    package: str
    """problem"""
    name: str
    """problem.go"""
    text: str
    """The template."""
    declares: frozenset[str]
    """Functions, types, variables and constants."""
    methods: frozenset[str]

    @property
    def id(self) -> str:
        """problem/problem.go"""
        return f"{self.package}/{self.name}"


@cache
def files() -> Mapping[str, File]:
    """All files by their ids."""
    folder = resources.files(HERE).joinpath("templates", "platform")
    found = {}
    for package in sorted(folder.iterdir(), key=lambda each: each.name):
        for each in sorted(package.iterdir(), key=lambda each: each.name):
            made = _file(package.name, each.name.removesuffix(".j2"), each.read_text(encoding="utf-8"))
            found[made.id] = made
    return found


def needed(sources: Iterable[str]) -> tuple[File, ...]:
    """The files that the sources use, directly or through other files, in the order of their ids."""
    found: set[str] = set()
    open_ = [(source, "") for source in sources]
    while open_:
        source, package = open_.pop()
        for each in _used(source, package) - found:
            found.add(each)
            open_.append((files()[each].text, files()[each].package))
    return tuple(files()[each] for each in sorted(found))


@cache
def packages() -> frozenset[str]:
    """Names of all packages."""
    return frozenset(each.package for each in files().values())


def _file(package: str, name: str, text: str) -> File:
    plain = code(text)
    declared = set(_TOP.findall(plain)) | set(_CONST.findall(plain))
    for group in _GROUPED.findall(plain):
        declared |= set(re.findall(r"^\t([A-Za-z]\w*)", group, re.MULTILINE))
    return File(package, name, text, frozenset(declared), frozenset(_METHOD.findall(plain)))


def _used(source: str, package: str) -> set[str]:
    plain = code(source)
    qualified = {(left, name) for left, name in _CALL.findall(plain) if left in packages()}
    # A feature's routes name operations without calling them; elsewhere that is a field.
    calls = _CALL.findall(plain) if package == "" else _CALLED.findall(plain)
    methods = {name for left, name in calls if left not in packages()}
    bare = set(re.findall(r"(?<![\w.])[A-Za-z]\w*", plain))
    named = {left for left, _ in qualified} | {package}
    reach = named.union(*(REACHED.get(each, ()) for each in named))
    return {
        each.id
        for each in files().values()
        if any((each.package, name) in qualified for name in each.declares)
        or (methods & each.methods and each.package in reach)
        or (each.package == package and bare & each.declares)
    }


REACHED: Mapping[str, tuple[str, ...]] = {
    "": ("gateway", "resource"),
    "resource": ("record", "rules", "table"),
    "ingest": ("record", "resource", "rules", "table"),
}
"""Packages whose methods are called on fields of another package's types."""
