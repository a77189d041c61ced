"""What a member may hand in: the deliverable of its phase, or that it is blocked."""

DELIVER, BLOCKED = "deliver", "blocked"
"""The tools by which it is handed in."""
