"""Public doubles and sample data for tests."""

__all__: list[str] = []
