"""Somebody with the right approved this deployment, or the repository leaves it to the policy of `--yes`."""

from backend_factory.domain.assignment import Finding
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check, Examination
from backend_factory.gates.repository_policy import PLACE
from backend_factory.gates.subject import Subject


async def examine(subject: Subject) -> Examination:
    """The recorded approval against the base branch's policy."""
    run, approval = subject.run, subject.run.requested.policy.approval
    named = f"named in {PLACE}: {', '.join(approval.deployers)}" if approval.deployers else f"{PLACE} names nobody"
    if run.approved and approval.may_deploy(run.approved, run.requested.by):
        return Examination(f"approved by {run.approved}; {named}")
    if not run.approved and run.requested.unattended and not approval.attended:
        return Examination(f"not approved by a person: the run was started with --yes; {named}")
    seen = f"approved by {run.approved}" if run.approved else "approved by nobody"
    finding = Finding(
        check=CHECK.id,
        rule="not-approved",
        message=f"the deployment of run {run.id} was not approved by somebody with the right",
        expected=f"an approval by {' or '.join(approval.deployers) or 'a person'}",
        seen=seen,
        hint="have one of them answer the last checkpoint",
        mends=PhaseId.COMMIT,
    )
    return Examination(f"{seen}; {named}", (finding,))


CHECK = Check("deployment-approved", "The deployment was approved by somebody with the right", ("stack",), examine, first=True)
