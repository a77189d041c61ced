"""Progress as it happens: shown and forgotten, never decided upon."""

from datetime import datetime
from typing import Literal

from backend_factory.domain.model import Record
from backend_factory.domain.phase import PhaseId


class Notice(Record):
    """One line of progress between two events."""

    at: datetime
    run: str
    phase: PhaseId | None = None
    """None while the run is prepared and delivered; the checks of the step `stack` name the last phase."""
    text: str
    check: str = ""
    """Id of the check that the line is about, or empty."""
    status: Literal["", "started", "passed", "failed", "unavailable", "left-out"] = ""
