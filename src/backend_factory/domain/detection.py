"""What intake finds in a text: backend work with a name, or something to stay out of."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Pattern(StrEnum):
    """The kinds of backend work that the factory names, in the words of the product."""

    REST_API = "REST API"
    AUTHENTICATION = "authentication service"
    INTEGRATION = "integration"
    DATA_PROCESSING = "data processing"
    RISK_ANALYSIS = "risk analysis"
    ASSET_CORRELATION = "asset correlation"
    VULNERABILITY_MANAGEMENT = "vulnerability management"
    TABULARIUM_TYPE = "Tabularium type"
    CLOUDFORMATION = "CloudFormation infrastructure"
    LAMBDA = "Lambda function"


class Detection(BaseModel):
    """The answer to "is this for us?", drawn from the text alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Literal["backend", "other"]
    title: str
    """Title Case noun phrase of at most 60 characters on one line, without markup; empty when the verdict is other."""
    patterns: tuple[Pattern, ...]
    """In the order of `Pattern`; empty when the verdict is other."""
    entities: tuple[str, ...]
    """Singular lower-case nouns the work is about, the main one first; empty when the verdict is other."""
    frontend: str
    """The clauses for a user-interface team, word for word, joined by "; "; empty when there are none."""
    reason: str
    """One sentence: why this verdict."""
