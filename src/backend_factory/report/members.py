"""The team members' names, as readers of a report know them."""

from backend_factory.domain.phase import PhaseId

MEMBERS = {
    PhaseId.SUMMARIZE: "Business Analyst",
    PhaseId.PLAN: "Solution Architect",
    PhaseId.IMPLEMENT: "Senior Backend Developer",
    PhaseId.TEST: "Test Engineer",
    PhaseId.VALIDATE: "QA Engineer",
    PhaseId.COMMIT: "DevOps Engineer",
}
# The same names are in workflow/phases.py, which a report may not import; a test holds the two together.
