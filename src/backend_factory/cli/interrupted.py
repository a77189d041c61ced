"""How Ctrl-C is told."""


class Interrupted(Exception):
    """Ctrl-C; `run_id` names the run that was worked on or asked about, if any."""

    def __init__(self, run_id: str) -> None:
        super().__init__(run_id)
        self.run_id = run_id
