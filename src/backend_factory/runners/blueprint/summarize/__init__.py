"""Pass 1, the Business Analyst: English text becomes requirements and a feature model."""

from backend_factory.runners.blueprint.summarize.analysis import perform, requirements

__all__ = ["perform", "requirements"]
