"""The client's side of the protocol: what the agent gets from the factory, all of it through the workbench."""

import math
from decimal import Decimal
from pathlib import Path
from typing import Any

from acp import RequestError
from acp.schema import (
    PermissionOption,
    ReadTextFileResponse,
    RequestPermissionResponse,
    ToolCallUpdate,
    UsageUpdate,
    WriteTextFileResponse,
)

from backend_factory.domain.assignment import Lane
from backend_factory.errors import FactoryError
from backend_factory.runners.agent.deliverable import OUTBOX
from backend_factory.runners.agent.narration import Narration
from backend_factory.runners.agent.permission import allowed, answer, relative
from backend_factory.workspace.lane import allows
from backend_factory.workspace.plain import plain
from backend_factory.workspace.workbench import OutOfLane, Workbench
from backend_factory.workspace.writing import PathRefused, write_files


class Hands:
    """Serves permission requests, file reads and file writes; tells updates on."""

    def __init__(self, workbench: Workbench, lane: Lane, home: Path, narration: Narration, *, runs: bool) -> None:
        self._workbench = workbench
        self._lane = lane
        self._home = home
        self._narration = narration
        self._runs = runs
        self.refused: list[str] = []
        """Tool calls that were refused in this turn."""
        self.cost: Decimal | None = None
        """Dollars of the whole session, as the agent told last; None where it does not."""

    async def request_permission(
        self, session_id: str, tool_call: ToolCallUpdate, options: list[PermissionOption], **_: Any
    ) -> RequestPermissionResponse:
        """Allowed once or refused, by the lane."""
        yes = allowed(tool_call, self._writable, self._readable, runs=self._runs)
        if not yes:
            self.refused.append(plain(tool_call.title or str(tool_call.kind or "a tool"))[:200])
            self.note(f"refused, out of the lane: {tool_call.title or tool_call.kind or 'a tool'}")
        return RequestPermissionResponse(outcome=answer(yes, options))

    async def session_update(self, session_id: str, update: Any, **_: Any) -> None:
        """Progress, or what it has cost."""
        cost = update.cost if isinstance(update, UsageUpdate) else None
        if cost is not None and cost.currency == "USD" and 0 <= cost.amount < math.inf:
            self.cost = Decimal(str(cost.amount))
        self._narration.tell(update)

    async def read_text_file(
        self, session_id: str, path: str, line: int | None = None, limit: int | None = None, **_: Any
    ) -> ReadTextFileResponse:
        """A file of the worktree, or the lines of it that are asked for."""
        inside = self._inside(path)
        try:
            text = self._workbench.read(inside)
        except PathRefused as reason:
            self.note(f"refused: {reason}")
            raise RequestError.invalid_params({"details": str(reason)}) from reason
        except OSError as reason:
            raise RequestError.resource_not_found(path) from reason
        if line is not None or limit is not None:
            first = max((line or 1) - 1, 0)
            text = "".join(text.splitlines(keepends=True)[first : None if limit is None else first + max(limit, 0)])
        return ReadTextFileResponse(content=text)

    async def write_text_file(self, session_id: str, path: str, content: str, **_: Any) -> WriteTextFileResponse:
        """Write a file that is in the lane, or the deliverable."""
        inside = self._inside(path)
        try:
            if inside.startswith(f"{OUTBOX}/"):
                write_files(self._workbench.root, {inside: content})
            elif allows(self._lane, inside):
                self._workbench.write(inside, content)
            else:
                raise OutOfLane(f"{inside} is out of the lane")
        except (FactoryError, PathRefused) as reason:
            self.note(f"refused: {reason}")
            raise RequestError.invalid_params({"details": str(reason)}) from reason
        return WriteTextFileResponse()

    def note(self, text: str) -> None:
        """Tell those who watch, with paths as the worktree has them, and keep it with the attempt."""
        self._workbench.note(text.replace(f"{self._workbench.root}/", ""))

    def _inside(self, path: str) -> str:
        inside = relative(path, self._workbench.root)
        if inside is None:
            self.note(f"refused: {path} is out of the worktree")
            raise RequestError.invalid_params({"details": f"{path} is out of the worktree"})
        return inside

    def _writable(self, path: str) -> bool:
        inside = relative(path, self._workbench.root)
        if inside is None:
            return relative(path, self._home) is not None
        return inside.startswith(f"{OUTBOX}/") or allows(self._lane, inside)

    def _readable(self, path: str) -> bool:
        return relative(path, self._workbench.root) is not None or relative(path, self._home) is not None
