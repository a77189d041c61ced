"""Which analyzers of the embedded tool answer for which check."""

import re
from enum import Enum

from backend_factory.gates.analysis.complaint import Complaint

_STATICCHECK = re.compile(r"(?:SA|S|ST|U)\d{4}")
_OWN = {
    "ignored_errors": "handle the error, or return it",
    "built_queries": "keep the text of queries and commands constant, and hand values over as parameters",
    "unbounded_reads": "set a limit, and read page by page",
    "missing_tenant": "take the tenant from the verified token, and make every key of it",
    "missing_context": "hand the caller's context on, and set a time limit",
    "logged_secrets": "log ids, names and counts; never credentials or whole requests",
    "fake_success": "do the work, or return an error",
}
_SAYINGS = ("routes", "schemas")


class Family(Enum):
    """Who complains, or that it is no complaint."""

    VET = "go vet"
    STATICCHECK = "staticcheck"
    GOSEC = "gosec"
    OWN = "own rules"
    SAYING = "what the code says about itself"


def family(complaint: Complaint) -> Family:
    """Whose complaint it is; what nobody else answers for is go vet's."""
    if complaint.analyzer in _OWN:
        return Family.OWN
    if complaint.analyzer in _SAYINGS:
        return Family.SAYING
    if complaint.analyzer == "gosec":
        return Family.GOSEC
    return Family.STATICCHECK if _STATICCHECK.fullmatch(complaint.analyzer) else Family.VET


def hint(rule: str) -> str:
    """What to do where one of the factory's own rules is broken."""
    return _OWN.get(rule, "")
