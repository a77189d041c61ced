"""The CloudFormation template: every AWS resource of the plan, and nothing else."""

import yaml

from backend_factory.domain.deliverable import Plan
from backend_factory.errors import InternalError
from backend_factory.runners.blueprint.implement.template_alarms import alarms
from backend_factory.runners.blueprint.implement.template_entrance import entrance, routes
from backend_factory.runners.blueprint.implement.template_functions import api, worker
from backend_factory.runners.blueprint.implement.template_queue import queues
from backend_factory.runners.blueprint.implement.template_table import table
from backend_factory.runners.blueprint.implement.template_tags import Equals, GetAtt, Node, Not, Ref, TemplateDumper

TAGGED_BY_LIST = frozenset(
    {
        "AWS::DynamoDB::Table",
        "AWS::Logs::LogGroup",
        "AWS::IAM::Role",
        "AWS::Lambda::Function",
        "AWS::SQS::Queue",
        "AWS::CloudWatch::Alarm",
    }
)
TAGGED_BY_MAP = frozenset({"AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage"})

DESCRIPTION_LENGTH = 200


def render(plan: Plan) -> str:
    """The template as YAML; InternalError if it does not declare exactly the plan's resources."""
    declared = _declared(plan)
    planned = {resource.logical_id: resource.type for resource in plan.resources}
    if {name: node["Type"] for name, node in declared.items()} != planned:
        raise InternalError("the template does not declare the plan's resources", hint="report this with the plan")
    ordered = {name: _tagged(declared[name], plan.slug) for name in planned}
    document = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": " ".join(plan.title.split())[:DESCRIPTION_LENGTH],
        "Parameters": _parameters(plan),
        "Conditions": {"HasAlarmTopic": Not((Equals((Ref("AlarmTopic"), "")),))},
        "Resources": ordered,
        "Outputs": _outputs(plan),
    }
    return "\n".join(_section(name, part) for name, part in document.items())


def _section(name: str, part: object) -> str:
    """A top-level part; resources stand apart from each other."""
    if name != "Resources" or not isinstance(part, dict):
        return _dump({name: part})
    bodies = [_dump({name: {key: node}}).partition("\n")[2] for key, node in part.items()]
    return f"{name}:\n" + "\n".join(bodies)


def _dump(part: object) -> str:
    return yaml.dump(part, Dumper=TemplateDumper, sort_keys=False, allow_unicode=False, width=120)


def _declared(plan: Plan) -> dict[str, Node]:
    declared = {"Table": table(plan.model)} | api(plan) | entrance() | alarms(plan) | routes(plan)
    return declared | worker(plan) | queues(plan.model) if plan.layout.worker else declared


def _tagged(node: Node, slug: str) -> Node:
    if node["Type"] in TAGGED_BY_LIST:
        tags: object = [{"Key": "feature", "Value": slug}]
    elif node["Type"] in TAGGED_BY_MAP:
        tags = {"feature": slug}
    else:
        return node
    return node | {"Properties": node["Properties"] | {"Tags": tags}}


def _parameters(plan: Plan) -> dict[str, Node]:
    key = r"^[A-Za-z0-9!_.*'()/-]{1,1024}$"
    worker_key = {"WorkerArtifactKey": _text("Key of the worker's zip in that bucket", key)} if plan.layout.worker else {}
    return {
        "ArtifactBucket": _text("Bucket that holds the zips of the functions", "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"),
        "ApiArtifactKey": _text("Key of the API function's zip in that bucket", key),
        **worker_key,
        "Issuer": _text("Issuer of the tokens, as in their iss claim", r"^https://[^\s?#]{1,512}$"),
        "Audience": _text("Audience of the tokens, as in their aud or client_id claim", r"^[^\s,]{1,255}$"),
        "TenantClaim": _text("Claim of the token that names the tenant", "^[A-Za-z][A-Za-z0-9_:.-]{0,63}$", default="username"),
        "LogLevel": {
            "Type": "String",
            "Description": "Least level of log lines",
            "Default": "INFO",
            "AllowedValues": ["DEBUG", "INFO", "WARN", "ERROR"],
        },
        "AlarmTopic": _text(
            "ARN of the SNS topic that alarms tell; empty for none", "^$|^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:.+$", default=""
        ),
    }


def _text(description: str, pattern: str, *, default: str | None = None) -> Node:
    given = {} if default is None else {"Default": default}
    return {"Type": "String", "Description": description, **given, "AllowedPattern": pattern}


def _outputs(plan: Plan) -> dict[str, Node]:
    outputs: dict[str, Node] = {
        "ApiEndpoint": {"Description": "Address of the API", "Value": GetAtt("HttpApi.ApiEndpoint")},
        "TableName": {"Description": "Name of the table", "Value": Ref("Table")},
    }
    if plan.layout.worker:
        outputs["QueueUrl"] = {"Description": "Items that wait for the worker", "Value": Ref("Queue")}
        outputs["DeadLetterQueueUrl"] = {"Description": "Items that could not be processed", "Value": Ref("DeadLetterQueue")}
    return outputs
