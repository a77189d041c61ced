"""Ids that lead elsewhere: path traversal, key separators, expressions, lengths."""

from collections.abc import AsyncIterator

from backend_factory.gates.outside.attack import Attack
from backend_factory.gates.outside.ground import Ground, at
from backend_factory.gates.outside.port import ATTACKER
from backend_factory.gates.outside.wound import Wound, wound

IDS = (
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e%2f",
    "..%5c..%5cwindows",
    "%00",
    "%23",
    "%27%20OR%20%271%27%3D%271",
    "*",
    "%25",
    "null",
    "-1",
    "%7B%22%24ne%22%3Anull%7D",
    "A" * 3000,
    "%F0%9F%92%A3",
    "%FF%FE",
    "IyMj",
    "%0d%0aX-Injected:%20yes",
)
"""Escaped already. `IyMj` is "###" in base64url."""


async def launch(ground: Ground) -> AsyncIterator[Wound]:
    """Each id where records are read, one of them in every other route: nothing is there, and nothing else is found."""
    for route in ground.routes():
        if "{" not in route.path:
            continue
        ids = IDS if route.operation == "read" else IDS[:2]
        for id in ids:
            body: dict[str, str] | None = {} if route.method in ("POST", "PUT", "PATCH") else None
            seen = await ground.visit(ATTACKER, route.method, at(route.path, id), body=body)
            if seen.ok:
                yield wound("found", seen, "a refusal: no record has that id")
            if "x-injected" in seen.headers:
                yield wound("header-injected", seen, "no header of the caller's making")


ATTACK = Attack("ids", "An id leads to its record or nowhere", launch)
