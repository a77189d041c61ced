"""Pass 2, the Solution Architect: requirements become a plan, an API contract and a design record."""

from backend_factory.runners.blueprint.plan.architect import perform

__all__ = ["perform"]
