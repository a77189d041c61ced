"""Every rule, by its name, and what a template breaks."""

from collections.abc import Iterator
from typing import Any

from backend_factory.gates.policy import (
    capacity,
    encryption,
    exposure,
    invocation,
    logs,
    queues,
    recovery,
    secrets,
    telling,
    trust,
    wildcards,
)
from backend_factory.gates.policy.objection import Objection, Rule
from backend_factory.gates.policy.world import worlds
from backend_factory.gates.thresholds import THRESHOLDS, Thresholds

RULES: tuple[Rule, ...] = (
    Rule("trust-principal", trust.principals),
    Rule("managed-policy", trust.managed),
    Rule("standing-access", trust.standing),
    Rule("invoke-principal", invocation.principals),
    Rule("invoke-source", invocation.source_arns),
    Rule("invoke-action", invocation.actions),
    Rule("invoke-missing", invocation.missing),
    Rule("action-wildcard", wildcards.actions),
    Rule("resource-wildcard", wildcards.resources),
    Rule("allow-all-but", wildcards.opposites),
    Rule("unencrypted", encryption.at_rest),
    Rule("log-group-missing", logs.declared),
    Rule("log-retention", logs.retention),
    Rule("log-permission", logs.permissions),
    Rule("function-alarm-missing", telling.of_functions),
    Rule("queue-alarm-missing", telling.of_queues),
    Rule("alarm-blind", telling.blind),
    Rule("alarm-silent", telling.silent, objects="everywhere"),
    Rule("dead-letters-missing", queues.dead_letters),
    Rule("async-dead-letters-missing", queues.async_dead_letters),
    Rule("visibility-short", queues.visibility),
    Rule("dead-letters-short", queues.retention),
    Rule("batch-as-a-whole", queues.one_by_one),
    Rule("memory-bounds", capacity.memory),
    Rule("timeout-bounds", capacity.time),
    Rule("concurrency-unbounded", capacity.concurrency),
    Rule("unthrottled", capacity.throttling),
    Rule("payload-format", capacity.payload),
    Rule("no-recovery", recovery.point_in_time),
    Rule("secret-parameter", secrets.parameters),
    Rule("secret-in-environment", secrets.environment),
    Rule("public-bucket", exposure.buckets),
    Rule("public-policy", exposure.policies),
)


def broken(template: dict[str, Any], thresholds: Thresholds = THRESHOLDS) -> Iterator[tuple[Rule, Objection]]:
    """What the template breaks, each thing once. Raises AskerError where it cannot be read."""
    every = tuple(worlds(template, thresholds))
    for rule in RULES:
        found = [dict.fromkeys(rule.check(world)) for world in every]
        if rule.objects == "everywhere":
            seen = [each for each in found[0] if all(each in others for others in found)]
        else:
            seen = list(dict.fromkeys(each for objections in found for each in objections))
        yield from ((rule, each) for each in seen)
