"""What the Test Engineer owes, beside the tests: which test shows which criterion."""

from typing import Literal

from backend_factory.domain.deliverable.implementation import SourceFile
from backend_factory.domain.model import Record


class TestCase(Record):
    """A test that shows a criterion."""

    __test__ = False

    criterion: str
    package: str
    """Folder: pkg/maintenancewindow"""
    name: str
    """As `go test -run` takes it: TestCreate/missing_start"""


class TestSuite(Record):
    """Delivered by the Test Engineer, with the tests as files."""

    __test__ = False

    kind: Literal["test_suite"] = "test_suite"
    summary: str
    files: tuple[SourceFile, ...]
    cases: tuple[TestCase, ...]
