"""What users write, read from the text file beside this: requests with the facts or the refusal that must come of them."""

from pathlib import Path

from backend_factory.domain.assignment import Assignment, Lane
from backend_factory.domain.feature import Entity, FeatureModel, Field, Operation, PlatformType
from backend_factory.domain.phase import PhaseId
from backend_factory.intake import detect

_USUAL = {each.value for each in Operation} - {"ingest"}


def written() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """(request, "= title" or "! demand", facts) in the order of the file."""
    blocks = (Path(__file__).parent / "what_users_write.txt").read_text(encoding="utf-8").split("\n> ")[1:]
    found = []
    for block in blocks:
        request, outcome, *facts = (line for line in block.split("\n") if line)
        text = request.replace("\\\\", "\0").replace("\\n", "\n").replace("\0", "\\")
        found.append((text, outcome, tuple(fact.strip() for fact in facts)))
    return tuple(found)


def asked(text: str) -> Assignment:
    """Phase 1 as the factory would start it: with what the detection says."""
    return Assignment(
        run="r1", phase=PhaseId.SUMMARIZE, attempt=1, request=text, detection=detect(text), lane=Lane(writes=(), never=())
    )


def facts(model: FeatureModel) -> tuple[str, ...]:
    """The model in lines that a person can check against the request."""
    told = [line for entity in model.entities for line in _entity(entity, alone=len(model.entities) == 1)]
    told += ["match " + " ".join(f"{c.left}.{k.left}={c.right}.{k.right}" for k in c.keys) for c in model.correlations]
    told += [f"batches of {i.max_batch} {i.entity}" for i in model.ingestions]
    return tuple(told)


def _entity(entity: Entity, *, alone: bool) -> list[str]:
    if entity.platform is PlatformType.ASSET and not alone:
        return ["asset: as the platform knows it"]
    told = [f"{entity.name}: " + "; ".join(_field(each) for each in entity.fields)]
    if entity.key and entity.platform is None:
        told.append(f"{entity.name} key " + " ".join(entity.key))
    if entity.filters:
        told.append(f"{entity.name} by " + " ".join(entity.filters))
    if entity.sorts:
        told.append(f"{entity.name} sorted " + " ".join(entity.sorts))
    told += [f"{entity.name} {r.earlier} {'<=' if r.or_equal else '<'} {r.later}" for r in entity.rules]
    done = {each.value for each in entity.operations} - {"ingest"}
    return told + ([f"{entity.name} without " + " ".join(sorted(_USUAL - done))] if done != _USUAL else [])


def _field(field: Field) -> str:
    bounds = ["" if bound is None else f"{bound:g}" for bound in (field.minimum, field.maximum)]
    parts = (
        field.name,
        field.type.value + ("[]" if field.many else ""),
        "required" if field.required else "",
        "unique" if field.unique else "",
        "fixed" if field.immutable else "",
        "|".join(field.choices),
        "" if field.default is None else f"={field.default}".lower(),
        "..".join(bounds) if any(bounds) else "",
        "" if field.max_length in (None, 256, 4096) else f"<={field.max_length}",
        "" if field.min_length in (None, 1) else f">={field.min_length}",
        f"/{field.pattern}/" if field.pattern else "",
        f"->{field.references}" if field.references else "",
    )
    return " ".join(part for part in parts if part)
