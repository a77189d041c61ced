"""What is known of the mutants and of the tests that were to kill them."""

from collections import Counter
from collections.abc import Mapping
from typing import Literal

from backend_factory.domain.model import Record
from backend_factory.gates.mutation.mutant import Mutant

Fate = Literal["killed", "late", "survived", "unreached"]
"""`late`: the tests did not end in time, which is noticed too. `unreached`: no test runs the place, so none can notice."""


class Tried(Record):
    """A mutant and what became of it."""

    mutant: Mutant
    fate: Fate


class Witness(Record):
    """What a test that the run wrote notices of the change."""

    folder: str
    name: str
    passes: bool
    """With no mutant on, together with the others."""
    passes_alone: bool
    reached: int
    """Mutants that it runs over."""
    killed: str = ""
    """A mutant that it notices, if there is one."""


class Score(Record):
    """How well the tests notice small faults in the changed code."""

    planted: int
    """Mutants that compile."""
    invalid: int
    """Mutants that Go refuses; they count neither way."""
    tried: tuple[Tried, ...]
    """All that were planted, or a sample."""
    witnesses: tuple[Witness, ...]
    unfit: tuple[str, ...] = ()
    """Tests that fail on the code with mutants though none is on: they can kill none. "folder Test" """

    @property
    def fates(self) -> Mapping[Fate, int]:
        return Counter(each.fate for each in self.tried)

    @property
    def value(self) -> float:
        """Share of the tried mutants that the tests notice, 0 to 1; 0 where none was tried."""
        noticed = self.fates.get("killed", 0) + self.fates.get("late", 0)
        return noticed / len(self.tried) if self.tried else 0.0
