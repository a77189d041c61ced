"""How Ctrl-C is told."""


class Interrupted(Exception):
    """Ctrl-C; `run_id` names the run that was worked on or asked about, if any."""

    def __init__(self, run_id: str) -> None:
        super().__init__(run_id)
        self.run_id = run_id


def first_interruption(again: KeyboardInterrupt) -> Interrupted:
    """What a first Ctrl-C was already told as, where this one came while things were put away after it."""
    before = again.__context__
    while before is not None and not isinstance(before, Interrupted):
        before = before.__context__
    return before or Interrupted("")
