"""The six phases, the manager's policy, and the engine that drives runs."""
