"""No file that the member wrote was swallowed by the repository's ignore rules."""

from pathlib import Path

from backend_factory.domain.assignment import Finding
from backend_factory.domain.deliverable import Implementation, Plan, Release, TestSuite
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination, Unreadable
from backend_factory.gates.subject import Subject
from backend_factory.workspace.commit import ignored
from backend_factory.workspace.git import Git
from backend_factory.workspace.worktree import attach

_SOURCE = (".go", ".yaml", ".yml")
"""What a build does not leave behind, and a person would miss."""


async def examine(subject: Subject) -> Examination:
    """Declared files that are not in the commit, and source files left in the worktree, against the ignore rules."""
    declared = _declared(subject)
    left = await _left_behind(subject)
    swallowed = await _ignored(subject, sorted(path for path in declared | left if not (subject.checkout / path).exists()))
    findings = tuple(
        Finding(
            check=CHECK.id,
            rule="ignored",
            message=f"{path} was written, but {rule} keeps it out of every commit",
            file=path,
            hint="the asker has to change the ignore rule, or the file has to go elsewhere",
            mends=subject.phase,
        )
        for path, rule in swallowed.items()
    )
    return Examination(f"{len(declared | left)} files looked for, {len(findings)} ignored", findings)


def _declared(subject: Subject) -> set[str]:
    match subject.run.deliverables.get(subject.phase):
        case Implementation(files=files) | TestSuite(files=files) | Release(files=files):
            return {file.path for file in files}
        case Plan(layout=layout):
            return {layout.contract, layout.design}
        case _:
            return set()


async def _left_behind(subject: Subject) -> set[str]:
    if subject.run.prepared is None:
        return set()
    worktree = await attach(subject.repository, Path(subject.run.prepared.worktree), subject.run.id)
    return {path for path in await ignored(worktree) if path.endswith(_SOURCE)} if worktree else set()


async def _ignored(subject: Subject, paths: list[str]) -> dict[str, str]:
    """Path -> the rule that matches it: ".gitignore:3: cmd/"."""
    if not paths:
        return {}
    repository = subject.repository
    # check-ignore takes paths, not pathspecs, and refuses to be told that they are literal.
    places = {"GIT_DIR": str(repository.git_folder), "GIT_WORK_TREE": str(subject.checkout)}
    settings = {**places, "GIT_LITERAL_PATHSPECS": "0"}
    git = Git(repository.git.program, subject.checkout, settings, repository.git.overrides)
    done = await git.call("check-ignore", "--no-index", "--verbose", "-z", "--stdin", stdin="\0".join(paths).encode())
    if done.exit_status not in (0, 1):
        raise Unreadable(f"git cannot say what is ignored: {done.stderr[-300:]}")
    fields = done.stdout.split("\0")[:-1]
    rules = zip(*(fields[n::4] for n in range(4)), strict=True)
    return {path: f"{source}:{line}: {pattern}" for source, line, pattern, path in rules if not pattern.startswith("!")}


CHECK = Check(
    "nothing-ignored",
    "No written file is ignored by git",
    (PhaseId.PLAN, PhaseId.IMPLEMENT, PhaseId.TEST, PhaseId.COMMIT),
    examine,
)
