"""Reads a team: from `.backend-factory/team.toml` of the base branch, or from the file that the asker names with `--team`."""

import json
import tomllib
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from backend_factory.domain.phase import PhaseId
from backend_factory.domain.team import BLUEPRINT, PROFILES, Chain, Member, Team
from backend_factory.errors import AskerError

PLACE = ".backend-factory/team.toml"
"""In the repository, as its base branch has it."""
LARGEST = 256 * 1024
"""Bytes."""
_DOCUMENT = "docs/team.md has an example"
_TABLES = ("default", "second_opinion", "reviewer", *PhaseId)


def read_team(text: str, place: str, *, commands: bool) -> Team:
    """The team that the TOML `text` of `place` describes; a phase without a table has the `default`, or the blueprint.

    `commands`: whether a member may name a program of its own; not where a stranger may have written the file.
    AskerError for what is unknown, wrong or not allowed.
    """
    try:
        file = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _wrong(place, f"it is no TOML: {error}") from error
    own_configuration = file.pop("own_configuration", False)
    if not isinstance(own_configuration, bool):
        raise _wrong(place, "own_configuration is neither true nor false")
    if unknown := sorted(file.keys() - {*_TABLES}):
        raise _wrong(place, f"there is no [[{unknown[0][:80]}]]", _closest(unknown[0], _TABLES))
    default = _chain(place, "default", file["default"], commands) if "default" in file else (BLUEPRINT,)
    chains = {phase: _chain(place, phase, file[phase], commands) if phase in file else default for phase in PhaseId}
    second, reviewer = (
        _alone(place, name, file[name], commands) if name in file else None for name in ("second_opinion", "reviewer")
    )
    try:
        return Team(chains=chains, second_opinion=second, reviewer=reviewer, own_configuration=own_configuration)
    except ValidationError as error:
        raise _wrong(place, _reason(error)) from error


def read_team_file(path: Path) -> Team:
    """The team of the file that the asker named. AskerError where it cannot be read or used."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
    except OSError as error:
        raise AskerError(f"{path} cannot be read: {error.strerror}", hint="check the path given with --team") from error
    if len(raw) > LARGEST:
        raise AskerError(f"{path} is larger than {LARGEST:,} bytes", hint="give the file of a team; " + _DOCUMENT)
    try:
        return read_team(raw.decode(), str(path), commands=True)
    except UnicodeDecodeError as error:
        raise AskerError(f"{path} is not UTF-8 text", hint="save it as UTF-8") from error


def _chain(place: str, name: str, rows: object, commands: bool) -> Chain:
    if not isinstance(rows, list) or not rows:
        raise _wrong(place, f"{name} is no list of members", f"write each member of the chain as [[{name}]], with two brackets")
    return tuple(_member(place, f"[[{name}]] number {number}", row, commands) for number, row in enumerate(rows, 1))


def _alone(place: str, name: str, row: object, commands: bool) -> Member:
    member = _member(place, f"[{name}]", row, commands)
    if member.runner == "blueprint":
        raise _wrong(place, f"[{name}]: the blueprint has no opinion", "name a model or an agent")
    if member.from_attempt > 1:
        raise _wrong(place, f"[{name}]: from_attempt has no meaning here", "leave it out")
    return member


def _member(place: str, where: str, row: object, commands: bool) -> Member:
    try:
        # JSON, for there pydantic takes lists for tuples and yet no text for a number.
        member = Member.model_validate_json(json.dumps(row, default=str), strict=True)
    except ValidationError as error:
        raise _wrong(place, f"{where}: {_reason(error)}", _hint(error)) from error
    for message, hint in _refusals(member, commands):
        raise _wrong(place, f"{where}: {message}", hint)
    return member


def _refusals(member: Member, commands: bool) -> Iterator[tuple[str, str]]:
    if member.profile and member.profile not in PROFILES:
        yield f"there is no profile {member.profile!r}", _closest(member.profile, PROFILES)
    if member.command and not commands:
        yield "a repository cannot name a command", "name a profile, or give this team with --team FILE"


def _reason(error: ValidationError) -> str:
    first = _first(error)
    message = first["msg"].removeprefix("Value error, ")
    place = ".".join(str(part)[:80] for part in first["loc"])
    return f"{place}: {message}" if place else message


def _first(error: ValidationError) -> Any:
    """What is misspelt goes before what is missing because of it."""
    return min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")


def _hint(error: ValidationError) -> str:
    first = _first(error)
    name = str(first["loc"][0]) if first["loc"] else ""
    return _closest(name, tuple(Member.model_fields)) if first["type"] == "extra_forbidden" else ""


def _closest(word: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(word, known, n=1)
    return f"did you mean {near[0]}?" if near else f"there is {', '.join(known)}"


def _wrong(place: str, message: str, hint: str = "") -> AskerError:
    return AskerError(f"{place}: {message}", hint=hint or _DOCUMENT)
