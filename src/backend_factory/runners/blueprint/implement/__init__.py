"""Pass 3, the Senior Backend Developer: a plan becomes production Go and its CloudFormation template."""

from backend_factory.runners.blueprint.implement.developer import perform

__all__ = ["perform"]
