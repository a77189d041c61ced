"""The base of everything that is recorded: frozen, strict about unknown names, readable as JSON."""

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A value that never changes and that a person can read as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")
