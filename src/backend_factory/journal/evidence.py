"""What checks saw, kept by content hash: written once, never changed, checked when read."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import Literal

from backend_factory.domain.gate import Evidence
from backend_factory.errors import InternalError, OperatorError
from backend_factory.journal.owner import is_gone, this_process

LARGEST = 2 * 1024 * 1024
"""Bytes kept of one piece of evidence; the middle of longer ones is left out, with a note."""


class EvidenceStore:
    """A folder of blobs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._drafts = folder / "drafts"
        self._sweep()

    def keep(self, title: str, text: str, media_type: Literal["text/plain", "application/json"] = "text/plain") -> Evidence:
        """Store `text` durably. The same text is stored once. OperatorError when there is no space."""
        content = _bounded(text.encode("utf-8", errors="replace"))
        digest = hashlib.sha256(content).hexdigest()
        try:
            self._write(digest, content)
        except OSError as error:
            hint = "free some space or check the folder's permissions, then resume; nothing recorded is lost"
            raise OperatorError(f"evidence cannot be kept in {self._folder}: {error.strerror}", hint=hint) from error
        return Evidence(title=title, sha256=digest, media_type=media_type, bytes=len(content))

    def read(self, sha256: str) -> bytes:
        """The blob of that hash. InternalError when it is missing or no longer what was stored."""
        if len(sha256) != 64 or not all(c in "0123456789abcdef" for c in sha256):
            raise InternalError(f"{sha256[:80]!r} is no content hash")
        try:
            content = self._path(sha256).read_bytes()
        except OSError as error:
            raise InternalError(f"evidence {sha256} is missing", hint="it was removed from the state folder") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise InternalError(f"evidence {sha256} was changed after it was stored")
        return content

    def _write(self, digest: str, content: bytes) -> None:
        path = self._path(digest)
        if path.exists():
            return
        for place in (path.parent, self._drafts):
            place.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._drafts, prefix=f"{this_process()}~", delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise

    def _sweep(self) -> None:
        """Remove what killed processes were about to store."""
        for draft in self._drafts.glob("*~*"):
            if is_gone(draft.name.rpartition("~")[0]):
                with contextlib.suppress(OSError):
                    draft.unlink()

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest[2:]


def _bounded(content: bytes) -> bytes:
    if len(content) <= LARGEST:
        return content
    half = LARGEST // 2
    note = f"\n... {len(content) - 2 * half} bytes left out ...\n".encode()
    return content[:half] + note + content[-half:]
