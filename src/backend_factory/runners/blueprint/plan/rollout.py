"""How the feature gets to users, how it is taken back, and what may go wrong."""

from collections.abc import Iterator

from backend_factory.domain.assignment import Survey
from backend_factory.domain.feature import FeatureModel, FieldType, Operation
from backend_factory.runners.blueprint.indexes import indexes
from backend_factory.runners.blueprint.plan.dependencies import GO, older


def rollout(*, worker: bool) -> tuple[str, ...]:
    """Steps, in order."""
    built = "Build both functions" if worker else "Build the API function"
    return (
        f"{built} for linux/arm64 from the merged commit, and upload each zip under a key that holds its content hash.",
        "Create a change set from the template and the parameters file; refuse it if it replaces or deletes the table.",
        "Execute the change set; CloudFormation goes back to the last state by itself if a resource fails.",
        "Run the smoke scenarios with a token of a test tenant.",
        "Watch the alarms for 30 minutes, then tell the users of the API; nobody calls it before, so no traffic is moved.",
    )


def rollback(*, worker: bool) -> tuple[str, ...]:
    """Steps, in order; the first is enough for most faults."""
    pause = (
        "If the worker is at fault, disable its event source mapping: items wait in the queue for four days, and none is lost."
    )
    return (
        "Deploy the last good artefacts again: a stack update with the former artefact keys, which leaves data alone.",
        *((pause,) if worker else ()),
        "If the first deployment fails, delete the stack: the table is retained, everything else goes.",
        "If records were damaged, restore the table to a moment before the fault (at most 35 days back) as a new table, and "
        "copy the affected tenants' items from it.",
    )


def risks(model: FeatureModel, survey: Survey) -> tuple[str, ...]:
    """What a reviewer should weigh, drawn from the model and the repository; the platform's limits with their numbers."""
    return (*_data_risks(model), *_index_risks(model), *_repository_risks(model, survey))


def _data_risks(model: FeatureModel) -> Iterator[str]:
    inside = {entity.name for entity in model.entities}
    referred = {field.references for entity in model.entities for field in entity.fields if field.type is FieldType.REFERENCE}
    if referred & inside and _offers(model, Operation.DELETE):
        yield (
            "A reference is checked when it is written. Deleting a record does not touch records that refer to it, so "
            "a reference may come to point nowhere."
        )
    if referred - inside:
        yield (
            "References to records outside this feature are checked for their form only: the feature has no access to "
            "those records."
        )
    if any(field.unique for entity in model.entities for field in entity.fields):
        yield (
            "A record with a unique field is written in a transaction with a second item: such writes cost about four times "
            "as much as plain ones."
        )


def _index_risks(model: FeatureModel) -> Iterator[str]:
    found = indexes(model)
    if found:
        yield (
            f"The {len(found)} indexes are eventually consistent: a record may be missing from a list for a moment after it is "
            "written, though it can be read by its id at once."
        )
        yield (
            "CloudFormation creates or deletes one index of a table per update "
            "(https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-dynamodb-table.html): later "
            "changes of indexes go out one by one."
        )
    if _offers(model, Operation.LIST):
        yield (
            "The lists of one kind of record of one tenant share one partition of an index, which takes about 1,000 "
            "writes and 3,000 reads of 4 KB a second."
        )
    if any(entity.filters for entity in model.entities):
        yield (
            "Filters are applied while an index is read: a filter that matches few of very many records takes several "
            "reads for one page."
        )


def _repository_risks(model: FeatureModel, survey: Survey) -> Iterator[str]:
    stale = older(survey.requires, worker=bool(model.ingestions))
    if stale:
        yield (
            f"The repository has older versions of what this code was tried with ({', '.join(stale)}); the go tool may "
            "have to raise them."
        )
    if _level(survey.go) < _level(GO):
        yield f"The AWS SDK asks for Go {GO}: the go line of go.mod is raised to it."


def _offers(model: FeatureModel, operation: Operation) -> bool:
    return any(operation in entity.operations for entity in model.entities)


def _level(go: str) -> tuple[int, ...]:
    return tuple(int(part) for part in go.split(".")[:2] if part.isdigit())
