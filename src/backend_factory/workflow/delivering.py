"""The delivery, step by step: branch, stack, pull request. What is there already is found, not made again."""

import time
from collections.abc import Callable

from backend_factory.delivery.code_host.port import CodeHost, PullRequest
from backend_factory.domain.deliverable import Release
from backend_factory.domain.event import Event, StepDelivered, StepFailed
from backend_factory.domain.notice import Notice
from backend_factory.domain.phase import PhaseId
from backend_factory.domain.run import Run
from backend_factory.errors import InternalError
from backend_factory.gates.judge import verdict
from backend_factory.report.pull_request import pull_request_body
from backend_factory.workflow.gatekeeper import CheckoutGatekeeper
from backend_factory.workflow.perform import now
from backend_factory.workflow.ports import Observe
from backend_factory.workflow.site import GitSite
from backend_factory.workspace.branch import publish
from backend_factory.workspace.merge import merge_check


class LineDelivery:
    """Delivers to a code host and an account."""

    def __init__(
        self,
        site: GitSite,
        gatekeeper: CheckoutGatekeeper,
        code_host: CodeHost,
        events: Callable[[str], tuple[Event, ...]],
    ) -> None:
        self._site = site
        self._gatekeeper = gatekeeper
        self._code_host = code_host
        self._events = events

    async def deliver(self, run: Run, step: str, observe: Observe) -> StepDelivered | StepFailed:
        """Do one step unless it is done already."""
        started = time.monotonic()
        match step:
            case "branch":
                outcome = await self._branch(run, observe)
            case "stack":
                outcome = await self._stack(run, observe)
            case "pull_request":
                outcome = await self._pull_request(run, observe)
            case _:
                raise InternalError(f"there is no delivery step {step!r}")
        return outcome.model_copy(update={"seconds": time.monotonic() - started})

    async def _branch(self, run: Run, observe: Observe) -> StepDelivered | StepFailed:
        _say(run, observe, f"publishing {run.requested.branch}")
        repository = await self._site.repository(run)
        merge = await merge_check(repository, run.head)
        if not merge.clean:
            reason = f"{run.requested.base_branch} has moved and conflicts in {', '.join(merge.conflicts[:5])}"
            return StepFailed(at=now(), step="branch", reason=reason)
        await publish(repository, run.requested.branch, run.head, run.id)
        receipt = {"branch": run.requested.branch, "commit": run.head, "base_commit": merge.base_commit}
        return StepDelivered(at=now(), step="branch", receipt=receipt)

    async def _stack(self, run: Run, observe: Observe) -> StepDelivered | StepFailed:
        release = run.deliverables[PhaseId.COMMIT]
        if not isinstance(release, Release):
            raise InternalError("the last phase delivered no release")
        _say(run, observe, f"deploying stack {release.stack} by change set")
        checks = await self._gatekeeper.deploy(run, observe)
        if verdict(PhaseId.COMMIT, checks).kind != "passed":
            reason = "; ".join(f"{c.check}: {c.summary}" for c in checks if c.in_the_way)
            return StepFailed(at=now(), step="stack", reason=reason, checks=checks)
        figures = {name: f"{value:g}" for check in checks for name, value in check.figures.items()}
        receipt = {"stack": release.stack, "target": run.requested.target, **figures}
        return StepDelivered(at=now(), step="stack", receipt=receipt, checks=checks)

    async def _pull_request(self, run: Run, observe: Observe) -> StepDelivered | StepFailed:
        release = run.deliverables[PhaseId.COMMIT]
        if not isinstance(release, Release):
            raise InternalError("the last phase delivered no release")
        _say(run, observe, "opening the pull request")
        wanted = PullRequest(
            number=0,
            run=run.id,
            repository=run.requested.repository,
            title=release.pull_request_title,
            body=pull_request_body(run, self._events(run.id)),
            branch=run.requested.branch,
            base=run.requested.base_branch,
            commit=run.head,
            opened=now(),
        )
        opened = await self._code_host.open(wanted)
        receipt = {"number": str(opened.number), "title": opened.title, "branch": opened.branch, "base": opened.base}
        return StepDelivered(at=now(), step="pull_request", receipt=receipt)


def _say(run: Run, observe: Observe, text: str) -> None:
    observe(Notice(at=now(), run=run.id, text=text))
