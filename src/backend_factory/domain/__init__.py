"""Frozen data: what the factory knows, without input or output."""
