"""The runbook: for whoever is woken up, and has not seen the feature before."""

from backend_factory.domain.deliverable import Plan
from backend_factory.runners.blueprint.commit.alarms import RESPONSES
from backend_factory.runners.blueprint.commit.parameters import MEANINGS
from backend_factory.runners.blueprint.markdown import code, escape, numbered, table

ALARM = "AWS::CloudWatch::Alarm"


def runbook(plan: Plan) -> str:
    """The runbook as Markdown; every alarm of the template is named."""
    sections = [
        f"# {escape(plan.title)}: runbook",
        _overview(plan),
        "## Alarms\n\n" + _alarms(plan),
        "## Checks when you are called\n\n" + numbered(_checks(plan)),
        "## Queries\n\n" + _queries(plan),
        "## Throttling\n\n" + THROTTLING,
        "## Roll back\n\n" + numbered(plan.rollback) + "\n\n" + _roll_back(plan),
        "## Configuration\n\n" + _configuration(plan),
        "## When a tenant leaves\n\n" + OFFBOARDING,
    ]
    if plan.layout.worker:
        sections.insert(5, "## Dead letters\n\n" + _dead_letters(plan))
    return "\n\n".join(sections) + "\n"


def _overview(plan: Plan) -> str:
    flow = "Caller -> API Gateway (token is checked) -> API function -> DynamoDB table"
    if plan.layout.worker:
        flow += "\n                                                      -> queue -> worker -> table\n"
        flow += "                                                                 -> dead-letter queue after failed tries"
    return (
        f"Stack {code(plan.slug)}. Template {code(plan.layout.template)}, contract {code(plan.layout.contract)}, "
        f"design {code(plan.layout.design)}.\n\n```\n{flow}\n```\n\n"
        f"In commands, `STACK={plan.slug}` and outputs are read so:\n\n```sh\n"
        "aws cloudformation describe-stacks --stack-name $STACK --query 'Stacks[0].Outputs' --output table\n```"
    )


def _alarms(plan: Plan) -> str:
    rows = []
    for resource in plan.resources:
        if resource.type == ALARM:
            response = RESPONSES[resource.logical_id]
            rows.append((code(resource.logical_id), response.means, response.first, response.then))
    return table(("Alarm", "What it means", "Look first", "Then"), rows)


def _checks(plan: Plan) -> tuple[str, ...]:
    lists = next((route for route in plan.routes if route.method == "GET" and "{" not in route.path), None)
    call = f"`curl -s -o /dev/null -w '%{{http_code}}' $API{lists.path if lists else plan.routes[0].path}` must say 401."
    return (
        f"Is the entrance there and closed? {call}",
        "Which alarms are on? `aws cloudwatch describe-alarms --alarm-name-prefix $STACK --state-value ALARM`",
        "Was something deployed? `aws cloudformation describe-stack-events --stack-name $STACK --max-items 20`",
        "Was something changed by hand? `aws cloudformation detect-stack-drift --stack-name $STACK`",
        "One route or all? *Busy routes* and *Refusals* below tell; the access log also has what never reached the function.",
    )


def _queries(plan: Plan) -> str:
    groups = [f"/aws/lambda/{plan.slug}-api"] + ([f"/aws/lambda/{plan.slug}-worker"] if plan.layout.worker else [])
    groups.append(f"/aws/vendedlogs/{plan.slug}-access")
    named = ", ".join(code(group) for group in groups)
    parts = [f"CloudWatch Logs Insights. Log groups: {named}. Logs are kept 30 days and hold neither bodies nor tokens."]
    parts += [f"*{name}*\n\n```\n{query}\n```" for name, query in QUERIES]
    return "\n\n".join(parts)


def _dead_letters(plan: Plan) -> str:
    tries = max(ingestion.max_receives for ingestion in plan.model.ingestions)
    return (
        f"A message that fails {tries} times is put aside; others go on. Each names tenant, batch, index and item.\n\n"
        f"```sh\n{DEAD_LETTERS}\n```\n\n"
        "Redriving is safe: an item that was processed before has no second effect. Mend the cause first, or "
        "the messages come back."
    )


def _roll_back(plan: Plan) -> str:
    keys = "ApiArtifactKey" + (" and WorkerArtifactKey" if plan.layout.worker else "")
    return (
        f"The former {keys} are in the last change set's parameters:\n\n```sh\n"
        "aws cloudformation list-change-sets --stack-name $STACK\n"
        "aws cloudformation describe-change-set --stack-name $STACK --change-set-name <name> --query Parameters\n```"
    )


def _configuration(plan: Plan) -> str:
    rows = [
        (code(name), giver, meaning) for name, giver, meaning in MEANINGS if plan.layout.worker or name != "WorkerArtifactKey"
    ]
    return (
        f"Shared values are in {code(plan.layout.parameters)}. Whoever deploys needs `CAPABILITY_IAM`, as there are roles, "
        "and `logs:CreateLogDelivery` for the access log.\n\n"
    ) + table(("Parameter", "Given by", "Meaning"), rows)


QUERIES: tuple[tuple[str, str], ...] = (
    (
        "Errors",
        'fields @timestamp, route, status, error, cause\n| filter level = "ERROR"\n| sort @timestamp desc\n| limit 50',
    ),
    (
        "Slow routes",
        "stats count() as requests, avg(ms) as mean, pct(ms, 95) as p95, max(ms) as slowest by route\n| sort p95 desc",
    ),
    ("Busy routes", "stats count() as requests by route, bin(1m)\n| sort requests desc\n| limit 50"),
    ("One request", 'filter request = "<request id>"'),
    ("Refusals", "filter status >= 400 and status < 500\n| stats count() as requests by route, status\n| sort requests desc"),
)
"""Name, query. The members are those of the functions' log lines."""

DEAD_LETTERS = """\
QUEUE=$(aws cloudformation describe-stacks --stack-name $STACK \\
  --query "Stacks[0].Outputs[?OutputKey=='DeadLetterQueueUrl'].OutputValue" --output text)
aws sqs receive-message --queue-url $QUEUE --visibility-timeout 30 --max-number-of-messages 10
ARN=$(aws sqs get-queue-attributes --queue-url $QUEUE --attribute-names QueueArn --query Attributes.QueueArn --output text)
aws sqs start-message-move-task --source-arn $ARN"""

THROTTLING = (
    "The stage lets 500 requests a second through, 1,000 at once, for all callers together; above that callers get 429 and "
    "should wait and try again. Raise the limits in the template (`Stage`) together with the account's Lambda concurrency, or a "
    "burst only moves the refusals from 429 to 503."
)

OFFBOARDING = """\
All of a tenant's records are in one partition of the table. Reading them for an export and deleting them are the same loop; the
indexes follow by themselves. Copies remain in point-in-time backups for at most 35 days, and log lines name no tenant.

```sh
TABLE=$(aws cloudformation describe-stacks --stack-name $STACK \\
  --query "Stacks[0].Outputs[?OutputKey=='TableName'].OutputValue" --output text)
aws dynamodb query --table-name $TABLE --key-condition-expression 'username = :t' \\
  --expression-attribute-values '{":t": {"S": "<tenant>"}}' --output json > tenant.json
jq -c '.Items[] | {username, key}' tenant.json | while read -r key; do
  aws dynamodb delete-item --table-name $TABLE --key "$key"
done
```"""
