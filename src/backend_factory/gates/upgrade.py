"""The stack as the base branch has it, in an account of its own, with data in it, and what the feature would change about it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from backend_factory.delivery.stack.artifact import bundle, upload
from backend_factory.delivery.stack.contents import Held, contents, leave_mark
from backend_factory.delivery.stack.emulator import Emulator
from backend_factory.delivery.stack.emulator_stack import EmulatorStack
from backend_factory.delivery.stack.port import ChangeSet, StackState
from backend_factory.delivery.stack.template import read_template
from backend_factory.domain.deliverable import Plan
from backend_factory.errors import AskerError
from backend_factory.gates.check import Unreadable
from backend_factory.gates.reading import NotText, text_of
from backend_factory.gates.subject import Subject
from backend_factory.workspace.committed import committed_text

_BUCKET = "artifacts"
_CODE = b"#!/bin/sh\n"
"""Nobody calls the functions here: what is looked at is what an update does to resources and data."""
_GIVEN = {
    "Issuer": "https://issuer.example",
    "Audience": "audience",
    "TenantClaim": "username",
    "ArtifactBucket": _BUCKET,
}
_ARTIFACT = "ArtifactKey"


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The base's stack, complete and with data, and the update that is proposed to it."""

    emulator: Emulator
    stack: EmulatorStack
    base: str
    """The base's template."""
    template: str
    before: StackState
    held: tuple[Held, ...]
    """Data before the update."""
    proposal: ChangeSet

    async def performed(self) -> tuple[StackState, tuple[Held, ...]]:
        """The stack after the update, and what is left of the data that the base's resources held."""
        after = await self.stack.execute(self.proposal)
        kept = {each.physical_id for each in self.before.resources}
        lasting = [each for each in after.resources if each.physical_id in kept]
        return after, await contents(self.emulator, after.model_copy(update={"resources": tuple(lasting)}))


async def upgrade(subject: Subject) -> Upgrade | None:
    """The update of what the base branch has deployed, made when first asked for; None where the base has no such stack."""
    path = subject.handed(Plan).layout.template
    try:
        base = await committed_text(subject.repository, subject.base, path)
    except AskerError as error:
        raise Unreadable(f"the base's template cannot be read: {error}") from error
    if base is None:
        return None
    return await subject.resources.shared("upgrade", lambda: rehearsed_upgrade(subject, base))


@asynccontextmanager
async def rehearsed_upgrade(subject: Subject, base: str) -> AsyncIterator[Upgrade]:
    """The base's template deployed, marked and about to be updated; a block."""
    plan = subject.handed(Plan)
    try:
        template = text_of(subject, plan.layout.template)
    except NotText as error:
        raise Unreadable(f"there is no template to deploy: {error}") from error
    async with Emulator(subject.scratch / "upgrade", subject.sandbox) as emulator:
        stack = EmulatorStack(emulator)
        subject.say(f"creating the base's stack {plan.slug}, to see what an update does to it")
        first = await stack.propose(plan.slug, base, await _parameters(emulator, base, _CODE))
        if first.status != "ready":
            raise Unreadable(f"the base's template is refused: {first.reason}")
        before = await stack.execute(first)
        if not before.complete:
            reasons = "; ".join(f"{each.logical_id}: {each.reason}" for each in before.failures)
            raise Unreadable(f"the base's stack cannot be created: {reasons or before.status}")
        await leave_mark(emulator, before)
        held = await contents(emulator, before)
        proposal = await stack.propose(plan.slug, template, await _parameters(emulator, template, _CODE + b"# changed\n"))
        yield Upgrade(emulator, stack, base, template, before, held, proposal)


async def _parameters(emulator: Emulator, template: str, code: bytes) -> dict[str, str]:
    """A value for each parameter that needs one."""
    try:
        declared: dict[str, Any] = read_template(template).get("Parameters") or {}
    except AskerError as error:
        raise Unreadable(f"the template cannot be read: {error}") from error
    given = {name: value for name, value in _GIVEN.items() if name in declared}
    for name in (each for each in declared if each.endswith(_ARTIFACT)):
        given[name] = (await upload(emulator, _BUCKET, name, bundle(code))).key
    if missing := [name for name, each in declared.items() if name not in given and "Default" not in each]:
        raise Unreadable(f"nobody knows a value for the parameters {', '.join(missing)}")
    return given
