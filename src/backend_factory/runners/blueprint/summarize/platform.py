"""The two kinds of record that the platform knows already: assets and vulnerabilities (it calls them risks)."""
# ruff: noqa: E501 (a sentence or a pattern reads best unbroken)

import re
from dataclasses import replace

from backend_factory.domain.feature import FieldType, Origin, PlatformType
from backend_factory.runners.blueprint.summarize.sketch import EntitySketch, FieldSketch

ASSET_STATES = ("A", "P", "D", "F")
RISK_STATES = tuple(state + severity for state in "TOIRD" for severity in "ILMHC")
"""State (triage, open, ignored, remediated, deleted) and severity (info, low, medium, high, critical) in one code."""

HOSTNAMES = frozenset({"hostname", "host", "host name", "dns", "dns name", "fqdn", "domain", "domain name"})
"""What people call the platform's `dns`."""

_CVE = re.compile(r"cves?(?: (?:ids?|numbers?|identifiers?))?$")

_DESCRIPTIONS = {
    PlatformType.ASSET: "A host that the platform watches; known by its DNS name and its name.",
    PlatformType.RISK: "A vulnerability found on an asset, which the platform calls a risk; known by the DNS name and its own name.",
}


def describe(platform: PlatformType | None) -> str:
    """A sentence about the platform's type; empty for others."""
    return _DESCRIPTIONS[platform] if platform else ""


_BUSINESS_RISK = re.compile(r"likelihood|probability|impact|mitigation|risk owner|treatment|contingency")


def is_business_risk(entity: EntitySketch) -> bool:
    """Whether a "risk" is one of a risk register (ISO 31000: likelihood and consequence), and no vulnerability of a host."""
    told = sum(bool(_BUSINESS_RISK.search(field.label)) for field in entity.fields.values())
    return entity.platform is PlatformType.RISK and entity.label == "risk" and told >= 2


def add_platform_fields(entity: EntitySketch) -> None:
    """Put the platform's own fields before the stated ones of a platform type, and its natural key; others are left alone."""
    if entity.platform is None:
        return
    stated = entity.fields
    for label in tuple(stated.values()):
        if entity.platform is PlatformType.RISK and _CVE.match(label.label):
            del stated[label.name]
            stated["cve"] = replace(label, name="cve", label="CVE id", type=FieldType.CVE, required=bool(label.required))
        elif label.label in HOSTNAMES or label.label == "name":
            del stated[label.name]
    entity.fields = {f.name: f for f in _fields(entity.platform)}
    for name, found in stated.items():
        known = entity.fields.get(name)
        if known is None or found.choices or found.default or found.required is not None:
            if known is not None:
                found.type = found.type or known.type
                found.choices = found.choices or known.choices
                found.default = found.default or (known.default if known.default in found.choices else None)
            entity.fields[name] = found
    entity.key = ("dns", "name")


def _fields(platform: PlatformType) -> tuple[FieldSketch, ...]:
    kept = (
        FieldSketch("dns", "DNS name", Origin.PLATFORM, FieldType.HOSTNAME, required=True, immutable=True),
        FieldSketch("name", "name", Origin.PLATFORM, FieldType.TEXT, required=True, immutable=True),
    )
    if platform is PlatformType.ASSET:
        return (
            *kept,
            FieldSketch("status", "status", Origin.PLATFORM, FieldType.CHOICE, required=False, choices=ASSET_STATES, default="A"),
        )
    return (
        *kept,
        FieldSketch("status", "status", Origin.PLATFORM, FieldType.CHOICE, required=False, choices=RISK_STATES, default="TI"),
        FieldSketch("comment", "comment", Origin.PLATFORM, FieldType.LONG_TEXT, required=False),
        FieldSketch("source", "source", Origin.PLATFORM, FieldType.TEXT, required=False),
        FieldSketch("cve", "CVE id", Origin.PLATFORM, FieldType.CVE, required=False),
    )
