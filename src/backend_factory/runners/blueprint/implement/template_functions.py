"""The functions: each with its own role, its own log group, and no permission that its code does not use."""

from backend_factory.domain.deliverable import Plan
from backend_factory.runners.blueprint.implement import permissions
from backend_factory.runners.blueprint.implement.permissions import Permission
from backend_factory.runners.blueprint.implement.template_tags import GetAtt, Node, Ref, Sub
from backend_factory.runners.blueprint.indexes import indexes

API_SECONDS, WORKER_SECONDS = 10, 30
API_CONCURRENCY, WORKER_CONCURRENCY = 100, 10
"""Invocations at a time, reserved: neither takes the account's capacity, and a burst of batches not the table from the API."""
LOG_DAYS = 30


def api(plan: Plan) -> dict[str, Node]:
    """Log group, role and function of the API."""
    variables: Node = {"TENANT_CLAIM": Ref("TenantClaim")}
    if plan.layout.worker:
        variables["QUEUE_URL"] = Ref("Queue")
    statements = _statements(permissions.api(plan), plan)
    return _function("Api", "Answers requests", (API_SECONDS, API_CONCURRENCY), statements, variables)


def worker(plan: Plan) -> dict[str, Node]:
    """Log group, role and function of the worker."""
    statements = _statements(permissions.worker(plan), plan)
    return _function("Worker", "Processes queued items", (WORKER_SECONDS, WORKER_CONCURRENCY), statements, {})


def _statements(needed: tuple[Permission, ...], plan: Plan) -> list[Node]:
    """What the code does, on what it does it, and nothing more."""
    places: dict[str, list[str]] = {
        "table": [GetAtt("Table.Arn")],
        "index": [Sub(f"${{Table.Arn}}/index/{index.name}") for index in indexes(plan.model)],
        "queue": [GetAtt("Queue.Arn")],
    }
    grouped = {on: [each.action for each in needed if each.on == on] for on in places}
    return [_allow(actions, *places[on]) for on, actions in grouped.items() if actions]


def log_group(name: str) -> Node:
    """A log group of that name; ${AWS::StackName} is filled in."""
    return {
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": {"LogGroupName": Sub(name), "RetentionInDays": LOG_DAYS},
    }


def _function(prefix: str, description: str, bounds: tuple[int, int], statements: list[Node], variables: Node) -> dict[str, Node]:
    """`bounds`: seconds, and invocations at a time."""
    name = Sub(f"${{AWS::StackName}}-{prefix.lower()}")
    # A log group's Arn ends with :* and so covers its streams, which is what these actions are about.
    logs = _allow(["logs:CreateLogStream", "logs:PutLogEvents"], GetAtt(f"{prefix}Logs.Arn"))
    return {
        f"{prefix}Logs": log_group(f"/aws/lambda/{name}"),
        f"{prefix}Role": _role(prefix.lower(), [*statements, logs]),
        f"{prefix}Function": {
            "Type": "AWS::Lambda::Function",
            "DependsOn": f"{prefix}Logs",
            "Properties": {
                "FunctionName": name,
                "Description": description,
                "Runtime": "provided.al2023",
                "Architectures": ["arm64"],
                "Handler": "bootstrap",
                "MemorySize": 256,
                "Timeout": bounds[0],
                "ReservedConcurrentExecutions": bounds[1],
                "Role": GetAtt(f"{prefix}Role.Arn"),
                "Code": {"S3Bucket": Ref("ArtifactBucket"), "S3Key": Ref(f"{prefix}ArtifactKey")},
                "Environment": {"Variables": {"TABLE_NAME": Ref("Table"), **variables, "LOG_LEVEL": Ref("LogLevel")}},
            },
        },
    }


def _role(name: str, statements: list[Node]) -> Node:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [{"PolicyName": name, "PolicyDocument": {"Version": "2012-10-17", "Statement": statements}}],
        },
    }


def _allow(actions: list[str], *resources: str) -> Node:
    return {"Effect": "Allow", "Action": actions, "Resource": list(resources)}
