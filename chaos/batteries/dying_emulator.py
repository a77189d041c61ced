"""The AWS emulator dies while a stack is deployed on it; a person says go on, and it is deployed on another one."""

import asyncio
import os
import signal
import threading
import time
from functools import partial

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
    async with Emulator(subject.scratch / "emulator") as emulator:
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
    for life in range(lives):
        what = f"the emulator dies {life * 0.25 + 0.1:.2f} s after it started"
        place = settle(trial.folder / str(life))
        (run,) = submit(place, 1)
        killer = threading.Thread(target=partial(_kill_emulator, place, life * 0.25 + 0.1))
        killer.start()
        first = asyncio.run(_driven(place, run))
        killer.join()
        trial.expect(first in ("waiting", "delivered", "OperatorError"), f"{what}: it ended as {first}")
        last = first if first == "delivered" else asyncio.run(_driven(place, run, answered=first == "waiting"))
        trial.expect(last == "delivered", f"{what}: going on ended as {last}")
        trial.figures["stopped_count"] = trial.figures.get("stopped_count", 0) + (first != "delivered")
        trial.suffered(what, left_behind(place) + untouched(place))


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


def _kill_emulator(place: Place, delay: float) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if found := [pid for pid, command in processes_of(place.folder) if SERVER in command and "supervisor" not in command]:
            time.sleep(delay)
            for pid in found:
                os.kill(pid, signal.SIGKILL)
            return
        time.sleep(0.01)


BATTERY = Battery("dying-emulator", "the AWS emulator is killed while a stack is deployed on it", strike)
