"""What Go's tools would make of written files beyond the lane: borders of modules, vendored code, directives, embedded tests."""

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

_UNREAD = (".s", ".S", ".syso")
"""Linked into the program without Go source that any check could read: https://pkg.go.dev/cmd/go#hdr-File_types"""
_DIRECTIVE = re.compile(r"^(?://go:(generate)|[ \t]*//go:(linkname))[ \t]", re.MULTILINE)
_DIRECTIVES = {
    "generate": "has a command for whoever runs go generate",
    "linkname": "reaches into another package past its exported names",
}
_PATTERN = re.compile(r'"([^"\n]*)"|`([^`\n]*)`|(\S+)')
_IGNORE = re.compile(r"^[ \t]*ignore\b[ \t]*(?:\(([^)]*)\)|([^\n(]+))", re.MULTILINE)
_COMMENT = re.compile(r"//[^\n]*")
_MODULE = "go.mod"


def is_vendored(path: str) -> bool:
    """Whether Go would take it for the code of a dependency, and not look at where that comes from."""
    parts = path.split("/")
    return parts[0] == "vendor" or ("vendor" in parts[:-1] and path.endswith((".go", "/modules.txt")))


def is_border(path: str) -> bool:
    """Whether it is the edge of a module inside this one: what is behind it is neither built nor tested with the rest."""
    parts = path.split("/")
    return parts[-1] == _MODULE and len(parts) > 1 and "testdata" not in parts


def is_unread(path: str) -> bool:
    """Whether it becomes part of the program although nobody can read or check it."""
    return PurePosixPath(path).suffix in _UNREAD and "testdata" not in path.split("/")


def ignored_folders(go_mod: str) -> frozenset[str]:
    """The folders that a go.mod keeps out of `./...` (https://go.dev/ref/mod#go-mod-file-ignore)."""
    found = _IGNORE.findall(_COMMENT.sub("", go_mod))
    return frozenset(word for block, line in found for word in (block or line).split())


def directives(text: str) -> Iterator[tuple[int, str]]:
    """(line, what it does) for each directive of Go source that reaches out of the package."""
    for match in _DIRECTIVE.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, _DIRECTIVES[match[1] or match[2]]


def embedded(go_file: str, directive: str, tree: Iterable[str]) -> Iterator[str]:
    """The paths of `tree` that a line `//go:embed ...` of `go_file` has put into the program."""
    words = directive.strip().removeprefix("//go:embed")
    patterns = [(quoted or raw or bare).removeprefix("all:") for quoted, raw, bare in _PATTERN.findall(words)]
    folder = go_file.rpartition("/")[0]
    for path in tree:
        if folder and not path.startswith(f"{folder}/"):
            continue
        if any(_covers(pattern, path.removeprefix(f"{folder}/")) for pattern in patterns):
            yield path


def _covers(pattern: str, path: str) -> bool:
    """Whether a pattern names the path or a folder around it; a star ends at a slash, as in Go's path.Match."""
    wanted, parts = pattern.rstrip("/").replace("[^", "[!").split("/"), path.split("/")
    if wanted == ["."]:
        return True
    return len(parts) >= len(wanted) and all(map(fnmatchcase, parts, wanted))
