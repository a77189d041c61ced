"""Performs scenarios on a deployed feature, from outside, and says exactly what was other than expected."""

from backend_factory.gates.scenario.perform import perform_scenarios
from backend_factory.gates.scenario.result import Mismatch, ScenarioResult, StepTrace
from backend_factory.gates.scenario.target import Target, users

__all__ = ["Mismatch", "ScenarioResult", "StepTrace", "Target", "perform_scenarios", "users"]
