"""Whether a member can be used on this machine: its packages, its program, its provider and the key for it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from backend_factory.domain.team import Member
from backend_factory.errors import OperatorError
from backend_factory.runners.model.access import Access, model_of
from backend_factory.settings import Provider, Settings

if TYPE_CHECKING:
    from backend_factory.runners.agent.profile import Profile
    from backend_factory.runners.agent.provider import Credential


def ensure_usable(member: Member, settings: Settings) -> None:
    """OperatorError that says what is missing. Nothing is started, and no provider is asked."""
    match member.runner:
        case "model":
            model_of(member.model, accesses(settings))
        case "agent":
            used = profile_of(member)
            from backend_factory.runners.agent.installation import program_of

            program_of(used, settings.tool_path)
            credential_of(used, settings)
        case "blueprint":
            pass


def accesses(settings: Settings) -> Mapping[str, Access]:
    """The key of each provider, by pydantic-ai's name for it."""
    return {name: Access(one.key.get_secret_value(), one.url) for name, one in _providers(settings).items()}


def profile_of(member: Member) -> "Profile":
    """How the agent is started. OperatorError without the packages for agents."""
    try:
        from backend_factory.runners.agent import profile, runner  # noqa: F401 - the runner needs all of them
    except ImportError as error:
        hint = "install them: pip install 'backend-factory[agents]'"
        raise OperatorError(f"the packages for agents are not installed: {error}", hint=hint) from error
    return profile.load(member.profile) if member.profile else profile.from_command(member.command)


def credential_of(used: "Profile", settings: Settings) -> "Credential | None":
    """The key of the provider whose protocol the agent speaks; a command, which names none, gets the only one there is."""
    from backend_factory.runners.agent.provider import PROVIDERS, Credential

    providers = _providers(settings)
    name = used.dialect or (next(iter(providers)) if len(providers) == 1 else "")
    given, known = providers.get(name), PROVIDERS.get(name)
    if given and known:
        return Credential(replace(known, upstream=given.url or known.upstream), given.key.get_secret_value())
    if used.dialect:
        hint = f"set BACKEND_FACTORY_PROVIDERS__{name.upper()}__KEY; docs/agents.md"
        raise OperatorError(f"there is no key for {name}, which {used.title} needs", hint=hint)
    return None


def _providers(settings: Settings) -> Mapping[str, Provider]:
    return {name.replace("_", "-"): provider for name, provider in settings.providers.items()}
