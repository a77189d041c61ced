"""The stack port over an emulator's CloudFormation."""

import asyncio
import hashlib
import json
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from backend_factory.delivery.stack.artifact import store
from backend_factory.delivery.stack.call import Refusal, ask, attempt
from backend_factory.delivery.stack.emulator import Emulator
from backend_factory.delivery.stack.port import (
    ABSENT,
    Change,
    ChangeSet,
    Drift,
    Failure,
    Resource,
    StackState,
)
from backend_factory.delivery.stack.template import read_template
from backend_factory.errors import AskerError, InternalError, OperatorError

_UNCHANGED = ("didn't contain changes", "No updates are to be performed")
_CANCELLED = "Resource creation cancelled"
_LONGEST_TEMPLATE = 51_200  # bytes; the limit of TemplateBody in CloudFormation's quotas
_BUCKET = "templates"
_ASLEEP = 0.02  # seconds between two looks; the emulator needs about 300 ms for twenty resources


class EmulatorStack:
    """Stacks on an emulator. `patience` is how long one operation may take."""

    def __init__(self, emulator: Emulator, *, patience: timedelta = timedelta(minutes=2)) -> None:
        self._emulator = emulator
        self._patience = patience

    async def exists(self, name: str) -> bool:
        return (await self._status(name)) not in (ABSENT, "REVIEW_IN_PROGRESS")

    async def propose(self, name: str, template: str, parameters: Mapping[str, str]) -> ChangeSet:
        if undeclared := _undeclared(template, parameters):
            reason = f"Parameters: [{', '.join(undeclared)}] do not exist in the template"
            return ChangeSet(stack=name, status="refused", reason=reason)
        existed = await self.exists(name)
        change_set = "content-" + _digest(template, parameters)
        await attempt(self._client, "delete_change_set", StackName=name, ChangeSetName=change_set)
        created = await attempt(
            self._client,
            "create_change_set",
            StackName=name,
            ChangeSetName=change_set,
            ChangeSetType="UPDATE" if existed else "CREATE",
            **await self._source(template),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
        )
        if isinstance(created, Refusal):
            return ChangeSet(stack=name, status="refused", reason=created.message)
        proposed = await self._proposed(name, created["Id"])
        if proposed.status != "ready":
            await self._withdraw(proposed, existed)
        return proposed

    async def execute(self, change_set: ChangeSet) -> StackState:
        if change_set.status != "ready":
            raise InternalError(f"the change set of the stack {change_set.stack} is {change_set.status}, not ready")
        await ask(self._client, "execute_change_set", ChangeSetName=change_set.id)
        await self._settled(change_set.stack)
        return await self.describe(change_set.stack)

    async def describe(self, name: str) -> StackState:
        found = await self._found(name)
        if found is None:
            return StackState(name=name, status=ABSENT)
        template = await ask(self._client, "get_template", StackName=name, TemplateStage="Original")
        resources = await self._pages("list_stack_resources", "StackResourceSummaries", StackName=name)
        return StackState(
            name=name,
            status=found["StackStatus"],
            template=_text(template["TemplateBody"]),
            parameters={one["ParameterKey"]: one["ParameterValue"] for one in found.get("Parameters", ())},
            outputs={one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", ())},
            resources=tuple(_resource(one) for one in resources),
            failures=await self._failures(name),
        )

    async def drift(self, name: str) -> Drift:
        started = await ask(self._client, "detect_stack_drift", StackName=name)
        detection = started["StackDriftDetectionId"]
        found = await self._until(
            "describe_stack_drift_detection_status",
            lambda answer: answer["DetectionStatus"] != "DETECTION_IN_PROGRESS",
            f"drift detection of the stack {name}",
            StackDriftDetectionId=detection,
        )
        drifts = await self._pages("describe_stack_resource_drifts", "StackResourceDrifts", StackName=name)
        return Drift(
            status=found.get("StackDriftStatus", "UNKNOWN"),
            drifted=tuple(
                one["LogicalResourceId"] for one in drifts if one["StackResourceDriftStatus"] in ("MODIFIED", "DELETED")
            ),
            checked=len(drifts),
        )

    async def delete(self, name: str) -> StackState:
        if await self._status(name) == ABSENT:
            return StackState(name=name, status=ABSENT)
        await ask(self._client, "delete_stack", StackName=name)
        await self._settled(name)
        return await self.describe(name)

    async def stacks(self) -> tuple[str, ...]:
        found = await self._pages("describe_stacks", "Stacks")
        return tuple(sorted(one["StackName"] for one in found))

    @property
    def _client(self) -> Any:
        return self._emulator.client("cloudformation")

    async def _source(self, template: str) -> dict[str, str]:
        """A template as the call takes it: in the call, or from a bucket if it is too long for that."""
        content = template.encode()
        if len(content) <= _LONGEST_TEMPLATE:
            return {"TemplateBody": template}
        key = hashlib.sha256(content).hexdigest()
        await store(self._emulator, _BUCKET, key, content)
        return {"TemplateURL": f"{self._emulator.endpoint}/{_BUCKET}/{key}"}

    async def _found(self, name: str) -> dict[str, Any] | None:
        answer = await attempt(self._client, "describe_stacks", StackName=name)
        if isinstance(answer, Refusal):
            if "does not exist" in answer.message:
                return None
            raise OperatorError(f"the stack {name} cannot be described: {answer.message}", hint="look at the emulator's log")
        found: dict[str, Any] = answer["Stacks"][0]
        return found

    async def _status(self, name: str) -> str:
        found = await self._found(name)
        return ABSENT if found is None else str(found["StackStatus"])

    async def _settled(self, name: str) -> None:
        deadline = self._deadline()
        while (status := await self._status(name)).endswith("_IN_PROGRESS"):
            if time.monotonic() > deadline:
                raise self._late(f"the stack {name} is still {status}")
            await asyncio.sleep(_ASLEEP)

    async def _proposed(self, name: str, change_set: str) -> ChangeSet:
        found = await self._until(
            "describe_change_set",
            lambda answer: answer["Status"] in ("CREATE_COMPLETE", "FAILED"),
            f"the change set of the stack {name}",
            ChangeSetName=change_set,
        )
        reason = found.get("StatusReason") or ""
        if found["Status"] == "FAILED":
            unchanged = any(sign in reason for sign in _UNCHANGED)
            return ChangeSet(stack=name, id=change_set, status="unchanged" if unchanged else "refused", reason=reason)
        changes = await self._pages("describe_change_set", "Changes", ChangeSetName=change_set)
        return ChangeSet(
            stack=name,
            id=change_set,
            status="ready",
            changes=tuple(_change(one["ResourceChange"]) for one in changes if "ResourceChange" in one),
        )

    async def _withdraw(self, change_set: ChangeSet, existed: bool) -> None:
        """Leaves no failed change set behind, and no stack that was never more than proposed."""
        if existed:
            await attempt(self._client, "delete_change_set", ChangeSetName=change_set.id)
        else:
            await attempt(self._client, "delete_stack", StackName=change_set.stack)

    async def _failures(self, name: str) -> tuple[Failure, ...]:
        """Of the last operation: CloudFormation tells the newest event first."""
        failures = []
        for event in await self._pages("describe_stack_events", "StackEvents", StackName=name):
            status, reason = event["ResourceStatus"], event.get("ResourceStatusReason") or ""
            of_stack = event["PhysicalResourceId"] == event["StackId"]
            if of_stack and status in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"):
                break
            if status.endswith("_FAILED") and not of_stack and _CANCELLED not in reason:
                failures.append(Failure(logical_id=event["LogicalResourceId"], type=event["ResourceType"], reason=reason))
        return tuple(reversed(failures))

    async def _pages(self, operation: str, key: str, **arguments: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        token: dict[str, str] = {}
        while True:
            page = await ask(self._client, operation, **arguments, **token)
            found += page.get(key, ())
            if not page.get("NextToken"):
                return found
            token = {"NextToken": page["NextToken"]}

    async def _until(self, operation: str, done: Any, what: str, **arguments: Any) -> dict[str, Any]:
        deadline = self._deadline()
        while not done(answer := await ask(self._client, operation, **arguments)):
            if time.monotonic() > deadline:
                raise self._late(f"{what} is not finished")
            await asyncio.sleep(_ASLEEP)
        return answer

    def _deadline(self) -> float:
        return time.monotonic() + self._patience.total_seconds()

    def _late(self, what: str) -> OperatorError:
        return OperatorError(
            f"{what} after {self._patience.total_seconds():.0f} s", hint="look at the emulator's log, then try again"
        )


def _undeclared(template: str, parameters: Mapping[str, str]) -> list[str]:
    """AWS refuses these parameters, the emulator does not. A template that cannot be read is left to CloudFormation."""
    try:
        return sorted(set(parameters) - set(read_template(template).get("Parameters") or ()))
    except AskerError:
        return []


def _digest(template: str, parameters: Mapping[str, str]) -> str:
    content = json.dumps([template, sorted(parameters.items())]).encode()
    return hashlib.sha256(content).hexdigest()[:32]


def _text(template: object) -> str:
    """boto3 hands a JSON template over as a dict and a YAML template as it was written."""
    return template if isinstance(template, str) else json.dumps(template, sort_keys=True)


def _change(raw: dict[str, Any]) -> Change:
    return Change(
        action=raw["Action"],
        logical_id=raw["LogicalResourceId"],
        type=raw["ResourceType"],
        replacement=raw.get("Replacement", ""),
    )


def _resource(raw: dict[str, Any]) -> Resource:
    return Resource(
        logical_id=raw["LogicalResourceId"],
        physical_id=raw.get("PhysicalResourceId", ""),
        type=raw["ResourceType"],
        status=raw["ResourceStatus"],
    )
