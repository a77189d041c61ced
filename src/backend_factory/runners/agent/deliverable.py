"""The deliverable as an agent hands it over: a JSON file in a folder of its own, which ends with the attempt."""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from backend_factory.domain.assignment import Blocked, Outcome, handed_in
from backend_factory.domain.model import Record
from backend_factory.workspace.writing import write_files

HANDOFF = ".backend-factory-handoff"
"""At the worktree's root, for as long as an attempt goes on."""
FOLDER = f"{HANDOFF}/in"
"""Where the files are that a brief names instead of quoting them."""
OUTBOX = f"{HANDOFF}/out"
"""The member may write here whatever its lane is."""
DELIVERABLE = f"{OUTBOX}/deliverable.json"
HAND_IN = f"Write it to the file `{DELIVERABLE}`, as the last thing that you do: what you say in the conversation is not read."
"""The sentence of the brief that says how a deliverable is handed in."""

_LARGEST = 8 * 1024 * 1024
_MOST_FAULTS = 20


def lay_out(root: Path, files: Mapping[str, str]) -> None:
    """Make the handoff's folders in the worktree, with `files` to read."""
    clear(root)
    (root / OUTBOX).mkdir(parents=True)
    (root / FOLDER).mkdir()
    write_files(root, {f"{FOLDER}/{name}": text for name, text in files.items()})


def clear(root: Path) -> None:
    """Remove the handoff's folder, or whatever is in its place. Idempotent."""
    place = root / HANDOFF
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def refusal(calls: Sequence[str]) -> str:
    """What is said to an agent that ended its turn at a refusal."""
    named = "\n".join(f"- {call}" for call in calls[-10:])
    return f"Refused, because it is out of your lane:\n\n{named}\n\nGo on without it, and hand in `{DELIVERABLE}`."


def repair(fault: str) -> str:
    """What is said when the deliverable cannot be taken: once."""
    return f"Your deliverable was not accepted:\n\n{fault}\n\nMend `{DELIVERABLE}`. It is looked at once more."


def read(root: Path, owed: type[Record]) -> Outcome | str:
    """What was handed in, or what is wrong with it."""
    try:
        content = _bytes(root)
    except FileNotFoundError:
        return f"There is no file {DELIVERABLE}."
    except OSError as reason:
        return f"{DELIVERABLE} cannot be read: {reason.strerror}."
    if len(content) > _LARGEST:
        return f"{DELIVERABLE} is larger than {_LARGEST} bytes."
    either: Any = Annotated[owed | Blocked, Field(discriminator="kind")]
    answer: TypeAdapter[Any] = TypeAdapter(either)
    try:
        return handed_in(answer.validate_json(content))
    except ValidationError as reason:
        return "\n".join(_faults(reason))


def _faults(reason: ValidationError) -> list[str]:
    errors = reason.errors(include_url=False, include_context=False, include_input=False)
    lines = [f"- {'.'.join(str(part) for part in error['loc'])}: {error['msg']}" for error in errors[:_MOST_FAULTS]]
    return lines + ([f"- and {len(errors) - _MOST_FAULTS} more"] if len(errors) > _MOST_FAULTS else [])


def _bytes(root: Path) -> bytes:
    """The content of a plain file; links on the way or in its place, pipes and devices are not followed."""
    if (root / OUTBOX).resolve() != root.resolve() / OUTBOX:
        raise FileNotFoundError
    descriptor = os.open(root / DELIVERABLE, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(_LARGEST + 1)
