"""What a member says who looks at another one's work; it can object, and never make a pass."""

from typing import Literal, Self

from pydantic import Field, model_validator

from backend_factory.domain.model import Record


class Objection(Record):
    """One thing that must change before the work is accepted."""

    rule: Literal["wrong", "unsafe", "not-asked-for", "too-much", "too-clever", "not-reused", "not-tested", "misleading"]
    message: str = Field(min_length=1, max_length=2_000)
    file: str = Field(default="", max_length=500)
    line: int = Field(default=0, ge=0)
    """1-based; 0 where no line applies."""
    hint: str = Field(default="", max_length=2_000)
    """What to do instead."""


class Review(Record):
    """An exact verdict: accepted without a word against it, or rejected with all that is wrong. ValueError for anything else."""

    kind: Literal["review"] = "review"
    verdict: Literal["accept", "reject"]
    summary: str = Field(min_length=1, max_length=2_000)
    """What was looked at, and why the verdict is what it is."""
    objections: tuple[Objection, ...] = Field(default=(), max_length=40)

    @model_validator(mode="after")
    def _is_exact(self) -> Self:
        if (self.verdict == "reject") != bool(self.objections):
            raise ValueError("a rejection names its objections, and an acceptance has none")
        return self
