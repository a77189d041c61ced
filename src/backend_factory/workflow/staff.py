"""The members of a run's team as runners, each with the orders of its charter and the keys that it needs."""

import os
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.domain.team import BLUEPRINT, Member
from backend_factory.errors import OperatorError
from backend_factory.runners.blueprint.runner import BlueprintRunner
from backend_factory.runners.model import runner as models
from backend_factory.runners.model.access import Access
from backend_factory.settings import Provider, Settings
from backend_factory.team.brief import artefacts, brief
from backend_factory.team.charter import Charter, reviewers
from backend_factory.team.roster import charter_of
from backend_factory.team.visible import visible
from backend_factory.workflow.members import members, reviewer
from backend_factory.workflow.ports import Runner
from backend_factory.workflow.site import FindGo, GitSite
from backend_factory.workspace.commands import tools_environment
from backend_factory.workspace.state import StateFolder

if TYPE_CHECKING:
    from backend_factory.runners.agent.profile import Profile
    from backend_factory.runners.agent.provider import Credential


class FixedStaff:
    """The same member for a phase whatever the run's team says; the blueprint where none is given."""

    def __init__(self, runners: Mapping[PhaseId, Runner]) -> None:
        self._runners: Mapping[PhaseId, Runner] = {**dict.fromkeys(PhaseId, BlueprintRunner()), **runners}

    async def members(self, _run: Run, phase: PhaseId) -> tuple[Runner, ...]:
        """The one there is."""
        return (self._runners[phase],)

    async def reviewer(self, _run: Run, _phase: PhaseId) -> Runner | None:
        """Nobody."""
        return None


class TeamStaff:
    """Engages who is on the run's team."""

    def __init__(self, site: GitSite, state: StateFolder, go: FindGo, settings: Settings) -> None:
        self._site = site
        self._state = state
        self._go = go
        self._settings = settings
        self._blueprint = BlueprintRunner()

    async def members(self, run: Run, phase: PhaseId) -> tuple[Runner, ...]:
        """Those who may do the next attempt. OperatorError where a key or a package of one is missing."""
        chain = members(run, phase)
        if all(member.runner == BLUEPRINT.runner for member in chain):
            return (self._blueprint,)
        charter = await charter_of(await self._site.repository(run), run.requested.base_commit, phase)
        return tuple([await self._engaged(member, run, charter) for member in chain])

    async def reviewer(self, run: Run, phase: PhaseId) -> Runner | None:
        """Another member, under the reviewer's charter, where a model or an agent did the work."""
        member = reviewer(run, phase)
        return await self._engaged(member, run, reviewers(phase)) if member else None

    async def _engaged(self, member: Member, run: Run, charter: Charter) -> Runner:
        if member.runner == BLUEPRINT.runner:
            return self._blueprint
        limits = run.requested.limits.model_copy(update={"budgets": run.budgets})
        told = partial(brief, charter=charter, limits=limits)
        if member.runner == "model":
            return self._model(member, told, charter.tools)
        return await self._agent(member, run, told, charter.tools)

    def _model(self, member: Member, told: Any, named: tuple[str, ...]) -> Runner:
        return models.ModelRunner(
            member.model,
            accesses={name: Access(one.key.get_secret_value(), one.url) for name, one in self._providers.items()},
            brief=partial(told, folder=models.FOLDER, hand_in=models.HAND_IN),
            artefacts=artefacts,
            scaffold=self._blueprint.perform,
            shown=visible,
            named=named,
        )

    async def _agent(self, member: Member, run: Run, told: Any, named: tuple[str, ...]) -> Runner:
        try:
            from backend_factory.runners.agent import deliverable, profile
            from backend_factory.runners.agent.installation import folders
            from backend_factory.runners.agent.runner import AgentRunner
            from backend_factory.runners.agent.terms import Terms
        except ImportError as error:
            hint = "install them: pip install 'backend-factory[agents]'"
            raise OperatorError(f"the packages for agents are not installed: {error}", hint=hint) from error

        used = profile.load(member.profile) if member.profile else profile.from_command(member.command)
        go = await self._go()
        path = os.pathsep.join((str(go.root / "bin"), self._settings.tool_path))
        environment = tools_environment(go, self._state.cache)
        return AgentRunner(
            used,
            Terms(
                brief=partial(told, folder=deliverable.FOLDER, hand_in=deliverable.HAND_IN),
                artefacts=artefacts,
                path=path,
                scratch=self._state.agents,
                credential=self._credential(used),
                own_configuration=run.requested.team.own_configuration,
                readable=(go.root, Path(environment["GOMODCACHE"]), *folders(used.program, path)),
                environment=environment,
                named=named,
            ),
            member.model,
            name=member.label,
        )

    def _credential(self, used: "Profile") -> "Credential | None":
        """The key of the provider whose protocol the agent speaks; a command, which names none, gets the only one there is."""
        from backend_factory.runners.agent.provider import PROVIDERS, Credential

        providers = self._providers
        name = used.dialect or (next(iter(providers)) if len(providers) == 1 else "")
        given, known = providers.get(name), PROVIDERS.get(name)
        if given and known:
            return Credential(replace(known, upstream=given.url or known.upstream), given.key.get_secret_value())
        if used.dialect:
            hint = f"set BACKEND_FACTORY_PROVIDERS__{name.upper()}__KEY; docs/agents.md"
            raise OperatorError(f"there is no key for {name}, which {used.title} needs", hint=hint)
        return None

    @property
    def _providers(self) -> Mapping[str, Provider]:
        return {name.replace("_", "-"): provider for name, provider in self._settings.providers.items()}
