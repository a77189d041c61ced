"""The binaries for arm64, which is what will run, start there and answer an event."""

import asyncio
import platform
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from backend_factory.delivery.stack.template import read_template
from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.errors import AskerError
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.linking import linked
from backend_factory.gates.outside.runtime_api import runtime_api
from backend_factory.gates.reading import NotText, text_of
from backend_factory.gates.subject import Subject
from backend_factory.gates.test_programs import own_folder
from backend_factory.workspace.process import running
from backend_factory.workspace.sandbox.confinement import Confinement

_EMULATORS = ("qemu-aarch64-static", "qemu-aarch64")
_NATIVE = ("aarch64", "arm64")
_WITHIN = timedelta(seconds=60)
_REQUEST: dict[str, Any] = {
    "version": "2.0",
    "routeKey": "GET /none",
    "rawPath": "/none",
    "rawQueryString": "",
    "headers": {"host": "127.0.0.1"},
    "requestContext": {
        "http": {"method": "GET", "path": "/none"},
        "requestId": "1",
        "routeKey": "GET /none",
        "stage": "$default",
    },
    "isBase64Encoded": False,
}
_MESSAGES: dict[str, Any] = {"Records": []}


def lacks(subject: Subject) -> str:
    """What this machine lacks to run arm64 programs, or nothing."""
    return "" if _starter() is not None else "no arm64 machine and no qemu-aarch64"


async def examine(subject: Subject) -> Examination:
    """Each function with one event: a request that no route takes, or no messages."""
    layout = subject.handed(Plan).layout
    events = {layout.api: _REQUEST} | ({layout.worker: _MESSAGES} if layout.worker else {})
    starter, settings = _starter(), _settings(subject, layout.template)
    if starter is None:
        raise Unreadable(lacks(subject))
    found = await asyncio.gather(*(_started(subject, c, event, starter, settings) for c, event in events.items()))
    findings = tuple(each for each in found if each is not None)
    return Examination(f"{len(events) - len(findings)} of {len(events)} functions answered, {_how(starter)}", findings)


def _how(starter: tuple[str, ...]) -> str:
    return f"under {Path(starter[0]).name}" if starter else "natively"


def _starter() -> tuple[str, ...] | None:
    """What comes before the binary on the command line; None where there is no way."""
    if platform.machine() in _NATIVE:
        return ()
    found = next((path for name in _EMULATORS if (path := shutil.which(name))), None)
    return (found,) if found else None


def _settings(subject: Subject, path: str) -> dict[str, str]:
    """A value for every environment variable that the template gives to a function."""
    try:
        resources = read_template(text_of(subject, path))["Resources"]
    except (NotText, AskerError) as error:
        raise Unreadable(f"the template {path}: {error}") from error
    functions = [one.get("Properties") or {} for one in resources.values() if one.get("Type") == "AWS::Lambda::Function"]
    return {str(name): "arm64" for one in functions for name in ((one.get("Environment") or {}).get("Variables") or {})}


async def _started(
    subject: Subject, command: str, event: dict[str, Any], starter: tuple[str, ...], settings: dict[str, str]
) -> Finding | None:
    program = await linked(subject, command, goarch="arm64")
    with own_folder(subject) as own:
        binary = own / "bootstrap"
        binary.write_bytes(program)
        binary.chmod(0o700)
        seen = await _seen(subject, [*starter, str(binary)], own, event, settings)
    if not seen:
        return None
    return Finding(
        check=CHECK.id,
        rule="not-started",
        message=f"{command} for arm64",
        file=command,
        expected=f"an answer within {_WITHIN.total_seconds():g} s",
        seen=seen,
        mends=PhaseId.IMPLEMENT,
    )


async def _seen(subject: Subject, line: list[str], own: Path, event: dict[str, Any], settings: dict[str, str]) -> str:
    """What came in place of an answer; empty where there was one."""
    async with runtime_api(event) as api:
        env = settings | {
            "AWS_LAMBDA_RUNTIME_API": api.address,
            "AWS_LAMBDA_FUNCTION_NAME": "rehearsal",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "arm64",
            "AWS_SECRET_ACCESS_KEY": "arm64",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        }
        places = Confinement(own, readable=tuple(map(Path, line[:-1])), ports=(api.port,))
        command, env = subject.sandbox.wrap(line, env, places)
        async with running(command, cwd=own, env=env, supervised=subject.sandbox.needs_supervisor) as process:
            ended: asyncio.Future[int] = asyncio.ensure_future(process.wait())
            first: set[asyncio.Future[Any]] = {ended, api.outcome}
            await asyncio.wait(first, timeout=_WITHIN.total_seconds(), return_when=asyncio.FIRST_COMPLETED)
            ended.cancel()
            said = process.stream(2)[-500:]
            if api.outcome.done() and not api.outcome.result()[0].startswith("init/"):
                return ""
            status = process.exit_status
    instead = "no answer" if status is None else f"ended with status {status} before it answered"
    return f"{instead}: {said}"


CHECK = Check("arm64-starts", "The binaries for arm64 start and answer", (PhaseId.VALIDATE,), examine, missing=lacks)
