"""Who does each phase: a chain of members, tried in order, and whom to ask when the same findings come twice."""

import re
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, field_validator, model_serializer, model_validator

from backend_factory.domain.model import Record
from backend_factory.domain.phase import PhaseId

RunnerName = Literal["blueprint", "model", "agent"]

PROFILES = ("claude-code", "codex", "gemini-cli", "opencode", "goose", "qwen-code")
"""Agents that have a profile; what each is, is the agent runner's to know."""

LONGEST_CHAIN = 8
_MODEL = r"^[a-z0-9][a-z0-9_/-]*:[A-Za-z0-9][A-Za-z0-9_./:@-]*$"
_NAME = r"^(?:[A-Za-z0-9][A-Za-z0-9_./:@\[\]-]*)?$"
"""No leading dash: it may end up among a program's arguments."""


class Member(Record):
    """One link of a chain: what does the work, and with which model."""

    runner: RunnerName
    model: str = Field(default="", max_length=200, pattern=_NAME)
    """For `model` provider and name ("anthropic:claude-sonnet-4-5"); for `agent` a name that it knows, empty for its own."""
    profile: str = Field(default="", max_length=60, pattern=r"^(?:[a-z0-9][a-z0-9-]*)?$")
    """For `agent`: which known agent ("claude-code")."""
    command: tuple[str, ...] = Field(default=(), max_length=64)
    """For `agent` without a profile: program and arguments of one that speaks the Agent Client Protocol."""
    from_attempt: int = Field(default=1, ge=1, le=20)
    """The first attempt that it takes part in; from then on it goes before those who were there earlier."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        """ValueError where something is missing that its runner needs, or is there that its runner does not know."""
        stray = {"blueprint": ("model", "profile", "command"), "model": ("profile", "command"), "agent": ()}[self.runner]
        if named := [name for name in stray if getattr(self, name)]:
            raise ValueError(f"the {self.runner} runner takes no {named[0]}")
        if self.runner == "model" and not _is_model(self.model):
            raise ValueError(f'the model runner wants model = "provider:name", not {self.model!r}')
        if self.runner == "agent" and bool(self.profile) == bool(self.command):
            raise ValueError("the agent runner wants either a profile or a command")
        if any(not part or not part.isprintable() for part in self.command[:1]) or any("\0" in part for part in self.command):
            raise ValueError("the command has no program, or characters that no argument can have")
        return self

    @property
    def label(self) -> str:
        """In a few words: "model anthropic:claude-sonnet-4-5", "agent claude-code (opus)"."""
        if self.runner == "agent":
            return f"agent {self.profile or self.command[0]}{f' ({self.model})' if self.model else ''}"
        return f"{self.runner} {self.model}".strip()

    @property
    def vendor(self) -> str:
        """Whose judgement it is: the provider of a model, the profile or program of an agent."""
        return re.split("[:-]", self.model)[0] if self.runner == "model" else self.profile or "".join(self.command[:1])


Chain = tuple[Member, ...]

BLUEPRINT = Member(runner="blueprint")


class Team(Record):
    """The whole team of a run. Without a word from anybody: the blueprint everywhere."""

    chains: Mapping[PhaseId, Chain] = Field(default_factory=lambda: dict.fromkeys(PhaseId, (BLUEPRINT,)))
    """All six phases have one."""
    second_opinion: Member | None = None
    """Who is asked when the same findings come twice."""
    reviewer: Member | None = None
    """Who reviews what models and agents did; None: another of the team, of another vendor where there is one."""
    own_configuration: bool = False
    """Whether an agent follows the repository's own orders for agents: instructions, hooks, servers."""

    @property
    def all_blueprint(self) -> bool:
        """Whether nobody else is on it."""
        return (
            self.second_opinion is None
            and self.reviewer is None
            and all(member == BLUEPRINT for chain in self.chains.values() for member in chain)
        )

    @property
    def everybody(self) -> tuple[Member, ...]:
        """All who may be asked to do something, each once."""
        chained = (member for phase in PhaseId for member in self.chains[phase])
        others = (member for member in (self.second_opinion, self.reviewer) if member)
        return tuple(dict.fromkeys((*chained, *others)))

    @model_serializer(mode="wrap")
    def _said(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Only what somebody said: the team of most runs, the blueprint everywhere, takes no room in the journal."""
        defaults = {name: field.get_default(call_default_factory=True) for name, field in type(self).model_fields.items()}
        return {name: value for name, value in serialize(self).items() if getattr(self, name) != defaults[name]}

    @field_validator("chains")
    @classmethod
    def _sound(cls, chains: Mapping[PhaseId, Chain]) -> Mapping[PhaseId, Chain]:
        for phase in PhaseId:
            if objection := _objection(chains.get(phase, ())):
                raise ValueError(f"{phase}: {objection}")
        return chains

    def members(self, phase: PhaseId, attempt: int = 1) -> Chain:
        """Those who may do that attempt at `phase` (1 is the first), in the order in which they are tried; never empty.

        The next one is tried where one declines. Who joined at a later attempt goes first: the stronger model of the third.
        """
        present = [member for member in self.chains[phase] if member.from_attempt <= attempt]
        return tuple(sorted(present, key=lambda member: -member.from_attempt))


def _objection(chain: Chain) -> str:
    if not chain:
        return "nobody does it"
    if len(chain) > LONGEST_CHAIN:
        return f"{len(chain)} members, more than {LONGEST_CHAIN}"
    if all(member.from_attempt > 1 for member in chain):
        return "nobody does the first attempt (from_attempt = 1)"
    if len({member.model_copy(update={"from_attempt": 1}) for member in chain}) < len(chain):
        return "the same member twice"
    return ""


def _is_model(name: str) -> bool:
    return re.fullmatch(_MODEL, name) is not None
