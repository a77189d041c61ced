"""Who does a phase: lanes, and the assignment that a member is given."""
