"""Who is tried at which attempt, and what no member can be."""

import pytest
from pydantic import ValidationError

from backend_factory.domain.phase import PhaseId
from backend_factory.domain.team import BLUEPRINT, Member, Team

SMALL = Member(runner="model", model="anthropic:claude-haiku-4-5")
STRONG = Member(runner="model", model="anthropic:claude-opus-4-5", from_attempt=3)
AGENT = Member(runner="agent", profile="claude-code", model="opus")
EVERYWHERE = dict.fromkeys(PhaseId, (BLUEPRINT,))


def team(*chain: Member) -> Team:
    return Team(chains={**EVERYWHERE, PhaseId.IMPLEMENT: chain})


def test_without_a_word_the_blueprint_does_everything() -> None:
    assert all(Team().members(phase, attempt) == (BLUEPRINT,) for phase in PhaseId for attempt in (1, 2, 9))


def test_members_are_tried_in_the_order_of_their_chain() -> None:
    assert team(BLUEPRINT, SMALL).members(PhaseId.IMPLEMENT) == (BLUEPRINT, SMALL)


def test_who_joins_later_goes_first_from_then_on() -> None:
    mixed = team(BLUEPRINT, SMALL, STRONG)
    assert mixed.members(PhaseId.IMPLEMENT, 2) == (BLUEPRINT, SMALL)
    assert mixed.members(PhaseId.IMPLEMENT, 3) == (STRONG, BLUEPRINT, SMALL)
    assert mixed.members(PhaseId.PLAN, 3) == (BLUEPRINT,)


@pytest.mark.parametrize(
    ("chain", "reason"),
    [
        ((), "nobody does it"),
        ((STRONG,), "nobody does the first attempt"),
        ((SMALL, SMALL), "the same member twice"),
        ((SMALL, SMALL.model_copy(update={"from_attempt": 2})), "the same member twice"),
        (tuple(Member(runner="model", model=f"p:m{n}") for n in range(9)), "9 members"),
    ],
)
def test_a_chain_that_cannot_work_is_refused(chain: tuple[Member, ...], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        team(*chain)


def test_a_team_without_a_phase_is_refused() -> None:
    with pytest.raises(ValidationError, match="backend-commit: nobody does it"):
        Team(chains={phase: (BLUEPRINT,) for phase in PhaseId if phase is not PhaseId.COMMIT})


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"runner": "blueprint", "model": "openai:gpt-5"}, "takes no model"),
        ({"runner": "blueprint", "profile": "codex"}, "takes no profile"),
        ({"runner": "blueprint", "command": ("x",)}, "takes no command"),
        ({"runner": "model"}, "provider:name"),
        ({"runner": "model", "model": "gpt-5"}, "provider:name"),
        ({"runner": "model", "model": "openai:"}, "provider:name"),
        ({"runner": "model", "model": "openai:gpt-5\n"}, "model"),
        ({"runner": "model", "model": "openai:gpt-5", "profile": "codex"}, "takes no profile"),
        ({"runner": "model", "model": "openai:gpt-5", "command": ("x",)}, "takes no command"),
        ({"runner": "agent"}, "either a profile or a command"),
        ({"runner": "agent", "profile": "codex", "command": ("x",)}, "either a profile or a command"),
        ({"runner": "agent", "profile": "../x"}, "profile"),
        ({"runner": "agent", "profile": "codex", "model": "--dangerously-skip-permissions"}, "model"),
        ({"runner": "agent", "profile": "codex", "model": "a b"}, "model"),
        ({"runner": "agent", "command": ("",)}, "no program"),
        ({"runner": "agent", "command": ("x", "\0")}, "no argument can have"),
        ({"runner": "agent", "profile": "codex", "from_attempt": 0}, "from_attempt"),
        ({"runner": "human"}, "runner"),
        ({"runner": "blueprint", "budget": 3}, "budget"),
    ],
)
def test_a_member_that_is_not_whole_is_refused(given: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Member.model_validate(given)


@pytest.mark.parametrize(
    "model",
    [
        "anthropic:claude-sonnet-4-5",
        "openrouter:anthropic/claude-3.5-sonnet",
        "bedrock:us.anthropic.claude-sonnet-4-5-v1:0",
        "gateway/openai:gpt-5",
        "google-gla:gemini-2.5-pro",
    ],
)
def test_every_providers_spelling_of_a_model_is_taken(model: str) -> None:
    assert Member(runner="model", model=model).label == f"model {model}"


def test_a_member_is_named_in_a_few_words() -> None:
    assert BLUEPRINT.label == "blueprint"
    assert AGENT.label == "agent claude-code (opus)"
    assert Member(runner="agent", command=("/opt/mine", "acp")).label == "agent /opt/mine"


def test_a_team_can_be_saved_and_read_again() -> None:
    mixed = Team(chains={**EVERYWHERE, PhaseId.TEST: (AGENT, STRONG)}, second_opinion=SMALL)
    assert Team.model_validate_json(mixed.model_dump_json()) == mixed
