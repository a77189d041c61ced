"""One file a battery, each with a `BATTERY`; adding the file adds the battery."""

__all__: list[str] = []
