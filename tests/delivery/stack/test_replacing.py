"""An update that has to make something anew is known by what AWS says of its types."""

import pytest

from backend_factory.delivery.stack.replacing import replaced

TABLE = {"Type": "AWS::DynamoDB::Table", "Properties": {"BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "id"}]}}


def table(**properties: object) -> dict[str, object]:
    return {"Resources": {"Table": {**TABLE, "Properties": {**TABLE["Properties"], **properties}}}}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (table(TableName="things"), "TableName None -> things"),
        (table(KeySchema=[]), "KeySchema [{'AttributeName': 'id'}] -> []"),
        ({"Resources": {"Table": {"Type": "AWS::SQS::Queue"}}}, "Type AWS::DynamoDB::Table -> AWS::SQS::Queue"),
    ],
)
def test_what_is_given_once_and_for_ever_cannot_be_updated(after: dict[str, object], why: str) -> None:
    assert list(replaced(table(), after)) == [("Table", why)]


@pytest.mark.parametrize("after", [table(), table(BillingMode="PROVISIONED"), {"Resources": {}}])
def test_what_can_be_updated_in_place_or_is_gone_is_not_replaced(after: dict[str, object]) -> None:
    assert list(replaced(table(), after)) == []


def test_of_a_type_that_nobody_knows_nothing_is_said() -> None:
    before, after = ({"Resources": {"X": {"Type": "Custom::Thing", "Properties": {"a": n}}}} for n in (1, 2))

    assert list(replaced(before, after)) == []
