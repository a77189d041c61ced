"""Bodies that are not what they say: other media types, other encodings, entities, duplicates."""

from collections.abc import AsyncIterator

from backend_factory.gates.outside.attack import Attack
from backend_factory.gates.outside.ground import Ground, NotMade, at
from backend_factory.gates.outside.port import ATTACKER
from backend_factory.gates.outside.wound import Wound, wound

XML = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
BODIES: tuple[tuple[str, bytes], ...] = (
    ("application/xml", XML),
    ("application/json", XML),
    ("application/x-www-form-urlencoded", b"name=x&status=y"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--'),
    ("application/json", '{"name": "x"}'.encode("utf-16")),
    ("application/json", b"\x80\x04\x95\x0a\x00\x00\x00\x00\x00\x00\x00}\x94."),
    ("application/json", b"null"),
    ("application/json", b"[]"),
    ("application/json", b'{"name": NaN}'),
    ("application/json", b"{"),
    ("application/json", b""),
    ("application/json; charset=\x22", b"{}"),
    ("text/html", b"<script>alert(1)</script>"),
)
MAY = (("application/json", b'{"name": "\xff\xfe"}'),)
"""What a gateway may have put right before the feature sees it; only that it breaks nothing is looked at."""


async def launch(ground: Ground) -> AsyncIterator[Wound]:
    """Each body to each operation that takes one: refused, and not taken for something else."""
    for route in ground.routes("create", "replace", "update", "ingest"):
        id = "none"
        if "{" in route.path:
            try:
                id = (await ground.made(ATTACKER, ground.plan.entity(route.entity))).id
            except NotMade:
                continue
        for kind, body in MAY:
            await ground.visit(ATTACKER, route.method, at(route.path, id), headers={"Content-Type": kind}, raw=body)
        bodies = BODIES if route.operation in ("create", "ingest") else (BODIES[0], BODIES[-1])
        for kind, body in bodies:
            seen = await ground.visit(ATTACKER, route.method, at(route.path, id), headers={"Content-Type": kind}, raw=body)
            if seen.ok:
                yield wound("confused", seen, "a refusal: the body is no JSON object of the contract")


ATTACK = Attack("confused-types", "A body is JSON, or it is refused", launch)
