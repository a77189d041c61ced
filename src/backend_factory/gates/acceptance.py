"""Which checks nobody can accept the failure of, and why; every other one needs a name and a reason."""

from collections.abc import Mapping
from types import MappingProxyType

_RECORD = "it is what tells whose work was judged"
_DATA = "data would be lost, and no signature brings it back"
_OPEN = "others could read or change a tenant's data"

NEVER: Mapping[str, str] = MappingProxyType(
    {
        "lane": _RECORD,
        "files-declared": _RECORD,
        "nothing-ignored": _RECORD,
        "tests-kept": _RECORD,
        "merge-clean": "a branch with conflicts cannot be merged by anybody",
        "secrets": "what is published is known to all; take the secret out and replace it",
        "change-set-reviewed": _DATA,
        "template-planned": f"{_OPEN}, or {_DATA}",
        "sign-in-demanded": _OPEN,
        "attacks-fail": _OPEN,
        "go-build": "what does not build cannot be tried",
        "stack-created": "what is not deployed cannot be tried",
        "deployment-approved": "an approval is given by approving, not by accepting that there is none",
    }
)
"""Check -> why its failure cannot be accepted."""
