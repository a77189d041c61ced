"""The same run with a stranger's poison in every text that a stranger can choose."""

from backend_factory.testing.story.telling import Story

_FREE_TEXT = frozenset(
    {"text", "title", "summary", "statement", "quote", "note", "reason", "message", "hint", "expected", "seen", "question"}
    | {"needed", "tried", "remark", "by", "given", "when", "then", "frontend", "purpose", "choice", "topic", "rejected"}
    | {"risks", "rollout", "rollback", "name", "path", "file", "package", "ticket", "branch", "receipt", "rule", "target"}
    | {"runbook", "contract", "design", "smoke", "runner", "demand", "files", "logical_id", "type_", "base_branch"}
)


def hostile(story: Story, poison: str) -> Story:
    """The same run with `poison` in every text that a stranger can choose."""
    events = [type(event).model_validate(_poisoned(event.model_dump(mode="json"), poison)) for event in story.events]
    return Story(start=story.start, events=events, evidence=story.evidence, seconds=story.seconds)


def _poisoned(value: object, poison: str, name: str = "") -> object:
    match value:
        case dict():
            return {key: _poisoned(each, poison, name if name in ("receipt", "chains") else key) for key, each in value.items()}
        case list():
            return [_poisoned(each, poison, name) for each in value]
        case str() if value and name in _FREE_TEXT:
            return value + poison
        case _:
            return value
