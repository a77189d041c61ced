"""The local code host: one JSON file a pull request, in the state folder, numbered as they come."""

import contextlib
import os
from pathlib import Path

from pydantic import ValidationError

from backend_factory.delivery.code_host.port import PullRequest
from backend_factory.errors import InternalError, OperatorError


class LocalCodeHost:
    """Keeps pull requests in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def find(self, run: str) -> PullRequest | None:
        """The pull request of that run. InternalError when a record is damaged."""
        return next((pull for pull in map(_read, self._records()) if pull.run == run), None)

    async def open(self, wanted: PullRequest) -> PullRequest:
        """Number and keep it; or bring the run's pull request up to date."""
        present = await self.find(wanted.run)
        try:
            if present:
                return self._replace(wanted.model_copy(update={"number": present.number, "opened": present.opened}))
            self._folder.mkdir(parents=True, exist_ok=True)
            return self._create(wanted)
        except OSError as error:
            hint = "free some space or check the folder's permissions, then resume"
            raise OperatorError(f"the pull request cannot be kept in {self._folder}: {error.strerror}", hint=hint) from error

    def _create(self, wanted: PullRequest) -> PullRequest:
        number = max((int(path.stem) for path in self._records()), default=0) + 1
        while True:
            numbered = wanted.model_copy(update={"number": number})
            draft = self._draft(numbered)
            with contextlib.suppress(FileExistsError):
                # A link is made whole or not at all, and never over another run's pull request.
                os.link(draft, self._path(number))
                draft.unlink()
                return numbered
            draft.unlink()
            number += 1

    def _replace(self, pull: PullRequest) -> PullRequest:
        self._draft(pull).replace(self._path(pull.number))
        return pull

    def _draft(self, pull: PullRequest) -> Path:
        draft = self._folder / f".{pull.run}.draft"
        draft.write_text(pull.model_dump_json(indent=2) + "\n", encoding="utf-8")
        return draft

    def _records(self) -> list[Path]:
        return sorted(path for path in self._folder.glob("*.json") if path.stem.isdecimal())

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.json"


def _read(path: Path) -> PullRequest:
    try:
        return PullRequest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise InternalError(f"the pull request in {path} cannot be read", hint="restore or remove that file") from error
