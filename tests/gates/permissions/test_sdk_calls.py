"""What a program can call is read from the names of its functions, and what cannot be read is said to be."""

import pytest

from backend_factory.gates.check import Unreadable
from backend_factory.gates.permissions.needed import needed
from backend_factory.gates.permissions.sdk_calls import SdkCall, sdk_calls

SDK = b"github.com/aws/aws-sdk-go-v2/service/"


def binary(*names: bytes) -> bytes:
    return b"\x7fELF\x00" + b"".join(name + b"\x00" for name in names)


def test_operations_of_clients_are_found_and_nothing_else() -> None:
    found = sdk_calls(
        binary(
            SDK + b"dynamodb.(*Client).GetItem",
            SDK + b"dynamodb.(*Client).GetItem.func1",
            SDK + b"dynamodb.(*Client).addOperationGetItemMiddlewares",
            SDK + b"dynamodb.(*Client).DescribeEndpoints",
            SDK + b"dynamodb.(*GetItemInput).Something",
            SDK + b"sqs.(*Client).SendMessage-fm",
            SDK + b"s3.(*PresignClient).PresignGetObject",
            SDK + b"sts.(*Client).AssumeRole",
        ),
        "cmd/api",
    )

    assert sorted(found) == [SdkCall("dynamodb", "GetItem"), SdkCall("s3", "GetObject"), SdkCall("sqs", "SendMessage")]


@pytest.mark.parametrize(
    "names",
    [
        (b"github.com/aws/aws-sdk-go/service/dynamodb.(*DynamoDB).Query",),
        (SDK + b"dynamodb.(*Client).Query", b"reflect.Value.MethodByName"),
    ],
)
def test_what_cannot_be_told_is_unreadable(names: tuple[bytes, ...]) -> None:
    with pytest.raises(Unreadable):
        sdk_calls(binary(*names), "cmd/api")


def test_a_program_without_clients_may_look_up_methods_by_name() -> None:
    assert sdk_calls(binary(b"reflect.Value.MethodByName"), "cmd/api") == frozenset()


@pytest.mark.parametrize(
    ("call", "actions"),
    [
        (SdkCall("dynamodb", "Query"), [["dynamodb:Query"]]),
        (SdkCall("dynamodb", "TransactGetItems"), [["dynamodb:GetItem"]]),
        (SdkCall("eventbridge", "PutEvents"), [["events:PutEvents"]]),
        (SdkCall("sqs", "SendMessageBatch"), [["sqs:SendMessage"]]),
        (SdkCall("s3", "CopyObject"), [["s3:GetObject"], ["s3:PutObject"]]),
        (SdkCall("ses", "SendEmail"), [["ses:SendEmail", "ses:SendRawEmail"]]),
    ],
)
def test_each_call_needs_the_actions_that_aws_names(call: SdkCall, actions: list[list[str]]) -> None:
    assert [sorted(each) for each in needed(call)] == actions
