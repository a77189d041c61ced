"""Makes `asked` importable: pytest puts this folder on the path."""
