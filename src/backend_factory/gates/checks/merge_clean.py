"""The work merges cleanly into the base branch as it is now, and the base that was judged is the one it started from."""

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.subject import Subject
from backend_factory.workspace.merge import merge_check


async def examine(subject: Subject) -> Examination:
    """A merge in memory."""
    merge = await merge_check(subject.repository, subject.commit)
    findings = tuple(
        Finding(
            check=CHECK.id,
            rule="conflict",
            message=f"{path} conflicts with {subject.repository.base_branch}",
            file=path,
            expected="a clean merge",
            seen=f"{subject.repository.base_branch} is at {merge.base_commit[:12]}",
            hint="start the run again from the new base",
            mends=PhaseId.IMPLEMENT,
        )
        for path in merge.conflicts
    )
    moved = merge.base_commit != subject.base
    summary = (
        f"merges into {subject.repository.base_branch}{', which has moved since' if moved else ''}: {len(findings)} conflicts"
    )
    return Examination(summary, findings, figures={"base_moved": float(moved)})


CHECK = Check("merge-clean", "Merges cleanly into the base branch", (PhaseId.COMMIT,), examine)
