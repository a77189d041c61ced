"""What was written by mistake, or lost, can be had back."""

from collections.abc import Iterator

from backend_factory.gates.policy.objection import Objection
from backend_factory.gates.policy.value import as_dict, as_list, shown, truth
from backend_factory.gates.policy.world import World


def point_in_time(world: World) -> Iterator[Objection]:
    """Tables go back to any second, databases to a backup."""
    for table in world.of("AWS::DynamoDB::Table"):
        seen = table.properties.get("PointInTimeRecoverySpecification")
        if not truth(as_dict(seen).get("PointInTimeRecoveryEnabled")):
            yield Objection(table.at, f"{table.name} cannot be taken back", "PointInTimeRecoveryEnabled: true", shown(seen))
    for table in world.of("AWS::DynamoDB::GlobalTable"):
        for replica in as_list(table.properties.get("Replicas")):
            seen = as_dict(replica).get("PointInTimeRecoverySpecification")
            if not truth(as_dict(seen).get("PointInTimeRecoveryEnabled")):
                yield Objection(table.at, f"{table.name} cannot be taken back", "PointInTimeRecoveryEnabled: true", shown(seen))
    for database in world.of("AWS::RDS::DBInstance", "AWS::RDS::DBCluster"):
        days = world.numbers(database.properties.get("BackupRetentionPeriod"))
        if not days or min(days) < 1:
            seen = shown(database.properties.get("BackupRetentionPeriod"))
            yield Objection(database.at, f"{database.name} has no backup", "BackupRetentionPeriod of a day or more", seen)
