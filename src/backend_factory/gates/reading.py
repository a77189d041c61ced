"""Text that a deliverable points at: from inside the checkout, of a bounded size."""

import re

from backend_factory.gates.subject import Subject

MOST_BYTES = 1024 * 1024
"""More than anybody would review."""


class NotText(Exception):
    """The file is missing, outside the checkout, too large, or not UTF-8; the message says which."""


def text_of(subject: Subject, path: str) -> str:
    """The text of the file at `path`. Raises NotText: the path was chosen by a member, and the file written by one."""
    try:
        place = (subject.checkout / path).resolve()
        if not place.is_relative_to(subject.checkout.resolve()):
            raise NotText(f"{path} is outside the repository")
        if not place.is_file():
            raise NotText(f"{path} is missing")
        if place.stat().st_size > MOST_BYTES:
            raise NotText(f"{path} has more than {MOST_BYTES} bytes")
        return place.read_text(encoding="utf-8")
    except (OSError, ValueError, RuntimeError) as error:
        raise NotText(f"{path} cannot be read: {error}") from error


def names(text: str, name: str) -> bool:
    """Whether `text` has `name` as a word of its own: FR-1 is not named by FR-10."""
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None
