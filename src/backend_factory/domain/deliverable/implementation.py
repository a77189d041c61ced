"""What the Senior Backend Developer owes, beside the files."""

from typing import Literal

from backend_factory.domain.model import Record


class SourceFile(Record):
    """A file that was written, and why."""

    path: str
    purpose: str
    requirements: tuple[str, ...] = ()


class Implementation(Record):
    """Delivered by the Senior Backend Developer, with code and template as files."""

    kind: Literal["implementation"] = "implementation"
    summary: str
    files: tuple[SourceFile, ...]
    commands: tuple[str, ...]
    """Folders of the Lambda functions: cmd/maintenance-window-api"""
    notes: tuple[str, ...] = ()
