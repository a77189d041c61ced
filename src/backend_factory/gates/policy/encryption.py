"""What is kept is encrypted."""

from collections.abc import Callable, Iterator

from backend_factory.gates.policy.objection import Objection
from backend_factory.gates.policy.value import Value, as_dict, as_list, shown, truth
from backend_factory.gates.policy.world import World

Properties = dict[str, Value]


def _table(properties: Properties) -> bool:
    return truth(as_dict(properties.get("SSESpecification")).get("SSEEnabled"))


def _queue(properties: Properties) -> bool:
    return truth(properties.get("SqsManagedSseEnabled")) or bool(properties.get("KmsMasterKeyId"))


def _bucket(properties: Properties) -> bool:
    rules = as_list(as_dict(properties.get("BucketEncryption")).get("ServerSideEncryptionConfiguration"))
    return any(as_dict(as_dict(rule).get("ServerSideEncryptionByDefault")).get("SSEAlgorithm") for rule in rules)


def _topic(properties: Properties) -> bool:
    return bool(properties.get("KmsMasterKeyId"))


def _stream(properties: Properties) -> bool:
    return as_dict(properties.get("StreamEncryption")).get("EncryptionType") == "KMS"


def _storage(properties: Properties) -> bool:
    return truth(properties.get("StorageEncrypted"))


def _files(properties: Properties) -> bool:
    return truth(properties.get("Encrypted"))


def _cache(properties: Properties) -> bool:
    return truth(properties.get("AtRestEncryptionEnabled")) and truth(properties.get("TransitEncryptionEnabled"))


def _domain(properties: Properties) -> bool:
    return truth(as_dict(properties.get("EncryptionAtRestOptions")).get("Enabled"))


_SET: dict[str, tuple[str, Callable[[Properties], bool]]] = {
    "AWS::DynamoDB::GlobalTable": ("SSESpecification", _table),
    "AWS::DynamoDB::Table": ("SSESpecification", _table),
    "AWS::EFS::FileSystem": ("Encrypted", _files),
    "AWS::ElastiCache::ReplicationGroup": ("AtRestEncryptionEnabled", _cache),
    "AWS::Kinesis::Stream": ("StreamEncryption", _stream),
    "AWS::OpenSearchService::Domain": ("EncryptionAtRestOptions", _domain),
    "AWS::RDS::DBCluster": ("StorageEncrypted", _storage),
    "AWS::RDS::DBInstance": ("StorageEncrypted", _storage),
    "AWS::S3::Bucket": ("BucketEncryption", _bucket),
    "AWS::SNS::Topic": ("KmsMasterKeyId", _topic),
    "AWS::SQS::Queue": ("SqsManagedSseEnabled", _queue),
}
"""Type -> the property that says so, and whether it does."""


def at_rest(world: World) -> Iterator[Objection]:
    """Said in the template, also where AWS would do it by default."""
    for resource in world.of(*_SET):
        name, holds = _SET[resource.type]
        if not holds(resource.properties):
            yield Objection(resource.at, f"{resource.name} is not encrypted", name, shown(resource.properties.get(name)))
