"""Limits in words."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from pydantic import BaseModel


def shown_limits(limits: BaseModel, of: str = "") -> Iterator[str]:
    """Each limit that is set, such as "attempts 3" or "run money $20"; those within others are named after both."""
    for name in type(limits).model_fields:
        value, title = getattr(limits, name), f"{of} {name}".strip().replace("_", " ").removeprefix("budgets ")
        if isinstance(value, BaseModel):
            yield from shown_limits(value, title)
        elif value is not None:
            yield f"{title} {_shown(value)}"


def _shown(value: object) -> str:
    match value:
        case Decimal():
            return f"${value:,}"
        case timedelta():
            minutes, seconds = divmod(int(value.total_seconds()), 60)
            hours, minutes = divmod(minutes, 60)
            parts = ((hours, "h"), (minutes, "min"), (seconds, "s"))
            return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"
        case int() | float():
            return f"{value:,}"
        case _:
            return str(value)
