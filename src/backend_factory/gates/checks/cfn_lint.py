"""The CloudFormation template is content with cfn-lint, warnings among them."""

import json
import os
import sys
from collections.abc import Iterator
from datetime import timedelta

from backend_factory.delivery.stack.template import read_template
from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.errors import AskerError
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.commands import kept
from backend_factory.gates.reading import NotText, text_of
from backend_factory.gates.subject import Subject
from backend_factory.workspace.process import Completed, run

_CLEAN = 0
_MAIN = "import sys; from cfnlint.runner import main; sys.exit(main())"


async def examine(subject: Subject) -> Examination:
    """cfn-lint on the planned template, and no orders to it in the template."""
    path = subject.handed(Plan).layout.template
    try:
        text = text_of(subject, path)
    except NotText as error:
        finding = Finding(check=CHECK.id, rule="missing", message=str(error), file=path, mends=PhaseId.IMPLEMENT)
        return Examination("no template", (finding,))
    done = await _linted(subject, path)
    try:
        matches = json.loads(done.stdout or "[]")
    except json.JSONDecodeError as error:
        raise Unreadable(f"cfn-lint printed no JSON: {done.output[-500:]}") from error
    if done.timed_out or (done.exit_status != _CLEAN and not matches):
        raise Unreadable(f"cfn-lint failed: {done.output[-500:]}")
    findings = tuple(
        Finding(
            check=CHECK.id,
            rule=match["Rule"]["Id"],
            message=match["Message"][:500],
            file=path,
            line=match["Location"]["Start"]["LineNumber"],
            mends=PhaseId.IMPLEMENT,
        )
        for match in matches
    )
    findings += tuple(
        Finding(
            check=CHECK.id,
            rule="switched-off",
            message=f"{place} gives orders to cfn-lint",
            file=path,
            hint="mend what it complains about",
            mends=PhaseId.IMPLEMENT,
        )
        for place in _orders(text)
    )
    return Examination(f"{len(findings)} complaints", findings, (kept(subject, "cfn-lint", done),))


async def _linted(subject: Subject, path: str) -> Completed:
    """In a process of its own: cfn-lint is slow to start and not made for threads."""
    command = [
        sys.executable,
        "-I",
        "-c",
        _MAIN,
        "--format",
        "json",
        "--regions",
        "us-east-1",
        "--",
        str(subject.checkout / path),
    ]
    env = {"PATH": os.defpath, "HOME": str(subject.scratch), "LC_ALL": "C.UTF-8"}
    # Not in the checkout, where a .cfnlintrc could switch rules off.
    return await run(command, cwd=subject.scratch, env=env, timeout=timedelta(minutes=2))


def _orders(text: str) -> Iterator[str]:
    """Where the template's metadata switches rules off."""
    try:
        template = read_template(text)
    except (AskerError, RecursionError):
        return  # cfn-lint has said so
    for place, part in (("the template", template), *template["Resources"].items()):
        metadata = part.get("Metadata") if isinstance(part, dict) else None
        if isinstance(metadata, dict) and "cfn-lint" in metadata:
            yield str(place)


CHECK = Check("cfn-lint", "The CloudFormation template is valid", (PhaseId.IMPLEMENT,), examine)
