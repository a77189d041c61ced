"""Bounds: memory, time, and how much may happen at once."""

from collections.abc import Iterator

from backend_factory.gates.policy.functions import (
    DEFAULT_MEGABYTES,
    DEFAULT_SECONDS,
    INTEGRATION,
    answers_http,
    functions,
    sources,
)
from backend_factory.gates.policy.objection import Objection
from backend_factory.gates.policy.value import as_dict, as_list, shown
from backend_factory.gates.policy.world import Resource, World

_HTTP_SECONDS = 30
"""An HTTP API gives up after 30 s: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""


def memory(world: World) -> Iterator[Objection]:
    """Not more than a request can need."""
    for function in functions(world):
        most = world.thresholds.function_megabytes
        seen = world.numbers(function.properties.get("MemorySize", DEFAULT_MEGABYTES))
        if seen is None or not DEFAULT_MEGABYTES <= min(seen) <= max(seen) <= most:
            yield Objection(
                (*function.at, "MemorySize"),
                f"{function.name} has memory out of bounds",
                f"{DEFAULT_MEGABYTES} to {most} MB",
                shown(function.properties.get("MemorySize")),
            )


def time(world: World) -> Iterator[Objection]:
    """A function ends before whoever waits for it gives up."""
    for function in functions(world):
        waited = answers_http(world, function)
        most = _HTTP_SECONDS - 1 if waited else world.thresholds.function_seconds
        seen = world.numbers(function.properties.get("Timeout", DEFAULT_SECONDS))
        if seen is None or not 1 <= min(seen) <= max(seen) <= most:
            yield Objection(
                (*function.at, "Timeout"),
                f"{function.name} {'outlives its API' if waited else 'may run too long'}",
                f"1 to {most} seconds",
                shown(function.properties.get("Timeout")),
            )


def concurrency(world: World) -> Iterator[Objection]:
    """A function cannot take the account's capacity from all others, nor be asked for more than it has."""
    for function in functions(world):
        seen = world.numbers(function.properties.get("ReservedConcurrentExecutions"))
        if seen is None or not 1 <= min(seen) <= max(seen) <= world.thresholds.function_concurrency:
            yield Objection(
                (*function.at, "ReservedConcurrentExecutions"),
                f"{function.name} may run any number of times at once",
                f"ReservedConcurrentExecutions from 1 to {world.thresholds.function_concurrency}",
                shown(function.properties.get("ReservedConcurrentExecutions")),
            )
            continue
        for source in sources(world, function):
            yield from _fed(world, source, function, min(seen))


def _fed(world: World, source: Resource, function: Resource, reserved: float) -> Iterator[Objection]:
    wanted = as_dict(source.properties.get("ScalingConfig")).get("MaximumConcurrency")
    if wanted is None or wanted == function.properties.get("ReservedConcurrentExecutions"):
        return
    seen = world.numbers(wanted)
    if seen is None or max(seen) > reserved:
        yield Objection(
            (*source.at, "ScalingConfig"),
            f"{source.name} hands {function.name} more at once than it takes, and what is refused counts as a try",
            f"MaximumConcurrency of at most {reserved:g}",
            shown(wanted),
        )


def throttling(world: World) -> Iterator[Objection]:
    """Callers are refused before they can bring the feature down."""
    for stage in world.of("AWS::ApiGatewayV2::Stage"):
        yield from _throttled(world, stage, as_dict(stage.properties.get("DefaultRouteSettings")), "DefaultRouteSettings")
        for route, settings in as_dict(stage.properties.get("RouteSettings")).items():
            if {"ThrottlingRateLimit", "ThrottlingBurstLimit"} & as_dict(settings).keys():
                yield from _throttled(world, stage, as_dict(settings), f"RouteSettings of {route}")
    for stage in world.of("AWS::ApiGateway::Stage"):
        every = [as_dict(each) for each in as_list(stage.properties.get("MethodSettings"))]
        general = next((each for each in every if (each.get("ResourcePath"), each.get("HttpMethod")) == ("/*", "*")), {})
        yield from _throttled(world, stage, general, "MethodSettings of /* and *")


def _throttled(world: World, stage: Resource, settings: dict[str, object], place: str) -> Iterator[Objection]:
    for name in ("ThrottlingRateLimit", "ThrottlingBurstLimit"):
        seen = world.numbers(settings.get(name))
        if seen is None or not 0 < min(seen) <= max(seen) <= world.thresholds.requests_per_second:
            yield Objection(
                (*stage.at, place.split(" ")[0]),
                f"{stage.name} takes any number of requests",
                f"{name} in {place}, up to {world.thresholds.requests_per_second}",
                shown(settings.get(name)),
            )


def payload(world: World) -> Iterator[Objection]:
    """Functions are written for format 2.0; what the API sends by default depends on how it was made."""
    for integration in world.of(INTEGRATION):
        seen = integration.properties.get("PayloadFormatVersion")
        if integration.properties.get("IntegrationType") == "AWS_PROXY" and str(seen) != "2.0":
            yield Objection(integration.at, f"{integration.name} sends another format", "PayloadFormatVersion 2.0", shown(seen))
