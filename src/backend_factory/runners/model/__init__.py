"""Team members that are models of any provider, each with the tools that its lane allows."""

from backend_factory.runners.model.access import Access
from backend_factory.runners.model.runner import FOLDER, HAND_IN, ModelRunner, Pace

__all__ = ["FOLDER", "HAND_IN", "Access", "ModelRunner", "Pace"]
