"""A private account in which a gate deploys the feature, and the deployed feature; shared by the gate's checks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from backend_factory.delivery.stack.artifact import bundle, upload
from backend_factory.delivery.stack.emulator import Emulator
from backend_factory.delivery.stack.emulator_stack import EmulatorStack
from backend_factory.delivery.stack.identity import Identity, create_identity
from backend_factory.delivery.stack.pager import topic
from backend_factory.delivery.stack.port import ChangeSet, StackState
from backend_factory.delivery.stack.template import read_template
from backend_factory.domain.deliverable import Plan, Validation
from backend_factory.domain.phase import PhaseId
from backend_factory.errors import AskerError
from backend_factory.gates.check import Unreadable
from backend_factory.gates.linking import linked
from backend_factory.gates.outside.port import OUTSIDERS
from backend_factory.gates.reading import NotText, text_of
from backend_factory.gates.scenario.target import users
from backend_factory.gates.subject import Subject

_BUCKET = "artifacts"
_TOPIC = "AlarmTopic"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The account, with the feature proposed to it; nothing is deployed yet."""

    emulator: Emulator
    stack: EmulatorStack
    identity: Identity
    name: str
    template: str
    parameters: dict[str, str]
    proposal: ChangeSet


async def rehearsal(subject: Subject) -> Rehearsal:
    """The gate's account and the change set in it, made when first asked for."""
    further = OUTSIDERS if subject.phase is PhaseId.VALIDATE else ()
    tenants = (*users(subject.handed(Validation).scenarios), *further)
    return await subject.resources.shared("account", lambda: account(subject, "emulator", tenants))


async def deployed(subject: Subject) -> StackState:
    """The feature's stack, created from the change set when first asked for; complete or not."""
    return await subject.resources.shared("stack", lambda: _deployed(subject))


@asynccontextmanager
async def account(subject: Subject, folder: str, tenants: tuple[str, ...]) -> AsyncIterator[Rehearsal]:
    """A new account below `folder` of the gate's scratch, with users of those tenants, and the feature proposed to it."""
    plan = subject.handed(Plan)
    try:
        template = text_of(subject, plan.layout.template)
    except NotText as error:
        raise Unreadable(f"there is no template to deploy: {error}") from error
    functions = {"ApiArtifactKey": plan.layout.api} | ({"WorkerArtifactKey": plan.layout.worker} if plan.layout.worker else {})
    binaries = await asyncio.gather(*(linked(subject, command) for command in functions.values()))
    zips = {parameter: bundle(binary) for parameter, binary in zip(functions, binaries, strict=True)}
    async with Emulator(subject.scratch / folder, subject.sandbox) as emulator:
        identity = await create_identity(emulator, tenants)
        parameters = {
            "Issuer": identity.issuer,
            "Audience": identity.audience,
            "TenantClaim": identity.claim,
            "ArtifactBucket": _BUCKET,
        }
        for parameter, content in zips.items():
            parameters[parameter] = (await upload(emulator, _BUCKET, Path(functions[parameter]).name, content)).key
        if _takes(template, _TOPIC):
            parameters[_TOPIC] = await topic(emulator)
        stack = EmulatorStack(emulator)
        proposal = await stack.propose(plan.slug, template, parameters)
        yield Rehearsal(emulator, stack, identity, plan.slug, template, parameters, proposal)


@asynccontextmanager
async def _deployed(subject: Subject) -> AsyncIterator[StackState]:
    at = await rehearsal(subject)
    if at.proposal.status != "ready":
        raise Unreadable(f"there is no change set to execute: {at.proposal.reason or at.proposal.status}")
    subject.say(f"creating stack {at.name}: {len(at.proposal.changes)} resources")
    yield await at.stack.execute(at.proposal)


def _takes(template: str, parameter: str) -> bool:
    """Whether it declares the parameter; one that cannot be read is left to CloudFormation to refuse."""
    try:
        return parameter in (read_template(template).get("Parameters") or {})
    except AskerError:
        return False
