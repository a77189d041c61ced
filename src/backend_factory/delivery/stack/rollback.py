"""Proof that a failed update leaves a stack as it was: an update that must fail is made to fail."""

import json
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from backend_factory.delivery.stack.contents import Held
from backend_factory.delivery.stack.port import Change, Drift, Stack, StackState
from backend_factory.delivery.stack.template import read_template
from backend_factory.domain.model import Record

_HANDLE = "RollbackProbeHandle"
_SIGNAL = "RollbackProbe"


class RollbackProof(Record):
    """What a stack was before a failed update and after it."""

    stack: str
    status: str
    """After the attempt; UPDATE_ROLLBACK_COMPLETE is what is wanted."""
    cause: str
    """Why the update failed, in CloudFormation's words."""
    changed: tuple[Change, ...]
    """What the update did before it failed, so what was taken back."""
    template_restored: bool
    parameters_restored: bool
    outputs_restored: bool
    resources_restored: bool
    """The same resources with the same physical ids."""
    data_before: tuple[Held, ...]
    data_after: tuple[Held, ...]
    """What tables and buckets held."""
    drift: Drift
    duration: timedelta

    @property
    def proven(self) -> bool:
        """Whether something was changed, the update failed, and all is as before."""
        return (
            self.status == "UPDATE_ROLLBACK_COMPLETE"
            and bool(self.changed)
            and self.template_restored
            and self.parameters_restored
            and self.outputs_restored
            and self.resources_restored
            and self.data_before == self.data_after
            and self.drift.status == "IN_SYNC"
        )


async def prove_rollback(
    stack: Stack,
    name: str,
    template: str,
    parameters: Mapping[str, str],
    contents: Callable[[StackState], Awaitable[tuple[Held, ...]]],
) -> RollbackProof:
    """Updates the stack `name`, which was deployed from `template`, so that it fails, and compares; `contents` tells the data.

    The update changes every function's description and then waits one second for a signal that nobody sends: a
    WaitCondition fails when it is executed and not before, on AWS as on the emulator, and touches nothing else.
    """
    started = time.monotonic()
    before = await stack.describe(name)
    data_before = await contents(before)
    proposed = await stack.propose(name, failing(template), parameters)
    after = await stack.execute(proposed) if proposed.status == "ready" else await stack.describe(name)
    return RollbackProof(
        stack=name,
        status=after.status if proposed.status == "ready" else before.status,
        cause=after.failures[0].reason if after.failures else proposed.reason,
        changed=tuple(one for one in proposed.changes if one.logical_id not in (_HANDLE, _SIGNAL)),
        template_restored=after.template == before.template,
        parameters_restored=after.parameters == before.parameters,
        outputs_restored=after.outputs == before.outputs,
        resources_restored=_identities(after) == _identities(before),
        data_before=data_before,
        data_after=await contents(after),
        drift=await stack.drift(name),
        duration=timedelta(seconds=time.monotonic() - started),
    )


def failing(template: str) -> str:
    """The template with every function changed and a wait at the end that fails after one second; as JSON.

    Raises AskerError if `template` cannot be read.
    """
    changed: dict[str, Any] = read_template(template)
    resources = changed["Resources"]
    functions = [name for name, one in resources.items() if one.get("Type") == "AWS::Lambda::Function"]
    for name in functions:
        properties = resources[name].setdefault("Properties", {})
        properties["Description"] = f"{properties.get('Description', '')} (being rolled back)".strip()
    resources[_HANDLE] = {"Type": "AWS::CloudFormation::WaitConditionHandle"}
    resources[_SIGNAL] = {
        "Type": "AWS::CloudFormation::WaitCondition",
        "DependsOn": functions or sorted(set(resources) - {_HANDLE, _SIGNAL}),
        "Properties": {"Handle": {"Ref": _HANDLE}, "Timeout": "1", "Count": 1},
    }
    return json.dumps(changed)


def _identities(state: StackState) -> set[tuple[str, str]]:
    return {(one.logical_id, one.physical_id) for one in state.resources}
