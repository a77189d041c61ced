"""From a gate's subject to the ground on which its checks from outside work."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from backend_factory.domain.deliverable import Plan, Validation
from backend_factory.gates.check import Unreadable
from backend_factory.gates.deployed_target import reached
from backend_factory.gates.outside.contract import NoContract, read_contract
from backend_factory.gates.outside.ground import Ground
from backend_factory.gates.outside.visit import client
from backend_factory.gates.reading import NotText, text_of
from backend_factory.gates.subject import Subject

_REQUEST_SECONDS = 20.0


@asynccontextmanager
async def grounded(subject: Subject) -> AsyncIterator[Ground]:
    """The deployed feature, its contract, and what the scenarios know. Unreadable where there is no contract."""
    plan = subject.handed(Plan)
    try:
        contract = read_contract(text_of(subject, plan.layout.contract))
    except (NotText, NoContract) as error:
        raise Unreadable(f"the contract {plan.layout.contract}: {error}") from error
    target = await reached(subject)
    async with client(_REQUEST_SECONDS) as http:
        yield Ground(target, http, contract, plan, subject.handed(Validation).scenarios)
