"""JSON Pointer (RFC 6901)."""

from typing import Final

from pydantic import JsonValue


class Missing:
    """Nothing is there; unlike null, which is something."""

    def __repr__(self) -> str:
        return "nothing"


MISSING: Final = Missing()


def resolve(document: JsonValue, pointer: str) -> JsonValue | Missing:
    """What the pointer points at, or MISSING, also where the pointer is malformed."""
    if not pointer:
        return document
    if not pointer.startswith("/"):
        return MISSING
    found: JsonValue = document
    for token in pointer[1:].split("/"):
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(found, dict) and name in found:
            found = found[name]
        elif isinstance(found, list) and name.isascii() and name.isdigit() and str(int(name)) == name and int(name) < len(found):
            found = found[int(name)]
        else:
            return MISSING
    return found
