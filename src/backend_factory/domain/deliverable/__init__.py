"""What each phase owes: six typed deliverables."""

from backend_factory.domain.deliverable.any import OWED, Deliverable
from backend_factory.domain.deliverable.implementation import Implementation, SourceFile
from backend_factory.domain.deliverable.plan import (
    Choice,
    Component,
    Dependency,
    EntityDesign,
    FieldDesign,
    Layout,
    Plan,
    PlannedTest,
    Resource,
    Route,
)
from backend_factory.domain.deliverable.release import Release
from backend_factory.domain.deliverable.requirements import (
    Assumption,
    Behaviour,
    Criterion,
    Demand,
    Requirement,
    Requirements,
    SuccessMetric,
)
from backend_factory.domain.deliverable.suite import TestCase, TestSuite
from backend_factory.domain.deliverable.validation import Validation

__all__ = [
    "OWED",
    "Assumption",
    "Behaviour",
    "Choice",
    "Component",
    "Criterion",
    "Deliverable",
    "Demand",
    "Dependency",
    "EntityDesign",
    "FieldDesign",
    "Implementation",
    "Layout",
    "Plan",
    "PlannedTest",
    "Release",
    "Requirement",
    "Requirements",
    "Resource",
    "Route",
    "SourceFile",
    "SuccessMetric",
    "TestCase",
    "TestSuite",
    "Validation",
]
