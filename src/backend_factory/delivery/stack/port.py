"""The port through which gates and delivery deploy: change set first, and every outcome a value."""

from collections.abc import Mapping
from typing import Literal, Protocol

from pydantic import Field

from backend_factory.domain.model import Record

ABSENT = "ABSENT"
"""The status of a stack that does not exist."""


class Change(Record):
    """One resource that a change set would touch."""

    action: Literal["Add", "Modify", "Remove", "Import", "Dynamic"]
    logical_id: str
    type: str
    """AWS::DynamoDB::Table"""
    replacement: Literal["True", "False", "Conditional", ""] = ""
    """Whether the resource is made anew and the old one deleted; only said of `Modify`."""


class ChangeSet(Record):
    """What executing it would do; nothing has been changed yet."""

    stack: str
    id: str = ""
    status: Literal["ready", "unchanged", "refused"]
    reason: str = ""
    """For `refused`: what CloudFormation said."""
    changes: tuple[Change, ...] = ()


class Failure(Record):
    """A resource that could not be created, changed or deleted."""

    logical_id: str
    type: str
    reason: str


class Resource(Record):
    """A resource of a stack."""

    logical_id: str
    physical_id: str
    type: str
    status: str


class StackState(Record):
    """A stack as CloudFormation describes it."""

    name: str
    status: str
    """CloudFormation's own word (CREATE_COMPLETE, UPDATE_ROLLBACK_COMPLETE, ...) or ABSENT."""
    template: str = ""
    parameters: dict[str, str] = Field(default_factory=dict)
    outputs: dict[str, str] = Field(default_factory=dict)
    resources: tuple[Resource, ...] = ()
    failures: tuple[Failure, ...] = ()
    """Of the last operation, the first one first."""

    @property
    def complete(self) -> bool:
        """Whether the last operation did what was asked; a rollback did not."""
        return self.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE")


class Drift(Record):
    """Whether the resources still are as the template says."""

    status: Literal["IN_SYNC", "DRIFTED", "NOT_CHECKED", "UNKNOWN"]
    drifted: tuple[str, ...] = ()
    """Logical ids."""
    checked: int = 0
    """Resources of which the emulator or AWS can tell."""


class Stack(Protocol):
    """An account in which stacks live.

    A stack that cannot be created, a template that is refused and a rollback are values. Every method raises
    OperatorError if the account cannot be reached or does not finish in time.
    """

    async def exists(self, name: str) -> bool:
        """Whether there is a stack that an update could change; one only ever proposed does not count."""

    async def propose(self, name: str, template: str, parameters: Mapping[str, str]) -> ChangeSet:
        """Creates a change set, replacing an earlier one of the same content; proposing twice changes nothing."""

    async def execute(self, change_set: ChangeSet) -> StackState:
        """Executes a change set that is `ready` and waits for the end, good or bad."""

    async def describe(self, name: str) -> StackState:
        """The stack as it is now."""

    async def drift(self, name: str) -> Drift:
        """Detects drift and waits for the result."""

    async def delete(self, name: str) -> StackState:
        """Deletes the stack and waits: ABSENT, or DELETE_FAILED with the failures. Deleting twice is no error."""

    async def stacks(self) -> tuple[str, ...]:
        """The names of all stacks, sorted."""
