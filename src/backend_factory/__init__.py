"""Turns one sentence into a reviewed, tested, deployed backend feature."""
