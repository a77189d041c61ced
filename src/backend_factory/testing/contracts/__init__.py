"""Suites that every implementation of a port passes, the real one and the fake."""

__all__: list[str] = []
