"""Permissions as the account holds them: read from roles, and taken away one at a time."""

import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import unquote

from backend_factory.delivery.stack.call import ask
from backend_factory.delivery.stack.emulator import Decision, Emulator

_MUTANT = "taken-away"


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One action that a role allows on one resource."""

    role: str
    """Its name in the account."""
    action: str
    resource: str
    """An ARN, perhaps with *."""

    def covers(self, decision: Decision) -> bool:
        """Whether the decision was about this."""
        return (
            f":assumed-role/{self.role}/" in decision.principal
            and fnmatchcase(decision.action.lower(), self.action.lower())
            and fnmatchcase(decision.resource, self.resource)
        )

    def __str__(self) -> str:
        return f"{self.action} on {self.resource} of {self.role}"


async def grants(emulator: Emulator, roles: Sequence[str]) -> tuple[Grant, ...]:
    """What the roles allow, by policies of their own and by attached ones, sorted."""
    iam = emulator.client("iam")
    found: set[Grant] = set()
    for role in roles:
        for name in (await ask(iam, "list_role_policies", RoleName=role))["PolicyNames"]:
            policy = await ask(iam, "get_role_policy", RoleName=role, PolicyName=name)
            found |= set(_in(role, policy["PolicyDocument"]))
        for attached in (await ask(iam, "list_attached_role_policies", RoleName=role))["AttachedPolicies"]:
            arn = attached["PolicyArn"]
            version = (await ask(iam, "get_policy", PolicyArn=arn))["Policy"]["DefaultVersionId"]
            policy = await ask(iam, "get_policy_version", PolicyArn=arn, VersionId=version)
            found |= set(_in(role, policy["PolicyVersion"]["Document"]))
    return tuple(sorted(found))


@asynccontextmanager
async def taken_away(emulator: Emulator, grant: Grant) -> AsyncIterator[None]:
    """The role without the grant, wherever it is written; until the block is left."""
    iam = emulator.client("iam")
    denied = {"Effect": "Deny", "Action": grant.action, "Resource": grant.resource}
    document = json.dumps({"Version": "2012-10-17", "Statement": [denied]})
    await ask(iam, "put_role_policy", RoleName=grant.role, PolicyName=_MUTANT, PolicyDocument=document)
    try:
        yield
    finally:
        await ask(iam, "delete_role_policy", RoleName=grant.role, PolicyName=_MUTANT)


def _in(role: str, document: Any) -> Iterator[Grant]:
    read = json.loads(unquote(document)) if isinstance(document, str) else document
    for statement in _list(read.get("Statement")):
        if statement.get("Effect") == "Allow":
            for action in _list(statement.get("Action")):
                yield from (Grant(role, action, resource) for resource in _list(statement.get("Resource")))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
