"""The AWS emulator dies while a stack is deployed on it; a person says go on, and it is deployed on another one."""

import asyncio
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from backend_factory.delivery.stack.emulator import Emulator
from backend_factory.delivery.stack.emulator_stack import EmulatorStack
from backend_factory.domain.phase import PhaseId
from backend_factory.errors import FactoryError
from backend_factory.factory import Factory
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.subject import Subject
from backend_factory.settings import Settings
from chaos.audit import left_behind, processes_of, untouched
from chaos.battery import Battery, Trial
from chaos.line import CHECKS, Member, Place, settle, submit

QUEUES = "Resources:\n" + "".join(f"  Jobs{n}: {{Type: AWS::SQS::Queue}}\n" for n in range(40))
SERVER = "serve.py"


async def _deploys(subject: Subject) -> Examination:
    async with Emulator(subject.scratch / "emulator", subject.sandbox) as emulator:
        stack = EmulatorStack(emulator)
        proposal = await stack.propose("probe", QUEUES, {})
        if proposal.status != "ready":
            raise Unreadable(f"no change set: {proposal.reason}")
        state = await stack.execute(proposal)
        if not state.complete:
            raise Unreadable(f"the stack is {state.status}")
        return Examination(state.status, figures={"stack_resources_count": len(state.resources)})


DEPLOYS = Check("deploys", "A stack is created", ("stack",), _deploys)


def strike(trial: Trial) -> None:
    """Kill it at one moment after the other of its life."""
    lives = trial.of(12, 2)
    span = _lifetime(settle(trial.folder / "undisturbed"))
    trial.figures["undisturbed_s"] = round(span, 2)
    for life in range(lives):
        delay = span * (life + 0.5) / lives
        what = f"the emulator dies {delay:.2f} s after it started"
        place = settle(trial.folder / str(life))
        (run,) = submit(place, 1)
        with ThreadPoolExecutor(1) as aside:
            killing = aside.submit(_kill_emulator, place, delay)
            first = asyncio.run(_driven(place, run))
            killed = killing.result()
        trial.expect(first in ("waiting", "delivered", "OperatorError"), f"{what}: it ended as {first}")
        last = first if first == "delivered" else asyncio.run(_driven(place, run, answered=first == "waiting"))
        trial.expect(last == "delivered", f"{what}: going on ended as {last}")
        trial.figures["stopped_count"] = trial.figures.get("stopped_count", 0) + (first != "delivered")
        losses = left_behind(place) + untouched(place)
        if killed:
            trial.suffered(what, losses)
        else:
            trial.notes.append(f"{what}: it had gone already")
            trial.losses += losses


def _lifetime(place: Place) -> float:
    """Seconds between the emulator's start and its end where nobody kills it."""
    (run,) = submit(place, 1)
    with ThreadPoolExecutor(1) as aside:
        watching = aside.submit(_watch, place)
        asyncio.run(_driven(place, run))
        return watching.result()


def _watch(place: Place) -> float:
    first = _appeared(place)
    began = time.monotonic()
    while first and set(first) & set(_emulators(place)):
        time.sleep(0.01)
    return time.monotonic() - began


async def _driven(place: Place, run: str, *, answered: bool = False) -> str:
    """How the run ends, or the name of the error that stops it."""
    place.temp.mkdir(exist_ok=True)
    team = dict.fromkeys(PhaseId, Member())
    async with Factory.open(Settings(home=place.home), runners=team, checks=(*CHECKS, DEPLOYS)) as factory:
        try:
            if answered:
                await factory.answer(run, "go_on", by="ada")
            return (await factory.drive(run)).status
        except FactoryError as error:
            return type(error).__name__


def _kill_emulator(place: Place, delay: float) -> bool:
    """Whether it was still there to be killed."""
    found = _appeared(place)
    time.sleep(delay)
    killed = 0
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            killed += 1
    return killed > 0


def _appeared(place: Place) -> list[int]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if found := _emulators(place):
            return found
        time.sleep(0.01)
    return []


def _emulators(place: Place) -> list[int]:
    return [pid for pid, command in processes_of(place.folder) if SERVER in command and "supervisor" not in command]


BATTERY = Battery("dying-emulator", "the AWS emulator is killed while a stack is deployed on it", strike)
