"""The file tree that a confined program sees: an empty one, and in it what it was given."""

import os
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from backend_factory.errors import InternalError, OperatorError
from backend_factory.workspace.sandbox.confinement import Confinement

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store")
# Of /etc only what programs need to find libraries, names and certificates: it also holds the machine's secrets.
_ETC = (
    *(
        "alternatives",
        "ca-certificates",
        "group",
        "hosts",
        "ld.so.cache",
        "ld.so.conf",
        "ld.so.conf.d",
        "localtime",
        "mime.types",
    ),
    *("nsswitch.conf", "os-release", "passwd", "pki/ca-trust/extracted", "pki/tls/certs", "protocols", "resolv.conf", "services"),
    *("ssl/certs", "ssl/openssl.cnf"),
)


class Mount(NamedTuple):
    """One thing in the tree."""

    kind: str
    """`read`, `write`, or `link` (`source` is then where it leads, as the link outside says)."""
    source: str
    """The real path outside, without links in it."""
    target: str
    """The path inside, which is the one that the program knows from outside."""


def view(confinement: Confinement) -> tuple[Mount, ...]:
    """Everything that is put into the tree, parents before what is in them.

    Raises OperatorError where a path is missing, InternalError where one below the folder leads elsewhere: it is a stranger's.
    """
    given = {confinement.folder: "read"}
    given |= dict.fromkeys((path for path in confinement.readable if not _is_systems(path)), "read")
    given |= dict.fromkeys(confinement.writable, "write")
    git = confinement.folder / ".git"
    given |= dict.fromkeys((path for path in (git, *confinement.protected) if path.is_symlink() or path.exists()), "read")
    named = [_mount(kind, path, confinement.folder) for path, kind in given.items()]
    named = [_as_link(mount, given) for mount in named]
    return (*_system(), *sorted(named, key=lambda mount: mount.target.count(os.sep)))


def _is_systems(path: Path) -> bool:
    """Whether it is there in any case: a mount over a link of the system's would fail."""
    return any(path.is_relative_to(each) for each in _SYSTEM if Path(each).exists())


def _mount(kind: str, path: Path, folder: Path) -> Mount:
    if not path.is_absolute() or ".." in path.parts or path == Path("/"):
        raise InternalError(f"{path} cannot be given to a confined program: an absolute path below / is wanted")
    real = os.path.realpath(path)
    if path != folder and path.is_relative_to(folder) and Path(real) != folder.resolve() / path.relative_to(folder):
        raise InternalError(f"{path} cannot be given to a confined program: it leads to {real}")
    if not os.path.lexists(real):
        raise OperatorError(f"{path} is missing, which a confined program needs", hint="create it first")
    return Mount(kind, real, str(path))


def _as_link(mount: Mount, given: Collection[Path]) -> Mount:
    """The link itself where it is one and what it leads to is seen anyway: who looks through it finds where that is."""
    path = Path(mount.target)
    if mount.kind != "read" or not path.is_symlink():
        return mount
    to = Path(os.path.normpath(path.parent / path.readlink()))
    seen = _is_systems(to) or any(to.is_relative_to(other) for other in given if other != path)
    return Mount("link", str(path.readlink()), mount.target) if seen else mount


def _system() -> list[Mount]:
    found = []
    for path in map(Path, (*_SYSTEM, *(f"/etc/{name}" for name in _ETC))):
        if path.is_symlink() and path.parent == Path("/"):
            found.append(Mount("link", str(path.readlink()), str(path)))
        elif path.exists():
            found.append(Mount("read", os.path.realpath(path), str(path)))
    return found
