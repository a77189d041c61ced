"""Makes `planned_features` importable by the tests of every pass: pytest puts this folder on the path."""
