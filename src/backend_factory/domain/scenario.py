"""What the QA Engineer does to the deployed feature, from outside, as data that the factory performs."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from backend_factory.domain.model import Record


class Expectation(Record):
    """One fact about an answer's JSON body, or about one of its headers."""

    header: str = ""
    """Name of the header that it is about instead of the body; its value is text."""
    at: str = ""
    """JSON Pointer (RFC 6901) into the body; "" is the whole body."""
    test: Literal["equals", "absent", "present", "length", "contains", "excludes", "ascending", "descending"]
    """`length`: value is a count. `contains`/`excludes`: some / no element of the list at `at` equals `value`,
    or has all members of `value` where that is an object. `ascending`/`descending`: `value` is the pointer, in each
    element, of what is compared."""
    value: JsonValue = None


class Call(Record):
    """One HTTP request. `{name}` in path, query, headers and body is replaced by what an earlier step saved."""

    kind: Literal["call"] = "call"
    tenant: str = "acme"
    """Who calls; "" sends no token, "!tampered" a token whose signature is wrong, "!audience" one for another audience."""
    method: str
    path: str
    query: dict[str, str] = Field(default_factory=dict)
    headers: dict[str, str] = Field(default_factory=dict)
    body: JsonValue = None
    raw: str | None = None
    """A body that is not JSON, sent as it is."""
    status: int
    expect: tuple[Expectation, ...] = ()
    save: dict[str, str] = Field(default_factory=dict)
    """Name -> JSON Pointer into the body."""
    within: float = 0.0
    """Seconds in which the expectations may still become true (work in the background)."""


class Send(Record):
    """A message put straight on a queue, past the API: how poison gets in."""

    kind: Literal["send"] = "send"
    queue: str
    """Stack output that holds the queue's URL."""
    message: str


class Depth(Record):
    """The number of messages that a queue holds."""

    kind: Literal["depth"] = "depth"
    queue: str
    """Stack output that holds the queue's URL."""
    at_least: int
    within: float = 30.0


Step = Annotated[Call | Send | Depth, Field(discriminator="kind")]


class Scenario(Record):
    """A story that shows one or more acceptance criteria; scenarios do not depend on each other."""

    id: str
    """S-1, S-2..."""
    title: str
    criteria: tuple[str, ...]
    steps: tuple[Step, ...]
