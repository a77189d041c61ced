"""Which sandboxes can be had on this machine."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from functools import cache

import pytest

from backend_factory.workspace.process import Completed
from backend_factory.workspace.sandbox.sandbox import Kind, Sandbox, attempt

Sh = Callable[..., Awaitable[Completed]]
ENV = {"PATH": os.defpath}


@cache
def available(kind: Kind) -> tuple[Sandbox | None, str]:
    return asyncio.run(attempt(kind, os.environ.get("PATH", os.defpath)))


def sandbox_of(kind: Kind) -> Sandbox:
    sandbox, reason = available(kind)
    if sandbox is None:
        pytest.skip(f"no sandbox of the kind {kind} here: {reason}")
    return sandbox
