"""What the DevOps Engineer owes, beside the documents."""

from typing import Literal

from backend_factory.domain.deliverable.implementation import SourceFile
from backend_factory.domain.model import Record


class Release(Record):
    """Delivered by the DevOps Engineer, with release notes, runbook and parameters as files."""

    kind: Literal["release"] = "release"
    summary: str
    pull_request_title: str
    stack: str
    """Name of the CloudFormation stack."""
    parameters: dict[str, str]
    smoke: tuple[str, ...]
    """Ids of the scenarios that are run after deployment."""
    rollback: tuple[str, ...]
    files: tuple[SourceFile, ...]
