"""Writing Go: names, literals, comments, imports and templates, for every pass that emits it."""

__all__: list[str] = []
