"""What can happen to a factory, done to a real one: `python -m chaos` (make chaos)."""

__all__: list[str] = []
