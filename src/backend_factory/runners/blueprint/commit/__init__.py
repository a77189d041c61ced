"""Pass 6, the DevOps Engineer: notes for users, a runbook for whoever is on call, and what the deployment needs."""

from backend_factory.runners.blueprint.commit.engineer import perform

__all__ = ["perform"]
