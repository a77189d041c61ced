"""An emulator for a test, and a small template to put on it."""

import importlib.util
import os
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from backend_factory.delivery.stack.emulator import Emulator
from backend_factory.delivery.stack.emulator_stack import EmulatorStack
from backend_factory.testing.walls import strongest


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def emulator(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Emulator]:
    """One for all tests that only put something on it: tests that use it run in the session's loop."""
    async with Emulator(tmp_path_factory.mktemp("emulator"), await strongest()) as emulator:
        yield emulator


@pytest_asyncio.fixture(loop_scope="session")
async def stack(emulator: Emulator) -> AsyncIterator[EmulatorStack]:
    """An account without stacks, before and after."""
    stack = EmulatorStack(emulator)
    yield stack
    for name in await stack.stacks():
        await stack.delete(name)


QUEUE = """
Parameters:
  Seconds: {Type: String, Default: "30"}
Resources:
  Jobs:
    Type: AWS::SQS::Queue
    Properties: {VisibilityTimeout: !Ref Seconds}
Outputs:
  QueueUrl: {Value: !Ref Jobs}
"""


@pytest.fixture
def queue_template() -> str:
    return QUEUE


@pytest.fixture(scope="session")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The function under fixtures/probe, compiled for this machine."""
    target = tmp_path_factory.mktemp("probe") / "bootstrap"
    go = Path(str(importlib.util.find_spec("go").submodule_search_locations[0])) / "bin" / "go"  # type: ignore[union-attr,index]
    subprocess.run(
        [str(go), "build", "-trimpath", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", str(target), "."],
        cwd=Path(__file__).parent / "fixtures" / "probe",
        env={**os.environ, "CGO_ENABLED": "0"},
        check=True,
    )
    return target
