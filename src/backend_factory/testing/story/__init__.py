"""A small whole run as events, for tests of everything that reads runs: screens, reports, metrics."""

from backend_factory.testing.story.hostile import hostile
from backend_factory.testing.story.sample import (
    DELIVERABLES,
    DETECTION,
    IMPLEMENTATION,
    PLAN,
    RELEASE,
    REQUIREMENTS,
    TESTS,
    TEXT,
    VALIDATION,
)
from backend_factory.testing.story.telling import FINDING, START, Story, delivered_run, to_delivery

__all__ = [
    "DELIVERABLES",
    "DETECTION",
    "FINDING",
    "IMPLEMENTATION",
    "PLAN",
    "RELEASE",
    "REQUIREMENTS",
    "START",
    "TESTS",
    "TEXT",
    "VALIDATION",
    "Story",
    "delivered_run",
    "hostile",
    "to_delivery",
]
