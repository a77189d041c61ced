"""The local code host and the one in memory do what a code host does."""

from pathlib import Path

from backend_factory.delivery.code_host.local import LocalCodeHost
from backend_factory.testing.code_host import MemoryCodeHost
from backend_factory.testing.contracts.code_host import CodeHostContract


class TestLocalCodeHost(CodeHostContract):
    def make(self, folder: Path) -> LocalCodeHost:
        return LocalCodeHost(folder / "pull-requests")


class TestMemoryCodeHost(CodeHostContract):
    def make(self, folder: Path) -> MemoryCodeHost:
        return MemoryCodeHost()
