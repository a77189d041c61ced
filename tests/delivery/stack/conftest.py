"""An emulator for a test, and a small template to put on it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend_factory.delivery.stack.emulator import Emulator
from backend_factory.delivery.stack.emulator_stack import EmulatorStack


@pytest.fixture
async def emulator(tmp_path: Path) -> AsyncIterator[Emulator]:
    async with Emulator(tmp_path / "emulator") as emulator:
        yield emulator


@pytest.fixture
def stack(emulator: Emulator) -> EmulatorStack:
    return EmulatorStack(emulator)


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
