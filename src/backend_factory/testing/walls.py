"""The sandbox that tests run strangers' code in: the strongest of the machine, looked for once."""

from functools import cache
from os import defpath, environ

from backend_factory.workspace.sandbox.sandbox import KINDS, UNCONFINED, Sandbox, attempt


async def strongest() -> Sandbox:
    """None of them where the machine has none: then what is tested runs as it would with `--no-sandbox`."""
    if "found" not in _known():
        tried = [(await attempt(kind, environ.get("PATH", defpath)))[0] for kind in KINDS]
        _known()["found"] = next((each for each in tried if each), UNCONFINED)
    return _known()["found"]


@cache
def _known() -> dict[str, Sandbox]:
    return {}
