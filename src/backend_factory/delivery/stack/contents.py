"""What a stack's tables and buckets hold: something put there, and all that is there compared."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any

from backend_factory.delivery.stack.call import ask
from backend_factory.delivery.stack.emulator import Emulator
from backend_factory.delivery.stack.port import Resource, StackState
from backend_factory.domain.model import Record

TABLE, BUCKET = "AWS::DynamoDB::Table", "AWS::S3::Bucket"
_MARKS = {"S": "kept-through-the-update", "N": "1", "B": b"kept"}


class Held(Record):
    """All that one resource holds."""

    logical_id: str
    count: int
    """Items or objects."""
    digest: str
    """sha256 of all of them."""


async def contents(emulator: Emulator, state: StackState) -> tuple[Held, ...]:
    """What each table and bucket of the stack holds, sorted. Raises OperatorError if one cannot be read."""
    found = (_held(emulator, each) for each in state.resources if each.type in (TABLE, BUCKET))
    return tuple(sorted(await asyncio.gather(*found), key=lambda held: held.logical_id))


async def leave_mark(emulator: Emulator, state: StackState) -> int:
    """Put an item into each table and an object into each bucket; how many were put. Twice is as once."""
    kept = [each for each in state.resources if each.type in (TABLE, BUCKET)]
    for each in kept:
        if each.type == TABLE:
            await _put_item(emulator, each.physical_id)
        else:
            body = json.dumps(each.logical_id).encode()
            await ask(emulator.client("s3"), "put_object", Bucket=each.physical_id, Key=_MARKS["S"], Body=body)
    return len(kept)


async def _put_item(emulator: Emulator, table: str) -> None:
    client = emulator.client("dynamodb")
    described = (await ask(client, "describe_table", TableName=table))["Table"]
    types = {each["AttributeName"]: each["AttributeType"] for each in described["AttributeDefinitions"]}
    item = {key["AttributeName"]: {(kind := types[key["AttributeName"]]): _MARKS[kind]} for key in described["KeySchema"]}
    await ask(client, "put_item", TableName=table, Item=item)


async def _held(emulator: Emulator, resource: Resource) -> Held:
    read = _items if resource.type == TABLE else _objects
    lines = sorted([line async for line in read(emulator, resource.physical_id)])
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return Held(logical_id=resource.logical_id, count=len(lines), digest=digest)


async def _items(emulator: Emulator, table: str) -> AsyncIterator[str]:
    start: dict[str, Any] = {}
    while True:
        page = await ask(emulator.client("dynamodb"), "scan", TableName=table, ConsistentRead=True, **start)
        for item in page["Items"]:
            yield json.dumps(item, sort_keys=True, default=repr)
        if not page.get("LastEvaluatedKey"):
            return
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


async def _objects(emulator: Emulator, bucket: str) -> AsyncIterator[str]:
    start: dict[str, str] = {}
    while True:
        page = await ask(emulator.client("s3"), "list_objects_v2", Bucket=bucket, **start)
        for each in page.get("Contents", ()):
            yield json.dumps([each["Key"], each["ETag"], each["Size"]])
        if not page.get("NextContinuationToken"):
            return
        start = {"ContinuationToken": page["NextContinuationToken"]}
