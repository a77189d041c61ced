"""Mutants of the changed Go code: planted all at once, switched on one at a time, and killed by the tests or not."""
