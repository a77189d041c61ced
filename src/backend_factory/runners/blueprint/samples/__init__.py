"""Sample values and records, valid and invalid, always the same ones for the same model."""

from backend_factory.runners.blueprint.samples.accept import refusal
from backend_factory.runners.blueprint.samples.invalid import Invalid, invalid
from backend_factory.runners.blueprint.samples.record import Refer, distinct, misordered, record
from backend_factory.runners.blueprint.samples.value import NoSample, capacity, value

__all__ = ["Invalid", "NoSample", "Refer", "capacity", "distinct", "invalid", "misordered", "record", "refusal", "value"]
