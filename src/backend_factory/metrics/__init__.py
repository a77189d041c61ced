"""The five success metrics, computed from recorded events and nothing else."""

from backend_factory.metrics.figures import Metrics
from backend_factory.metrics.measure import measure

__all__ = ["Metrics", "measure"]
