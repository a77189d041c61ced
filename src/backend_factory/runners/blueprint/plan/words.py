"""Words become names: Go identifiers, wire names, path segments, slugs. Pure and total: any text gives a valid name."""

import re
import unicodedata
from collections.abc import Iterable

_CAPITALS = """
ACL API ARN ASCII AWS CIDR CPU CSS CVE CVSS DNS EOF GUID HTML HTTP HTTPS ID IP JSON LHS MAC OS QPS RAM RHS RPC SKU SLA SMTP SQL
SSH SSO TCP TLS TTL UDP UI UID URI URL UTF8 UUID VLAN VM VPC VPN XML XMPP XSRF XSS
"""
INITIALISMS = frozenset(_CAPITALS.split())
"""In capitals in Go: the platform's, and golint's (https://go.dev/wiki/CodeReviewComments#initialisms)."""


def words(text: str) -> tuple[str, ...]:
    """The words of any text, lower-case ASCII, at least one: "Café's opening_time" -> cafes, opening, time."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().replace("'", "")
    found = tuple(re.findall(r"[a-z0-9]+", plain.lower()))
    return found or ("value",)


def pascal(text: str) -> str:
    """An exported Go identifier with initialisms: "ip_address" -> IPAddress, "asset ids" -> AssetIDs."""
    name = "".join(_capital(word) for word in words(text))
    return f"N{name}" if name[0].isdigit() else name


def camel(text: str) -> str:
    """A wire name: "ip_address" -> ipAddress."""
    first, *rest = words(text)
    name = first + "".join(word.capitalize() for word in rest)
    return f"n{name}" if name[0].isdigit() else name


def kebab(text: str) -> str:
    """A path segment: "maintenance windows" -> maintenance-windows."""
    return "-".join(words(text))


def squashed(text: str) -> str:
    """Without separators: "maintenance_window" -> maintenancewindow."""
    return "".join(words(text))


def free(name: str, taken: Iterable[str], suffix: str) -> str:
    """`name` where neither it nor another spelling in letter case is taken, else with `suffix`, else with a number too."""
    used = {each.lower() for each in taken}
    candidates = (name, f"{name}{suffix}", *(f"{name}{suffix}{n}" for n in range(2, len(used) + 3)))
    return next(each for each in candidates if each.lower() not in used)


def _capital(word: str) -> str:
    if word.upper() in INITIALISMS:
        return word.upper()
    if word.endswith("s") and word[:-1].upper() in INITIALISMS:
        return f"{word[:-1].upper()}s"
    return word.capitalize()
