"""Each function's role allows what its code can call, and nothing else."""

import asyncio

from backend_factory.delivery.stack.template import located
from backend_factory.domain.deliverable import Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.errors import AskerError
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.linking import linked
from backend_factory.gates.permissions.comparison import objections
from backend_factory.gates.permissions.sdk_calls import sdk_calls
from backend_factory.gates.policy.finding import finding
from backend_factory.gates.policy.world import worlds
from backend_factory.gates.reading import NotText, text_of
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """The calls in the linked binaries against the roles in the template."""
    layout = subject.handed(Plan).layout
    try:
        template, lines = located(text_of(subject, layout.template))
        every = tuple(worlds(template, subject.thresholds))
    except (NotText, RecursionError, AskerError) as error:
        raise Unreadable(f"the template cannot be read: {error}") from error
    commands = {"ApiArtifactKey": layout.api} | ({"WorkerArtifactKey": layout.worker} if layout.worker else {})
    binaries = await asyncio.gather(*(linked(subject, command) for command in commands.values()))
    calls = {key: sdk_calls(binary, commands[key]) for key, binary in zip(commands, binaries, strict=True)}
    found = dict.fromkeys(each for world in every for each in objections(world, calls))
    findings = tuple(finding(CHECK.id, rule, objection, layout.template, lines) for rule, objection in found)
    named = sorted({f"{commands[key]}: {call.service}.{call.operation}" for key, made in calls.items() for call in made})
    evidence = subject.keep("calls of AWS's SDK in the binaries", "\n".join(named) + "\n")
    summary = f"{len(named)} calls in {len(commands)} programs, {len(findings)} permissions too many or too few"
    return Examination(summary, findings, (evidence,), {"sdk_calls_count": len(named)})


CHECK = Check(
    "least-privilege",
    "Each role allows what its code can call, and nothing else",
    (PhaseId.IMPLEMENT,),
    examine,
    after=("go-build",),
)
