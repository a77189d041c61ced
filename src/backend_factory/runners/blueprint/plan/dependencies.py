"""The Go modules that the feature needs, pinned; what the repository has already keeps its version."""

from collections.abc import Mapping

from backend_factory.domain.deliverable import Dependency

PINNED: tuple[tuple[str, str, str], ...] = (
    ("github.com/aws/aws-lambda-go", "v1.55.1", "the official runtime loop of Lambda and the types of its events"),
    ("github.com/aws/aws-sdk-go-v2", "v1.47.7", "the official SDK's core: pointers, retries, errors"),
    ("github.com/aws/aws-sdk-go-v2/config", "v1.33.15", "region and credentials from the function's role"),
    ("github.com/aws/aws-sdk-go-v2/service/dynamodb", "v1.73.1", "the table"),
)

QUEUE: tuple[tuple[str, str, str], ...] = (
    ("github.com/aws/aws-sdk-go-v2/service/sqs", "v1.52.10", "the queue between API and worker"),
)

GO = "1.26"
"""The language level that aws-sdk-go-v2 v1.47 asks for in its go.mod."""


def dependencies(requires: Mapping[str, str], *, worker: bool) -> tuple[Dependency, ...]:
    """Every direct dependency. A module's path holds its major version, so one that is there fits."""
    wanted = PINNED + (QUEUE if worker else ())
    return tuple(
        Dependency(module=module, version=requires.get(module, version), reason=reason, present=module in requires)
        for module, version, reason in wanted
    )


def older(requires: Mapping[str, str], *, worker: bool) -> tuple[str, ...]:
    """ "module at version" for those that are there in an older version than the one that was tried with this code."""
    wanted = PINNED + (QUEUE if worker else ())
    return tuple(f"{m} at {requires[m]}" for m, version, _ in wanted if m in requires and _order(requires[m]) < _order(version))


def _order(version: str) -> tuple[int, ...]:
    numbers = version.removeprefix("v").partition("-")[0].partition("+")[0].split(".")
    return tuple(int(number) for number in numbers if number.isdigit())
