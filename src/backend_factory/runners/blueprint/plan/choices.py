"""The technology choices, each with its reason and with what was rejected."""

from collections.abc import Iterator

from backend_factory.domain.deliverable import Choice
from backend_factory.domain.feature import FeatureModel, Operation
from backend_factory.runners.blueprint.indexes import indexes

ALWAYS: tuple[Choice, ...] = (
    Choice(
        topic="Language",
        choice="Go on the provided.al2023 runtime, arm64",
        reason="The platform's language: one static binary, cold starts of some tens of milliseconds, and a fifth "
        "cheaper than x86_64.",
        rejected="A managed runtime such as Node.js or Python: another toolchain beside the platform's.",
    ),
    Choice(
        topic="Compute",
        choice="One Lambda function for all routes of the API",
        reason="The routes share table, rules and clients, and a function that is called often stays warm.",
        rejected="A function a route: as many roles, log groups and cold starts as routes. Containers: cost while nobody calls.",
    ),
    Choice(
        topic="Entrance",
        choice="API Gateway HTTP API with its JWT authorizer",
        reason="Checks signature, issuer, audience and expiry before any of our code runs; throttles by itself.",
        rejected="REST API: about three times the price, and nothing here needs its extras. Checking tokens in the "
        "function: security code of our own.",
    ),
    Choice(
        topic="Tenant",
        choice="The tenant is a claim of the checked token, and the table's partition key",
        reason="No header, path or body can name another tenant, and no query can reach across a partition.",
        rejected="A tenant in path or header: one forgotten check away from a leak. A table a tenant: quotas, and a "
        "deployment for each customer.",
    ),
    Choice(
        topic="Storage",
        choice="One DynamoDB table, billed by request, keyed by `username` and `key` as on the platform",
        reason="Reads and conditional writes by key in single milliseconds, transactions for uniqueness, nothing to run or size.",
        rejected="Aurora: a VPC, connections and cost at rest, for access paths that are all known. A table an entity: "
        "no transaction is simpler for it.",
    ),
    Choice(
        topic="Concurrent changes",
        choice="A version on each record, conditional writes, `ETag` and `If-Match`",
        reason="Two writers cannot overwrite each other unseen, and a client can insist on what it has read.",
        rejected="The last writer wins: silent loss. Locks: they outlive the function that took them.",
    ),
    Choice(
        topic="Errors",
        choice="`application/problem+json` (RFC 9457), all faulty fields at once",
        reason="A standard that clients and gateways know; a form can mark every field after one try.",
        rejected="An error format of our own.",
    ),
    Choice(
        topic="Infrastructure",
        choice="One CloudFormation template with a role for each function",
        reason="The platform's way; change sets show what a deployment will replace before it does.",
        rejected="Terraform or the CDK: a second state or a build step beside the platform's.",
    ),
)


def choices(model: FeatureModel, reused: tuple[str, ...]) -> tuple[Choice, ...]:
    """Every choice; those about lists, batches and correlation only where the feature has them."""
    return (*ALWAYS, *_by_model(model), _shared(reused))


def _by_model(model: FeatureModel) -> Iterator[Choice]:
    if any(Operation.LIST in entity.operations for entity in model.entities):
        names = ", ".join(f"`{index.name}`" for index in indexes(model) if index.partition == "scope")
        yield Choice(
            topic="Lists",
            choice=f"Query by index ({names}) with a cursor that is bound to tenant, entity, sort and filters",
            reason="A page costs what it returns, however many records there are, and pages stay stable while records are added.",
            rejected="Offset and limit: reads everything before the page. Scans: cost and time grow with all tenants' records.",
        )
    if model.ingestions:
        yield Choice(
            topic="Batches",
            choice="An SQS queue with one message an item, a worker, and a dead-letter queue",
            reason="The caller has its answer at once; each item is tried, counted and set aside on its own, so one "
            "bad item delays nobody.",
            rejected="Processing inside the request: 29 seconds at most. One message a batch: one bad item takes the "
            "others with it. "
            "Step Functions: an execution an item costs more than the work.",
        )
    if model.correlations:
        yield Choice(
            topic="Correlation",
            choice="Computed on read from an index of hashed values, letter case aside, for each pair of fields",
            reason="Always true to the current records of both sides, whatever the order in which they came; no job "
            "that could lag or fail.",
            rejected="Stored links, made when a record is written: they go stale when the other side changes. "
            "OpenSearch: a cluster for an equality.",
        )


def _shared(reused: tuple[str, ...]) -> Choice:
    has = any(path.startswith("pkg/platform/") for path in reused)
    return Choice(
        topic="Shared code",
        choice="`pkg/platform`, as the repository has it" if has else "`pkg/platform`, new in this repository",
        reason="Tenants, problems, decoding and pages must behave the same in every feature."
        + (" It exists, so it is used." if has else ""),
        rejected="A copy in each feature: they drift apart. A third-party framework: none is needed for a table of routes.",
    )
