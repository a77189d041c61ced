"""A deployed function is kept from the machine that the emulator runs on."""

import asyncio
import io
import os
from pathlib import Path

import pytest

from backend_factory.delivery.stack.artifact import bundle
from backend_factory.delivery.stack.emulator import Emulator
from backend_factory.workspace.sandbox.sandbox import KINDS, UNCONFINED, Kind, Sandbox, attempt

TRUST = '{"Version": "2012-10-17", "Statement": []}'
# It says what it saw in a file of its own, the last line last.
FUNCTION = """#!/bin/sh
seen={own}/seen
cat {secret} > $seen 2>/dev/null
echo x > {left}
kill -0 {process} 2>/dev/null && echo "a process of the machine" >> $seen
test -n "$AWS_LAMBDA_RUNTIME_API" && echo done >> $seen
"""


async def seen(sandbox: Sandbox, place: Path) -> tuple[str, bool]:
    """(what a function told, whether it left something behind on the machine)"""
    own, secret, left = place / "emulator", place / "secret", place / "left"
    secret.write_text("mine\n")
    script = FUNCTION.format(own=own, secret=secret, left=left, process=os.getpid())
    async with Emulator(own, sandbox) as emulator:
        role = emulator.client("iam").create_role(RoleName="probe", AssumeRolePolicyDocument=TRUST)
        functions = emulator.client("lambda")
        functions.create_function(
            FunctionName="probe",
            Runtime="provided.al2023",
            Handler="bootstrap",
            Timeout=20,
            Role=role["Role"]["Arn"],
            Code={"ZipFile": bundle(script.encode())},
        )
        functions.invoke(FunctionName="probe", InvocationType="Event", Payload=io.BytesIO(b"{}"))
        for _ in range(500):
            await asyncio.sleep(0.02)
            if (own / "seen").exists() and (own / "seen").read_text().endswith("done\n"):
                break
        return (own / "seen").read_text(), left.exists()


@pytest.mark.parametrize("kind", KINDS)
async def test_a_function_sees_and_changes_nothing_of_the_machine(kind: Kind, tmp_path: Path) -> None:
    sandbox, reason = await attempt(kind, os.environ["PATH"])
    if sandbox is None:
        pytest.skip(reason)
    told, left = await seen(sandbox, tmp_path)
    assert told == "done\n"
    assert not left


async def test_without_walls_it_does(tmp_path: Path) -> None:
    assert await seen(UNCONFINED, tmp_path) == ("mine\na process of the machine\ndone\n", True)
