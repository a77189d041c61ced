"""git or Go go away half-way, and come back."""

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

from chaos.audit import audit
from chaos.battery import Battery, Trial
from chaos.killing import apart
from chaos.line import Place, brought, refused, settle, submit, went_on


def strike(trial: Trial) -> None:
    """Take each away at several places, see it told, bring it back."""
    for tool, (gone, words) in TOOLS.items():
        for records in trial.moments(16, every=3):
            what = f"{tool} after record {records}"
            place = settle(trial.folder / f"{tool.replace(' ', '-')}-{records}")
            runs = submit(place, 1)
            brought(place, runs, records)
            said = place.folder / "refused.txt"
            code = apart(partial(_without, gone, place, runs, words, said))
            trial.expect(code == 0, f"{what}: the process ended with {code}")
            told = said.read_text().splitlines() if code == 0 else []
            trial.suffered(what, told + went_on(place, runs) + audit(place, runs))


def _without(gone: Callable[[Place], None], place: Place, runs: list[str], words: tuple[str, ...], said: Path) -> None:
    gone(place)
    # What needs no Go any more, such as the end of the delivery, may be done without it.
    told = [line for line in refused(place, runs, *words) if "status='delivered'" not in line and "finished=Finished" not in line]
    said.write_text("\n".join(told))


def _no_git(place: Place) -> None:
    os.environ["PATH"] = str(place.folder)


def _old_git(place: Place) -> None:
    _script(place, "git", "echo git version 2.20.1")


def _no_go(place: Place) -> None:
    os.environ["PATH"] = str(_tools(place))
    sys.modules.pop("go", None)
    sys.meta_path[sys.meta_path.index(PathFinder)] = _Hiding


def _broken_go(place: Place) -> None:
    _no_go(place)
    _script(place, "go", "exit 1")


class _Hiding(PathFinder):
    """Go's wheel is not installed."""

    @classmethod
    def find_spec(cls, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        return None if name == "go" else super().find_spec(name, path, target)


def _tools(place: Place) -> Path:
    tools = place.folder / "tools"
    tools.mkdir(exist_ok=True)
    if not (tools / "git").exists():
        (tools / "git").symlink_to(shutil.which("git", path=os.defpath) or "/usr/bin/git")
    return tools


def _script(place: Place, name: str, line: str) -> None:
    tools = place.folder / "tools"
    tools.mkdir(exist_ok=True)
    (tools / name).unlink(missing_ok=True)
    (tools / name).write_text(f"#!/bin/sh\n{line}\n")
    (tools / name).chmod(0o755)
    os.environ["PATH"] = str(tools)


TOOLS: dict[str, tuple[Callable[[Place], None], tuple[str, ...]]] = {
    "git is gone": (_no_git, ("git was not found",)),
    "git is too old": (_old_git, ("too old",)),
    "Go is gone": (_no_go, ("no usable Go",)),
    "Go is broken": (_broken_go, ("is broken", "no usable Go")),
}

BATTERY = Battery("missing-tools", "git or Go go away half-way and come back", strike)
