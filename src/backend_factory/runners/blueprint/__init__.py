"""The embedded team: six deterministic passes that compile a request into a feature, without a model or a network."""

__all__: list[str] = []
