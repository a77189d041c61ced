"""The functions' binaries, linked once for all gates: the phases after the code change nothing that is linked."""

import hashlib
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from backend_factory.gates.check import Unreadable
from backend_factory.gates.commands import go
from backend_factory.gates.subject import Subject

_FLAGS = ("-tags", "lambda.norpc", "-ldflags", "-s -w")
_FILES = "GoFiles CgoFiles CFiles HFiles SFiles SysoFiles EmbedFiles"
_WITHIN = timedelta(minutes=5)
_KEPT = 20
"""Binaries that the cache keeps, about 10 MB each; the ones that were not used for longest go."""


async def linked(subject: Subject, command: str, *, goarch: str | None = None) -> bytes:
    """The binary of `command` for this machine, or for `goarch`; Unreadable where it does not build."""
    place = subject.cache / "linked" / await _key(subject, command, goarch)
    if place.is_file():
        place.touch()
        return place.read_bytes()
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as folder:
        binary = Path(folder) / "binary"
        line = ["build", *_FLAGS, "-o", str(binary), f"./{command}"]
        done = await go(subject, line, within=_WITHIN, goarch=goarch, writable=(Path(folder),))
        if not done.ok:
            raise Unreadable(f"{command} does not build: {done.output[-500:]}")
        binary.replace(place)
    _prune(place.parent)
    return place.read_bytes()


async def _key(subject: Subject, command: str, goarch: str | None) -> str:
    """Hash of everything that goes into the binary: toolchain, flags, modules, and the linked files of this module."""
    fields = "".join(f"{{{{range .{name}}}}}{{{{$.Dir}}}}/{{{{.}}}}\n{{{{end}}}}" for name in _FILES.split())
    ours = f"{{{{if .Module}}}}{{{{if .Module.Main}}}}{fields}{{{{end}}}}{{{{end}}}}"
    done = await go(subject, ["list", "-deps", *_FLAGS[:2], "-f", ours, f"./{command}"], within=_WITHIN, goarch=goarch)
    if not done.ok:
        raise Unreadable(f"{command} does not build: {done.output[-500:]}")
    files = [Path(line) for line in done.stdout.split("\n") if line]
    text = hashlib.sha256("\0".join((subject.go.version, *_FLAGS, command, *([goarch] if goarch else []))).encode())
    root = subject.checkout.resolve()
    for path, content in _contents(root, [*files, root / "go.mod", root / "go.sum"]):
        text.update(f"\0{path}\0{len(content)}\0".encode())
        text.update(content)
    return text.hexdigest()


def _contents(root: Path, files: list[Path]) -> Iterator[tuple[Path, bytes]]:
    for file in files:
        if file.is_file():
            yield file.relative_to(root), file.read_bytes()


def _prune(folder: Path) -> None:
    """Another process may prune at the same time, or link."""
    binaries = sorted((file for file in folder.iterdir() if file.is_file()), key=lambda f: f.stat().st_mtime, reverse=True)
    for old in binaries[_KEPT:]:
        old.unlink(missing_ok=True)
