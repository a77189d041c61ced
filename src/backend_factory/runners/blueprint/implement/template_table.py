"""The table: keyed by tenant and key, with the indexes that the feature reads."""

from typing import Any

from backend_factory.domain.feature import FeatureModel
from backend_factory.runners.blueprint.implement.template_tags import Node
from backend_factory.runners.blueprint.indexes import Index, indexes

PARTITION, SORT = "username", "key"


def table(model: FeatureModel) -> Node:
    """The Table resource."""
    found = indexes(model)
    keys = {PARTITION, SORT, *(each.partition for each in found), *(each.sort for each in found)}
    properties: Node = {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in sorted(keys)],
        "KeySchema": _keys(PARTITION, SORT),
    }
    if found:
        properties["GlobalSecondaryIndexes"] = [_index(each) for each in found]
    properties |= {
        "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "SSESpecification": {"SSEEnabled": True},
    }
    return {
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": properties,
    }


def _index(index: Index) -> Node:
    return {
        "IndexName": index.name,
        "KeySchema": _keys(index.partition, index.sort),
        "Projection": {"ProjectionType": "ALL"},
    }


def _keys(partition: str, sort: str) -> list[dict[str, Any]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]
