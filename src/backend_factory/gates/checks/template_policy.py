"""The template keeps the rules for what cfn-lint lets pass: permissions, encryption, logs, alarms, queues, bounds, secrets."""

from backend_factory.delivery.stack.template import located
from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Plan
from backend_factory.domain.phase import PhaseId
from backend_factory.errors import AskerError
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.policy.finding import finding as as_finding
from backend_factory.gates.policy.rules import RULES, broken
from backend_factory.gates.reading import NotText, text_of
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """Every rule, under every outcome of the template's conditions."""
    path = subject.handed(Plan).layout.template
    try:
        template, lines = located(text_of(subject, path))
        found = tuple(broken(template, subject.thresholds))
    except (NotText, RecursionError, AskerError) as error:
        message = f"the template cannot be read: {error}"
        finding = Finding(check=CHECK.id, rule="unreadable", message=message, file=path, mends=PhaseId.IMPLEMENT)
        return Examination("no template", (finding,))
    findings = tuple(as_finding(CHECK.id, rule.name, each, path, lines) for rule, each in found)
    summary = f"{len(RULES)} rules, {len(template['Resources'])} resources, {len(findings)} objections"
    return Examination(summary, findings, figures={"policy_rules_count": len(RULES)})


CHECK = Check("template-policy", "The template keeps the rules of the infrastructure", (PhaseId.IMPLEMENT,), examine)
