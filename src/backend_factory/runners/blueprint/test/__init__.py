"""Pass 4, the Test Engineer: requirements, plan and code become Go tests."""

from backend_factory.runners.blueprint.test.engineer import perform

__all__ = ["perform"]
