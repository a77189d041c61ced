"""Who does a phase's work: each runner turns an assignment into an outcome, working in a workbench."""

__all__: list[str] = []
