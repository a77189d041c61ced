"""Events in, runs out."""
