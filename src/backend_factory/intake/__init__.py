"""Text from outside becomes a request, or is left alone: no model, no network, no state."""

from backend_factory.intake.detector import detect
from backend_factory.intake.request import LONGEST_REQUEST, read_request, read_ticket

__all__ = ["LONGEST_REQUEST", "detect", "read_request", "read_ticket"]
