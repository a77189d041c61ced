"""IAM actions that calls need: https://docs.aws.amazon.com/service-authorization/latest/reference/"""

from backend_factory.gates.permissions.sdk_calls import SdkCall

_PREFIXES = {
    "apigatewaymanagementapi": "execute-api",
    "bedrockruntime": "bedrock",
    "cloudwatchlogs": "logs",
    "cognitoidentityprovider": "cognito-idp",
    "dynamodbstreams": "dynamodb",
    "eventbridge": "events",
    "opensearch": "es",
    "sesv2": "ses",
    "sfn": "states",
}
"""Client -> prefix of its actions, where they are not the same."""

_WRITES = frozenset({"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"})
_PARTIQL = frozenset({"dynamodb:PartiQLSelect", "dynamodb:PartiQLInsert", "dynamodb:PartiQLUpdate", "dynamodb:PartiQLDelete"})
_MAIL = frozenset({"ses:SendEmail", "ses:SendRawEmail"})


def _one(*actions: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset({action}) for action in actions)


_ACTIONS: dict[tuple[str, str], tuple[frozenset[str], ...]] = {
    ("apigatewaymanagementapi", "DeleteConnection"): _one("execute-api:ManageConnections"),
    ("apigatewaymanagementapi", "GetConnection"): _one("execute-api:ManageConnections"),
    ("apigatewaymanagementapi", "PostToConnection"): _one("execute-api:ManageConnections"),
    ("dynamodb", "BatchExecuteStatement"): (_PARTIQL,),
    ("dynamodb", "ExecuteStatement"): (_PARTIQL,),
    ("dynamodb", "ExecuteTransaction"): (_PARTIQL,),
    ("dynamodb", "TransactGetItems"): _one("dynamodb:GetItem"),
    ("dynamodb", "TransactWriteItems"): (_WRITES,),
    ("lambda", "Invoke"): _one("lambda:InvokeFunction"),
    ("lambda", "InvokeAsync"): _one("lambda:InvokeFunction"),
    ("lambda", "InvokeWithResponseStream"): _one("lambda:InvokeFunction"),
    ("s3", "CompleteMultipartUpload"): _one("s3:PutObject"),
    ("s3", "CopyObject"): _one("s3:GetObject", "s3:PutObject"),
    ("s3", "CreateMultipartUpload"): _one("s3:PutObject"),
    ("s3", "DeleteObjects"): _one("s3:DeleteObject"),
    ("s3", "HeadBucket"): _one("s3:ListBucket"),
    ("s3", "HeadObject"): _one("s3:GetObject"),
    ("s3", "ListObjects"): _one("s3:ListBucket"),
    ("s3", "ListObjectsV2"): _one("s3:ListBucket"),
    ("s3", "ListParts"): _one("s3:ListMultipartUploadParts"),
    ("s3", "UploadPart"): _one("s3:PutObject"),
    ("s3", "UploadPartCopy"): _one("s3:GetObject", "s3:PutObject"),
    ("secretsmanager", "BatchGetSecretValue"): _one("secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"),
    ("ses", "SendEmail"): (_MAIL,),
    ("ses", "SendRawEmail"): (_MAIL,),
    ("sesv2", "SendEmail"): (_MAIL,),
    ("sns", "PublishBatch"): _one("sns:Publish"),
    ("sqs", "ChangeMessageVisibilityBatch"): _one("sqs:ChangeMessageVisibility"),
    ("sqs", "DeleteMessageBatch"): _one("sqs:DeleteMessage"),
    ("sqs", "SendMessageBatch"): _one("sqs:SendMessage"),
}
"""Calls whose action is not named like them."""


def needed(call: SdkCall) -> tuple[frozenset[str], ...]:
    """What must be allowed for the call: one or more actions of each set. What a transaction writes shows only when it does."""
    named = f"{_PREFIXES.get(call.service, call.service)}:{call.operation}"
    return _ACTIONS.get((call.service, call.operation), _one(named))
