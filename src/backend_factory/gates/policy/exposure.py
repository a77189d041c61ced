"""Nothing that holds data is open to the world."""

from collections.abc import Iterator

from backend_factory.gates.policy.objection import Objection
from backend_factory.gates.policy.value import as_dict, as_list, shown, truth
from backend_factory.gates.policy.world import World

_BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
_POLICIES = (
    "AWS::S3::BucketPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SecretsManager::ResourcePolicy",
    "AWS::SQS::QueueInlinePolicy",
    "AWS::SNS::TopicInlinePolicy",
)
_DOCUMENTS = ("PolicyDocument", "ResourcePolicy")


def buckets(world: World) -> Iterator[Objection]:
    """Public access is blocked in all four ways."""
    for bucket in world.of("AWS::S3::Bucket"):
        block = as_dict(bucket.properties.get("PublicAccessBlockConfiguration"))
        open_ways = [name for name in _BLOCKS if not truth(block.get(name))]
        if open_ways:
            yield Objection(bucket.at, f"{bucket.name} can be made public", f"{', '.join(open_ways)}: true", shown(block))
        if str(bucket.properties.get("AccessControl", "Private")).startswith("Public"):
            seen = shown(bucket.properties["AccessControl"])
            yield Objection((*bucket.at, "AccessControl"), f"{bucket.name} is public", "Private", seen)


def policies(world: World) -> Iterator[Objection]:
    """A resource's policy names whom it lets in; everybody only under a condition."""
    for policy in world.of(*_POLICIES):
        for key in _DOCUMENTS:
            written = as_list(as_dict(policy.properties.get(key)).get("Statement"))
            for index, each in enumerate(written):
                said = as_dict(each)
                if said.get("Effect") == "Deny" or said.get("Condition") or not _everybody(said):
                    continue
                yield Objection(
                    (*policy.at, key, "Statement", index),
                    f"{policy.name} lets everybody in",
                    "a principal by name, or a condition",
                    shown(said.get("Principal") or said.get("NotPrincipal")),
                )


def _everybody(said: dict[str, object]) -> bool:
    principal = said.get("Principal")
    named = principal.values() if isinstance(principal, dict) else [principal]
    return "NotPrincipal" in said or any("*" in as_list(each) for each in named)
