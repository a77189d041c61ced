"""Pass 5, QA Engineer: scenarios in which every acceptance criterion is exercised from outside."""

from backend_factory.runners.blueprint.validate.perform import perform

__all__ = ["perform"]
