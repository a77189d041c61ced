"""Progress for those who watch from another process: lines in a file, lost without harm."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from backend_factory.domain.notice import Notice

_LARGEST = 4 * 1024 * 1024


class Activity:
    """The progress file of one run."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, notice: Notice) -> None:
        """Append a line; a full disk or a missing folder loses it, nothing more."""
        with contextlib.suppress(OSError):
            if self._path.exists() and self._path.stat().st_size > _LARGEST:
                return
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(notice.model_dump_json() + "\n")

    def since(self, offset: int) -> tuple[tuple[Notice, ...], int]:
        """The whole lines after byte `offset`, and the offset behind them."""
        try:
            with self._path.open("rb") as file:
                file.seek(offset)
                text = file.read()
        except OSError:
            return (), offset
        whole = text[: text.rfind(b"\n") + 1]
        return tuple(_notices(whole)), offset + len(whole)


def _notices(text: bytes) -> Iterator[Notice]:
    for line in text.splitlines():
        with contextlib.suppress(ValidationError):
            yield Notice.model_validate_json(line)
