"""Any coding agent as a team member: started over the Agent Client Protocol, held in its lane, taken at its deliverable."""

__all__: list[str] = []
