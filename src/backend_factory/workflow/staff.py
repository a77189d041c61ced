"""The members of a run's team as runners, each with the orders of its charter and the keys that it needs."""

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.domain.team import BLUEPRINT, Member
from backend_factory.runners.blueprint.runner import BlueprintRunner
from backend_factory.runners.model import runner as models
from backend_factory.settings import Settings
from backend_factory.team.brief import artefacts, brief
from backend_factory.team.charter import Charter, reviewers
from backend_factory.team.roster import charter_of
from backend_factory.team.visible import visible
from backend_factory.workflow.members import members, reviewer
from backend_factory.workflow.ports import Runner
from backend_factory.workflow.site import FindGo, GitSite
from backend_factory.workflow.usable import accesses, credential_of, profile_of
from backend_factory.workspace.commands import tools_environment
from backend_factory.workspace.state import StateFolder


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
            accesses=accesses(self._settings),
            brief=partial(told, folder=models.FOLDER, hand_in=models.HAND_IN),
            artefacts=artefacts,
            scaffold=self._blueprint.perform,
            shown=visible,
            named=named,
        )

    async def _agent(self, member: Member, run: Run, told: Any, named: tuple[str, ...]) -> Runner:
        used = profile_of(member)
        from backend_factory.runners.agent import deliverable
        from backend_factory.runners.agent.installation import folders
        from backend_factory.runners.agent.runner import AgentRunner
        from backend_factory.runners.agent.terms import Terms

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
                credential=credential_of(used, self._settings),
                own_configuration=run.requested.team.own_configuration,
                readable=(go.root, Path(environment["GOMODCACHE"]), *folders(used.program, path)),
                environment=environment,
                named=named,
            ),
            member.model,
            name=member.label,
        )
