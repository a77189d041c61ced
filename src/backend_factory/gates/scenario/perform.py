"""Performs scenarios side by side, each step by step until something is other than expected."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pydantic import JsonValue

from backend_factory.domain.scenario import Call, Depth, Scenario, Send, Step
from backend_factory.errors import FactoryError
from backend_factory.gates.scenario.exchange import REQUEST_SECONDS, Answer, client, exchange
from backend_factory.gates.scenario.expectation import described, unmet
from backend_factory.gates.scenario.pointer import Missing, resolve
from backend_factory.gates.scenario.result import Mismatch, ScenarioResult, StepTrace
from backend_factory.gates.scenario.saved import NotSaved, Saved
from backend_factory.gates.scenario.target import Target, bearer
from backend_factory.workspace.plain import plain

if TYPE_CHECKING:
    import httpx

SCENARIO_SECONDS = 120.0
LOG_SHOWN = 2000
"""Characters of the functions' log that a mismatch repeats, the last ones."""

_FIRST_WAIT, _LONGEST_WAIT = 0.05, 0.5


async def perform_scenarios(
    scenarios: Sequence[Scenario],
    target: Target,
    concurrency: int = 4,
    on_done: Callable[[ScenarioResult], None] = lambda result: None,
    *,
    scenario_seconds: float = SCENARIO_SECONDS,
    request_seconds: float = REQUEST_SECONDS,
) -> tuple[ScenarioResult, ...]:
    """The results in the order of the scenarios, of which `concurrency` run at a time; `on_done` hears of each as it ends.

    What cannot be known (no answer, unreadable, too late, too large) is a mismatch. Raises FactoryError, after all have
    ended, only where the target itself could not do its part (no token, no queue).
    """
    slots = asyncio.Semaphore(concurrency)
    async with client(seconds=request_seconds) as http:

        async def one(scenario: Scenario) -> ScenarioResult:
            async with slots:
                result = await _Performance(scenario, target, http).perform(scenario_seconds)
            on_done(result)
            return result

        ended = await asyncio.gather(*(one(s) for s in scenarios), return_exceptions=True)
    for each in ended:
        if isinstance(each, BaseException):
            raise each
    return tuple(each for each in ended if isinstance(each, ScenarioResult))


class _Performance:
    """One scenario being performed."""

    def __init__(self, scenario: Scenario, target: Target, http: "httpx.AsyncClient") -> None:
        self.scenario, self.target, self.http = scenario, target, http
        self.saved = Saved()
        self.traces: list[StepTrace] = []
        self.mismatches: list[Mismatch] = []
        self.step = 0

    async def perform(self, seconds: float) -> ScenarioResult:
        begun = time.monotonic()
        try:
            async with asyncio.timeout(seconds):
                for number, step in enumerate(self.scenario.steps, start=1):
                    self.step = number
                    await self._take(step)
                    if self.mismatches:
                        break
        except TimeoutError:
            self._differs("the scenario", f"an end within {seconds:g} s", f"still at step {self.step}")
        if not self.scenario.steps:
            self._differs("the scenario", "at least one step", "none")
        return ScenarioResult(
            scenario=self.scenario.id,
            title=self.scenario.title,
            criteria=self.scenario.criteria,
            passed=not self.mismatches and len(self.traces) == len(self.scenario.steps),
            ms=round((time.monotonic() - begun) * 1000, 1),
            steps=tuple(self.traces),
            mismatches=tuple(self.mismatches),
        )

    async def _take(self, step: Step) -> None:
        match step:
            case Call():
                await self._call(step)
            case Send():
                begun = time.monotonic()
                await self.target.send(step.queue, step.message)
                self._trace(f"send to {step.queue}", begun)
            case Depth():
                await self._depth(step)

    # ------------------------------------------------------------ requests

    async def _call(self, step: Call) -> None:
        try:
            call = self.saved.fill(step)
            token = await bearer(self.target, call.tenant)
        except ValueError as error:
            expected = "a path that earlier steps filled" if isinstance(error, NotSaved) else "a kind of token"
            self._differs(f"{step.method} {step.path}", expected, str(error))
            return
        line = _line(call)
        answer, tries = await self._until_met(call, token)
        self.traces.append(
            StepTrace(step=self.step, line=line, status=answer.status, ms=answer.ms, tries=tries, excerpt=answer.text)
        )
        found = _differences(call, answer)
        log = await self._log() if found and (answer.failure or (answer.status or 0) >= 500) else ""
        for expected, seen in found:
            self._differs(line, expected, seen, log)
        for name, pointer in step.save.items():
            self._save(line, name, answer.body, pointer)

    async def _until_met(self, call: Call, token: str | None) -> tuple[Answer, int]:
        """The last answer, and the number of tries. Only reading is repeated: anything else would happen twice."""
        patience = call.within if call.method.upper() in ("GET", "HEAD") else 0.0
        deadline, wait, tries = time.monotonic() + patience, _FIRST_WAIT, 0
        while True:
            answer = await exchange(self.http, self.target.base_url, call, token)
            tries += 1
            hopeless = bool(answer.failure) or (answer.status or 0) >= 500
            if hopeless or not _differences(call, answer) or time.monotonic() + wait > deadline:
                return answer, tries
            await asyncio.sleep(wait)
            wait = min(wait * 1.5, _LONGEST_WAIT)

    def _save(self, line: str, name: str, body: JsonValue | Missing, pointer: str) -> None:
        found = body if isinstance(body, Missing) else resolve(body, pointer)
        if not isinstance(found, Missing):
            self.saved.save(name, found)
        elif not self.mismatches:
            self._differs(line, f"something at {pointer or 'the body'} to go on with", "nothing there")

    # ------------------------------------------------------------ queues

    async def _depth(self, step: Depth) -> None:
        begun = time.monotonic()
        held, tries = await self.target.depth(step.queue), 1
        while held < step.at_least and time.monotonic() - begun < step.within:
            await asyncio.sleep(_LONGEST_WAIT)
            held, tries = await self.target.depth(step.queue), tries + 1
        line = f"depth of {step.queue}"
        self._trace(line, begun, tries, f"{held} messages")
        if held < step.at_least:
            log = await self._log()
            self._differs(line, f"at least {step.at_least} messages within {step.within:g} s", f"{held} messages", log)

    # ------------------------------------------------------------ records

    def _trace(self, line: str, begun: float, tries: int = 1, excerpt: str = "") -> None:
        ms = round((time.monotonic() - begun) * 1000, 1)
        self.traces.append(StepTrace(step=self.step, line=line, ms=ms, tries=tries, excerpt=excerpt))

    def _differs(self, line: str, expected: str, seen: str, log: str = "") -> None:
        self.mismatches.append(Mismatch(step=self.step, line=line, expected=expected, seen=seen, log=log))

    async def _log(self) -> str:
        try:
            return plain(await self.target.logs())[-LOG_SHOWN:]
        except FactoryError as error:
            return f"the log could not be read: {error.message}"


def _differences(call: Call, answer: Answer) -> list[tuple[str, str]]:
    """(expected, seen) of all that is other than expected; a wrong status makes the rest pointless."""
    if answer.failure:
        return [(f"status {call.status}", answer.failure)]
    if answer.status != call.status:
        return [(f"status {call.status}", f"status {answer.status}: {answer.text or 'no body'}")]
    seen = ((each, unmet(each, answer.body, answer.headers)) for each in call.expect)
    return [(described(each), what) for each, what in seen if what is not None]


def _line(call: Call) -> str:
    query = "&".join(f"{name}={value}" for name, value in call.query.items())
    sent = {name: value for name, value in call.headers.items() if name.lower() in ("if-match", "idempotency-key")}
    extra = f" {json.dumps(sent)}" if sent else ""
    return plain(f"{call.method} {call.path}{'?' if query else ''}{query}{extra}")
