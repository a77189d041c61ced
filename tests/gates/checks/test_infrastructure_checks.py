"""Checks of the template: a sound one passes in many dresses, each planted fault is found by the rule that is meant for it."""

import json
import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from subjects import Bench, Files, laid_out, only, rules

from backend_factory.delivery.stack.template import located, read_template
from backend_factory.domain.gate import CheckResult
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.checks import least_privilege, template_policy
from backend_factory.gates.judge import judge
from backend_factory.gates.policy.rules import RULES
from backend_factory.workspace.golang import GoToolchain

SOUND = (Path(__file__).parent / "fixtures" / "orders.yaml").read_text()
TEMPLATE = "deploy/orders/template.yaml"


def changed(old: str, new: str) -> str:
    """The sound template with its first `old` replaced."""
    assert old in SOUND, old
    return SOUND.replace(old, new, 1)


def beside(resource: str) -> str:
    """The sound template with one more resource."""
    return SOUND.replace("\nOutputs:", f"\n{resource}\n\nOutputs:")


def without(name: str) -> str:
    """The sound template without the resource of that name."""
    text = re.sub(rf"(?ms)^  {name}:\n.*?(?=^  \w|^\w|\Z)", "", SOUND)
    assert text != SOUND
    return text


# ------------------------------------------------------------------ template-policy


async def judged(bench: Bench, text: str) -> CheckResult:
    files: Files = {TEMPLATE: text}
    return await bench.judged(template_policy.CHECK, after=files, deliverables=[laid_out(template=TEMPLATE)])


def fault(rule: str, planted: str, text: str) -> Any:
    return pytest.param(rule, text, id=planted, marks=pytest.mark.fault("template-policy", planted))


def variant(differs: str, text: str) -> Any:
    return pytest.param(text, id=differs, marks=pytest.mark.variant("template-policy", differs))


TRUST = "Principal: {Service: lambda.amazonaws.com}"
SOURCE_ARN = '      SourceArn: !Sub "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*"\n'
ON_ORDERS = "Action: [dynamodb:GetItem, dynamodb:PutItem]\n                Resource: !GetAtt Orders.Arn"
POLICIES = "      Policies:\n        - PolicyName: front"
SENDING = "              - Effect: Allow\n                Action: sqs:SendMessage"
BUCKET = """  Files:
    Type: AWS::S3::Bucket
    Properties:
      BucketEncryption: {ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: AES256}}]}
"""
CLOSED = """      PublicAccessBlockConfiguration:
        {BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true}
"""
DAILY = """  Daily:
    Type: AWS::Events::Rule
    Properties: {ScheduleExpression: rate(1 day), Targets: [{Id: back, Arn: !GetAtt Back.Arn}]}
  MayCallBack:
    Type: AWS::Lambda::Permission
    Properties:
      {Action: "lambda:InvokeFunction", FunctionName: !Ref Back, Principal: events.amazonaws.com, SourceArn: !GetAtt Daily.Arn}
"""

FAULTS = [
    fault(
        "trust-principal", "a role that everybody's EC2 may take on", changed(TRUST, "Principal: {Service: ec2.amazonaws.com}")
    ),
    fault(
        "trust-principal",
        "a role that another service may take on too",
        changed(TRUST, "Principal: {Service: [lambda.amazonaws.com, edgelambda.amazonaws.com]}"),
    ),
    fault("trust-principal", "a role that every account may take on", changed(TRUST, 'Principal: {AWS: "*"}')),
    fault("trust-principal", "a misspelt trust principal", changed(TRUST, "Principal: {Service: lamda.amazonaws.com}")),
    fault(
        "managed-policy",
        "a managed policy of AWS, which allows more than the template shows",
        changed(
            POLICIES,
            f"      ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess]\n{POLICIES}",
        ),
    ),
    fault("standing-access", "a user with keys that never end", beside("  Robot: {Type: AWS::IAM::User}")),
    fault("invoke-principal", "a permission for another service", changed("apigateway.amazonaws.com", "s3.amazonaws.com")),
    fault("invoke-principal", "a permission for everybody", changed("Principal: apigateway.amazonaws.com", 'Principal: "*"')),
    fault("invoke-source", "a permission without a source", changed(SOURCE_ARN, "")),
    fault(
        "invoke-source",
        "a permission for every API of the account",
        changed("${AWS::AccountId}:${Api}/*", "${AWS::AccountId}:*"),
    ),
    fault(
        "invoke-source", "a permission for an API of any account", changed("${AWS::Region}:${AWS::AccountId}", "${AWS::Region}:*")
    ),
    fault("invoke-action", "a permission to change the function", changed("Action: lambda:InvokeFunction", "Action: lambda:*")),
    fault("invoke-missing", "an API that may not call its function, which emulators allow", without("MayCallFront")),
    fault("action-wildcard", "every action on the table", changed("[dynamodb:GetItem, dynamodb:PutItem]", "dynamodb:*")),
    fault("action-wildcard", "actions by their beginning", changed("dynamodb:GetItem", '"dynamodb:Get*"')),
    fault("resource-wildcard", "an action on every table", changed(ON_ORDERS, ON_ORDERS.replace("!GetAtt Orders.Arn", '"*"'))),
    fault(
        "resource-wildcard",
        "an action on every table of the account",
        changed(
            ON_ORDERS,
            ON_ORDERS.replace("!GetAtt Orders.Arn", '!Sub "arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/*"'),
        ),
    ),
    fault(
        "resource-wildcard",
        "an action on what another stack exports, which cannot be read here",
        changed(ON_ORDERS, ON_ORDERS.replace("!GetAtt Orders.Arn", "!ImportValue SomeTable")),
    ),
    fault(
        "resource-wildcard",
        "an action on every table, under a condition only",
        changed(ON_ORDERS, ON_ORDERS.replace("!GetAtt Orders.Arn", '!If [SomebodyIsOnCall, "*", !GetAtt Orders.Arn]')),
    ),
    fault("allow-all-but", "all actions but one", changed("Action: sqs:SendMessage", "NotAction: sqs:DeleteQueue")),
    fault("unencrypted", "a table that is not encrypted", changed("SSESpecification: {SSEEnabled: true}", "TableName: orders")),
    fault("unencrypted", "a queue that is not encrypted", changed("SqsManagedSseEnabled: true", "SqsManagedSseEnabled: false")),
    fault("unencrypted", "a topic that is not encrypted", beside("  News: {Type: AWS::SNS::Topic}")),
    fault(
        "log-group-missing",
        "a function whose log group Lambda would make, and keep for ever",
        without("FrontLogs").replace("!GetAtt FrontLogs.Arn", "!GetAtt BackLogs.Arn"),
    ),
    fault("log-retention", "log lines that are kept for ever", changed(", RetentionInDays: 30", "")),
    fault("log-retention", "log lines that are gone after a day", changed("RetentionInDays: 30", "RetentionInDays: 1")),
    fault("log-permission", "a function that may write to all logs", changed("!GetAtt FrontLogs.Arn", '"arn:aws:logs:*:*:*"')),
    fault(
        "log-permission", "a function that may write to another's log", changed("!GetAtt FrontLogs.Arn", "!GetAtt BackLogs.Arn")
    ),
    fault("function-alarm-missing", "nobody is told of throttles", without("BackThrottles")),
    fault(
        "function-alarm-missing",
        "an alarm on a function that does not exist",
        changed("[{Name: FunctionName, Value: !Ref Front}]", "[{Name: FunctionName, Value: front}]"),
    ),
    fault(
        "function-alarm-missing",
        "an alarm with a misspelt dimension",
        changed("[{Name: FunctionName, Value: !Ref Front}]", "[{Name: Function, Value: !Ref Front}]"),
    ),
    fault("queue-alarm-missing", "nobody is told of dead letters", without("WorkIsPutAside")),
    fault("queue-alarm-missing", "nobody is told that messages wait", without("WorkWaits")),
    fault("alarm-blind", "an alarm that takes a million failures", changed("Threshold: 0", "Threshold: 1000000")),
    fault("alarm-blind", "an alarm that goes off when all is well", changed("GreaterThanThreshold", "LessThanThreshold")),
    fault("alarm-blind", "an alarm that is switched off", changed("Threshold: 0", "Threshold: 0\n      ActionsEnabled: false")),
    fault(
        "alarm-silent",
        "an alarm that tells nobody",
        changed("      AlarmActions: !If [SomebodyIsOnCall, [!Ref OnCall], !Ref AWS::NoValue]\n", ""),
    ),
    fault(
        "dead-letters-missing",
        "a queue whose bad messages come back for ever",
        changed("      RedrivePolicy: {deadLetterTargetArn: !GetAtt Aside.Arn, maxReceiveCount: 3}\n", ""),
    ),
    fault(
        "dead-letters-missing", "a message that is tried a thousand times", changed("maxReceiveCount: 3", "maxReceiveCount: 1000")
    ),
    fault("async-dead-letters-missing", "events that are lost when the function fails", beside(DAILY)),
    fault(
        "visibility-short",
        "a message that comes back while it is worked on",
        changed("VisibilityTimeout: 180", "VisibilityTimeout: 179"),
    ),
    fault(
        "dead-letters-short",
        "dead letters that are dropped as they arrive",
        changed("MessageRetentionPeriod: 1209600", "DelaySeconds: 0"),
    ),
    fault(
        "batch-as-a-whole",
        "one bad message that takes its batch with it",
        changed("      FunctionResponseTypes: [ReportBatchItemFailures]\n", ""),
    ),
    fault("memory-bounds", "a function with all the memory there is", changed("MemorySize: 256", "MemorySize: 10240")),
    fault("timeout-bounds", "a function that outlives its API", changed("Timeout: 10\n", "Timeout: 30\n")),
    fault(
        "timeout-bounds", "a timeout that a parameter gives, without bounds", changed("Timeout: 10\n", "Timeout: !Ref OnCall\n")
    ),
    fault("concurrency-unbounded", "a function without a bound", changed("      ReservedConcurrentExecutions: 50\n", "")),
    fault(
        "concurrency-unbounded",
        "a queue that feeds more than its function takes",
        changed("MaximumConcurrency: 10", "MaximumConcurrency: 100"),
    ),
    fault(
        "unthrottled",
        "an API that takes any number of requests",
        changed("ThrottlingRateLimit: 100", "DetailedMetricsEnabled: true"),
    ),
    fault(
        "payload-format",
        "another payload format than the code reads",
        changed('PayloadFormatVersion: "2.0"', 'PayloadFormatVersion: "1.0"'),
    ),
    fault(
        "no-recovery",
        "a table that cannot be taken back",
        changed("PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false"),
    ),
    fault(
        "secret-parameter",
        "a password that everybody can read",
        changed("OnCall: {", "DatabasePassword: {Type: String}\n  OnCall: {"),
    ),
    fault(
        "secret-parameter",
        "a key with a default",
        changed("OnCall: {", "ApiKey: {Type: String, NoEcho: true, Default: hunter2}\n  OnCall: {"),
    ),
    fault(
        "secret-in-environment",
        "a password in the function's environment",
        changed("{TABLE_NAME: !Ref Orders, Q", "{DB_PASSWORD: '{{resolve:secretsmanager:db}}', TABLE_NAME: !Ref Orders, Q"),
    ),
    fault("public-bucket", "a bucket that can be made public", beside(BUCKET)),
    fault(
        "public-policy",
        "a queue that everybody may write to",
        beside(
            "  Open: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Work], PolicyDocument: {Statement: "
            '[{Effect: Allow, Principal: "*", Action: "sqs:SendMessage", Resource: !GetAtt Work.Arn}]}}}'
        ),
    ),
]


@pytest.mark.parametrize(("rule", "text"), FAULTS)
async def test_what_breaks_a_rule_is_found_where_it_is_written(bench: Bench, rule: str, text: str) -> None:
    result = await judged(bench, text)

    assert rule in rules(result), result.findings
    lines = text.splitlines()
    for found in result.findings:
        assert (found.file, found.mends, bool(found.expected), bool(found.seen)) == (TEMPLATE, PhaseId.IMPLEMENT, True, True)
        assert lines[found.line - 1].strip(), found


def test_every_rule_has_its_fault() -> None:
    assert {each.values[0] for each in FAULTS} == {rule.name for rule in RULES}


async def test_a_finding_names_resource_line_and_value(bench: Bench) -> None:
    found = only(await judged(bench, changed("VisibilityTimeout: 180", "VisibilityTimeout: 60")))

    assert (found.seen, found.expected) == ("60", "at least 180 seconds, 6 x the timeout")
    assert SOUND.splitlines()[found.line - 1].strip() == "VisibilityTimeout: 180"
    assert "Work" in found.message


def as_json() -> str:
    return json.dumps(read_template(SOUND), indent="\t")


def renamed() -> str:
    text = SOUND
    for name in read_template(SOUND)["Resources"]:
        text = re.sub(rf"\b{name}\b(?!Logs|Role|:$|s)", f"My{name}", text) if name not in ("Api", "Stage", "Work") else text
    return text.replace("MyOrders, written", "Orders, written")


def with_policies(kind: str, attached: str) -> str:
    """FrontRole's statements in a resource beside it."""
    template = read_template(SOUND)
    (policy,) = template["Resources"]["FrontRole"]["Properties"].pop("Policies")
    *some, last = policy["PolicyDocument"]["Statement"]
    for name, statements in (("FrontDoes", some), ("FrontLogsLines", [last])):
        document = {"Version": "2012-10-17", "Statement": statements}
        properties = {"PolicyDocument": document} | ({"PolicyName": name} if kind.endswith("::Policy") else {})
        template["Resources"][name] = {"Type": kind, "Properties": properties}
        if attached == "to the role":
            properties["Roles"] = [{"Ref": "FrontRole"}]
        else:
            template["Resources"]["FrontRole"]["Properties"].setdefault("ManagedPolicyArns", []).append({"Ref": name})
    return json.dumps(template, indent=2)


def with_two_tables() -> str:
    found = re.search(r"(?ms)^  Orders:\n.*?(?=^  \w)", SOUND)
    assert found
    text = SOUND.replace(found[0], found[0] + found[0].replace("  Orders:", "  Lines:"))
    return text.replace(
        "Resource: !GetAtt Orders.Arn", "Resource: [!GetAtt Orders.Arn, !Sub '${Lines.Arn}', !Sub '${Lines.Arn}/index/*']", 1
    )


def with_metric_math() -> str:
    old = """      Namespace: AWS/Lambda
      MetricName: Errors
      Dimensions: [{Name: FunctionName, Value: !Ref Back}]
      Statistic: Sum
      Period: 300
"""
    metric = "{Namespace: AWS/Lambda, MetricName: Errors, Dimensions: [{Name: FunctionName, Value: !Ref Back}]}"
    return changed(old, f"      Metrics: [{{Id: errors, MetricStat: {{Metric: {metric}, Period: 300, Stat: Sum}}}}]\n")


VARIANTS = [
    variant("as it is", SOUND),
    variant("JSON, indented with tabs", as_json()),
    variant("other logical names", renamed()),
    variant("statements in two policies beside the role", with_policies("AWS::IAM::Policy", "to the role")),
    variant("statements in two managed policies of the template", with_policies("AWS::IAM::ManagedPolicy", "to the policy")),
    variant("managed policies that name the role", with_policies("AWS::IAM::ManagedPolicy", "to the role")),
    variant("two tables, and an index of one of them", with_two_tables()),
    variant(
        "Fn::Join for !Sub",
        changed(
            SOURCE_ARN,
            """      SourceArn:
        Fn::Join: [":", ["arn:aws:execute-api", !Ref AWS::Region, !Ref AWS::AccountId, !Sub "${Api}/*"]]
""",
        ),
    ),
    variant(
        "Fn::Sub in its long form, with names of its own",
        changed(
            SOURCE_ARN,
            """      SourceArn:
        Fn::Sub: ["arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${id}/*", {id: !Ref Api}]
""",
        ),
    ),
    variant("Fn::GetAtt as text", changed("Resource: !GetAtt Orders.Arn", "Resource: {Fn::GetAtt: Orders.Arn}")),
    variant(
        "one statement instead of a list",
        changed(
            f'Statement: [{{Effect: Allow, {TRUST}, Action: "sts:AssumeRole"}}]',
            f'Statement: {{Effect: Allow, {TRUST}, Action: ["sts:AssumeRole"]}}',
        ),
    ),
    variant("an alarm by metric math", with_metric_math()),
    variant(
        "alarms that always tell a topic of the template",
        SOUND.replace("!If [SomebodyIsOnCall, [!Ref OnCall], !Ref AWS::NoValue]", "[!Ref News]").replace(
            "\nOutputs:", "\n  News: {Type: AWS::SNS::Topic, Properties: {KmsMasterKeyId: alias/aws/sns}}\n\nOutputs:"
        ),
    ),
    variant(
        "log groups by the function's reference",
        changed('!Sub "/aws/lambda/${AWS::StackName}-front"', '!Sub "/aws/lambda/${Front}"'),
    ),
    variant(
        "a log group that the function names",
        changed('{LogGroupName: !Sub "/aws/lambda/${AWS::StackName}-front", R', "{R").replace(
            '"${AWS::StackName}-front"', '"${AWS::StackName}-front"\n      LoggingConfig: {LogGroup: !Ref FrontLogs}'
        ),
    ),
    variant(
        "streams of the function's own group, spelt out",
        changed(
            "!GetAtt FrontLogs.Arn",
            '!Sub "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/${AWS::StackName}-front:*"',
        ),
    ),
    variant("numbers as text", changed("Timeout: 10\n", 'Timeout: "10"\n')),
    variant(
        "a parameter with bounds",
        changed("OnCall: {", "Seconds: {Type: Number, MinValue: 1, MaxValue: 20}\n  OnCall: {").replace(
            "Timeout: 10\n", "Timeout: !Ref Seconds\n"
        ),
    ),
    variant(
        "a parameter that is one of a few",
        changed("OnCall: {", "Memory: {Type: Number, AllowedValues: [256, 512]}\n  OnCall: {").replace(
            "MemorySize: 256", "MemorySize: !Ref Memory"
        ),
    ),
    variant(
        "a mapping",
        changed("\nResources:", "\nMappings: {Size: {front: {memory: 512}}}\n\nResources:").replace(
            "MemorySize: 256", "MemorySize: !FindInMap [Size, front, memory]"
        ),
    ),
    variant("a queue encrypted with a key", changed("SqsManagedSseEnabled: true", "KmsMasterKeyId: alias/aws/sqs")),
    variant(
        "traces, which have no ARN",
        changed(
            SENDING,
            SENDING.replace("sqs:SendMessage", "[xray:PutTraceSegments, xray:PutTelemetryRecords]")
            + "\n                Resource: '*'\n"
            + SENDING,
        ),
    ),
    variant("a bucket that is closed", beside(BUCKET + CLOSED)),
    variant(
        "a daily event whose failures are kept",
        beside(DAILY).replace("      Timeout: 30", "      Timeout: 30\n      DeadLetterConfig: {TargetArn: !GetAtt Aside.Arn}"),
    ),
    variant(
        "the place of a secret in the environment",
        changed("{TABLE_NAME: !Ref Orders, Q", "{DB_PASSWORD_ARN: !Ref Key, SECRET_NAME: x, TABLE_NAME: !Ref Orders, Q").replace(
            "\nOutputs:", "\n  Key: {Type: AWS::SecretsManager::Secret}\n\nOutputs:"
        ),
    ),
]


@pytest.mark.parametrize("text", VARIANTS)
async def test_what_is_sound_passes_in_any_dress(bench: Bench, text: str) -> None:
    result = await judged(bench, text)

    assert (result.status, result.findings) == ("passed", ())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, marks=pytest.mark.fault("template-policy", planted))
        for planted, text in (
            ("a template that is none", "nothing"),
            ("a resource that is none", "Resources: {Table: 1}"),
            ("YAML aliases, of which a few can stand for anything", "Resources: {A: &a {Type: AWS::SQS::Queue}, B: *a}"),
            ("a condition that cannot be read", "Conditions: {C: {Fn::Nearly: []}}\nResources: {}"),
            (
                "conditions that nobody could look through",
                "Conditions: {C: !Or [" + ", ".join(f"!Equals [!Ref P{n}, x]" for n in range(9)) + "]}\nResources: {}",
            ),
        )
    ],
)
async def test_what_cannot_be_read_is_not_passed(bench: Bench, text: str) -> None:
    assert only(await judged(bench, text)).rule == "unreadable"


async def test_a_repository_that_asks_for_more_gets_more(bench: Bench) -> None:
    subject = await bench.subject(after={TEMPLATE: SOUND}, deliverables=[laid_out(template=TEMPLATE)])
    stricter = replace(subject, thresholds=replace(subject.thresholds, log_days=90))
    (result,) = await judge(stricter, [template_policy.CHECK], lambda *_: None)

    assert rules(result) == {"log-retention"}


def test_each_part_of_a_template_has_its_line() -> None:
    _, lines = located("Resources:\n  A:\n    Type: X\n    Properties: {B: [1,\n      2]}\n")

    assert lines[("Resources", "A", "Type")] == 3
    assert lines[("Resources", "A", "Properties", "B", 1)] == 5


# ------------------------------------------------------------------ least-privilege

PROBE = Path(__file__).parents[2] / "delivery" / "stack" / "fixtures" / "probe"
FRONT = """package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// table is a port: what is called on it is called on the client.
type table interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
}

type app struct {
	table table
	queue *sqs.Client
}

func main() {
	cloud, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		panic(err)
	}
	lambda.Start(app{table: dynamodb.NewFromConfig(cloud), queue: sqs.NewFromConfig(cloud)}.serve)
}

func (a app) serve(ctx context.Context) error {
	if _, err := a.table.GetItem(ctx, &dynamodb.GetItemInput{}); err != nil {
		return err
	}
	if _, err := a.table.PutItem(ctx, &dynamodb.PutItemInput{}); err != nil {
		return err
	}
	_, err := a.queue.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{})
	return err
}

func never(ctx context.Context, client *dynamodb.Client) error {
	_, err := client.DeleteItem(ctx, &dynamodb.DeleteItemInput{})
	return err
}

var _ = never
"""
BACK = """package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

func main() {
	cloud, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		panic(err)
	}
	client := dynamodb.NewFromConfig(cloud)
	lambda.Start(func(ctx context.Context) error {
		_, err := client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{})
		return err
	})
}
"""
CODE: Files = {
    "go.mod": (PROBE / "go.mod").read_bytes(),
    "go.sum": (PROBE / "go.sum").read_bytes(),
    "cmd/front/main.go": FRONT,
    "cmd/back/main.go": BACK,
}


@pytest.fixture(scope="session")
def modules(toolchain: GoToolchain) -> None:
    """The programs' modules, which a gate never fetches."""
    subprocess.run([str(toolchain.program), "mod", "download"], cwd=PROBE, check=True, env={**os.environ})


async def compared(bench: Bench, text: str, code: Files = CODE) -> CheckResult:
    plan = laid_out(template=TEMPLATE, api="cmd/front", worker="cmd/back")
    return await bench.judged(least_privilege.CHECK, after={**code, TEMPLATE: text}, deliverables=[plan])


def excess(rule: str, planted: str, text: str) -> Any:
    return pytest.param(rule, text, id=planted, marks=pytest.mark.fault("least-privilege", planted))


def sound(differs: str, text: str) -> Any:
    return pytest.param(text, id=differs, marks=pytest.mark.variant("least-privilege", differs))


POLLING = "Action: [sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes]"
PRIVILEGES = [
    excess("too-many", "an action that no code calls", changed("dynamodb:GetItem,", "dynamodb:GetItem, dynamodb:Scan,")),
    excess(
        "too-many",
        "an action of code that nothing reaches",
        changed("dynamodb:GetItem,", "dynamodb:GetItem, dynamodb:DeleteItem,"),
    ),
    excess(
        "too-many",
        "the other function's action",
        changed("Action: [dynamodb:PutItem]", "Action: [dynamodb:PutItem, dynamodb:GetItem]"),
    ),
    excess(
        "too-many",
        "an action on a log group that is declared",
        changed("[logs:CreateLogStream", "[logs:CreateLogGroup, logs:CreateLogStream"),
    ),
    excess("too-few", "a call through a port that is not allowed", changed("dynamodb:GetItem, ", "")),
    excess("too-few", "a call that is allowed on another kind of thing", changed(ON_ORDERS, ON_ORDERS.replace("Orders", "Work"))),
    excess(
        "too-few",
        "a transaction whose writes are not allowed",
        changed("Action: [dynamodb:PutItem]", "Action: [dynamodb:UpdateTable]"),
    ),
    excess(
        "too-few",
        "a queue that Lambda may not read, which emulators allow",
        changed(POLLING, POLLING.replace("sqs:DeleteMessage, ", "")),
    ),
    excess(
        "too-few",
        "a queue that Lambda may read, but another one",
        changed(
            f"{POLLING}\n                Resource: !GetAtt Work.Arn", f"{POLLING}\n                Resource: !GetAtt Aside.Arn"
        ),
    ),
    excess(
        "too-few",
        "log lines that are lost, which emulators keep",
        changed("[logs:CreateLogStream, logs:PutLogEvents]", "[logs:PutLogEvents]"),
    ),
    excess(
        "unused",
        "a permission on a table that the function does not know",
        with_two_tables(),
    ),
    excess(
        "unknown-code", "a function with other code than planned", changed("S3Key: !Ref WorkerArtifactKey", "S3Key: other.zip")
    ),
    excess("no-role", "a role that another stack made", changed("!GetAtt FrontRole.Arn", "arn:aws:iam::123456789012:role/admin")),
    excess("shared-role", "one role for two functions", changed("Role: !GetAtt FrontRole.Arn", "Role: !GetAtt BackRole.Arn")),
]


@pytest.mark.go
@pytest.mark.parametrize(("rule", "text"), PRIVILEGES)
async def test_a_permission_too_many_or_too_few_is_found(bench: Bench, modules: None, rule: str, text: str) -> None:
    result = await compared(bench, text)

    assert rule in rules(result), result
    assert all(text.splitlines()[found.line - 1].strip() for found in result.findings)


@pytest.mark.go
@pytest.mark.parametrize(
    "text",
    [
        sound("as it is", SOUND),
        sound("two policies beside the role", with_policies("AWS::IAM::Policy", "to the role")),
        sound("two managed policies of the template", with_policies("AWS::IAM::ManagedPolicy", "to the policy")),
        sound(
            "two tables that the function knows", with_two_tables().replace("{TABLE_NAME:", "{LINES: !Ref Lines, TABLE_NAME:", 1)
        ),
        sound(
            "a poller that may make messages visible", changed(POLLING, POLLING.replace("[", "[sqs:ChangeMessageVisibility, "))
        ),
        sound(
            "dead letters of the function itself",
            changed("      Timeout: 30", "      Timeout: 30\n      DeadLetterConfig: {TargetArn: !GetAtt Aside.Arn}").replace(
                f"              - Effect: Allow\n                {POLLING}",
                "              - {Effect: Allow, Action: 'sqs:SendMessage', Resource: !GetAtt Aside.Arn}\n"
                f"              - Effect: Allow\n                {POLLING}",
            ),
        ),
    ],
)
async def test_what_the_code_needs_may_be_allowed_in_any_dress(bench: Bench, modules: None, text: str) -> None:
    result = await compared(bench, text)

    assert (result.status, result.findings) == ("passed", ())
    assert bench.kept.texts["calls of AWS's SDK in the binaries"].splitlines() == [
        "cmd/back: dynamodb.TransactWriteItems",
        "cmd/front: dynamodb.GetItem",
        "cmd/front: dynamodb.PutItem",
        "cmd/front: sqs.SendMessageBatch",
    ]


REFLECTING = FRONT.replace(
    "	_, err := a.queue", '	reflect.ValueOf(a.queue).MethodByName(os.Getenv("METHOD")).Call(nil)\n	_, err := a.queue'
).replace('	"context"\n', '	"context"\n	"os"\n	"reflect"\n', 1)


@pytest.mark.go
@pytest.mark.fault("least-privilege", "calls by a name that is known at run time only")
async def test_calls_that_cannot_be_told_are_not_passed(bench: Bench, modules: None) -> None:
    result = await compared(bench, SOUND, {**CODE, "cmd/front/main.go": REFLECTING})

    assert (result.status, "by name" in result.summary) == ("unavailable", True)


@pytest.mark.go
async def test_code_that_does_not_build_is_not_passed(bench: Bench, modules: None) -> None:
    assert (await compared(bench, SOUND, {**CODE, "cmd/front/main.go": "package main"})).status == "unavailable"


async def test_a_template_that_cannot_be_read_is_not_passed(bench: Bench) -> None:
    assert (await compared(bench, "nothing")).status == "unavailable"
