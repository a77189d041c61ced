"""The command line: a view of the façade, one file a group of commands."""

__all__: list[str] = []
