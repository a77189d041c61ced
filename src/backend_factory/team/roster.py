"""Who is on the line of one repository: its team and its charters, from the base branch, or what the factory brings."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from backend_factory.domain.assignment import Limits
from backend_factory.domain.model import Record
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.team import Team
from backend_factory.errors import AskerError
from backend_factory.team import configuration
from backend_factory.team.brief import MOST_TOKENS, overhead
from backend_factory.team.charter import FILES, FOLDER, Charter, built_in, read_charter
from backend_factory.team.configuration import read_team, read_team_file
from backend_factory.workspace.committed import committed_text
from backend_factory.workspace.repository import Repository

BUILT_IN = "built in"


class Roster(Record):
    """Everything that says who works on a run, and under which orders."""

    team: Team = Team()
    source: str = BUILT_IN
    """Where the team is from: `built in`, or a file."""
    charters: Mapping[PhaseId, Charter] = Field(default_factory=lambda: {phase: built_in(phase) for phase in PhaseId})


async def load_roster(repository: Repository | None, team_file: Path | None = None) -> Roster:
    """The roster of runs that start on `repository.base_commit`; without a repository, the factory's own.

    `team_file`, which the asker names, decides alone over the team. Files of the repository are read from its base commit only,
    and as a stranger's: they cannot name commands, widen tools or hide text. AskerError for what cannot be used.
    """
    own = read_team_file(team_file) if team_file else None
    committed = await _committed_team(repository) if repository and own is None else None
    commit = repository.base_commit if repository else ""
    charters = {phase: await charter_of(repository, commit, phase) if repository else built_in(phase) for phase in PhaseId}
    if repository:
        await _ensure_known(repository)
    team = own or committed or Team()
    source = str(team_file) if own else configuration.PLACE if committed else BUILT_IN
    return Roster(team=team, source=source, charters=charters)


async def _committed_team(repository: Repository) -> Team | None:
    text = await committed_text(repository, repository.base_commit, configuration.PLACE)
    return None if text is None else read_team(text, f"{configuration.PLACE} on the base branch", commands=False)


async def charter_of(repository: Repository, commit: str, phase: PhaseId) -> Charter:
    """The repository's own charter in that commit, or the factory's. AskerError for what cannot be used."""
    path = f"{FOLDER}/{FILES[phase]}"
    text = await committed_text(repository, commit, path)
    if text is None:
        return built_in(phase)
    charter = read_charter(phase, text, path)
    if (taken := overhead(charter, Limits())) > MOST_TOKENS:
        raise AskerError(f"{path}: with it an assignment takes {taken:,} tokens of {MOST_TOKENS:,}", hint="say it in fewer words")
    return charter


async def _ensure_known(repository: Repository) -> None:
    """A charter whose name is misspelt would be in force nowhere, and nobody would know."""
    listed = await repository.git.text(
        "ls-tree", "-z", "--name-only", "--end-of-options", repository.base_commit, "--", f"{FOLDER}/"
    )
    names = {path.rpartition("/")[2] for path in listed.split("\0") if path}
    if unknown := sorted(names - {*FILES.values()}):
        raise AskerError(f"{FOLDER}/{unknown[0]} is nobody's charter", hint=f"there is {', '.join(FILES.values())}")
