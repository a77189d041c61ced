"""An example or two of every command, shown by its --help and in docs/cli.md."""

from collections.abc import Mapping
from types import MappingProxyType

EXAMPLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "run": (
            'backend-factory run "I need an API for maintenance windows with a start, an end and an owner"',
            "backend-factory run --file request.md --repo ../platform --ticket CHAR-123 --yes",
        ),
        "resume": ("backend-factory resume", "backend-factory resume 1a2b --yes"),
        "answer": (
            "backend-factory answer 1a2b --go-on",
            'backend-factory answer 1a2b --send-back "an owner is a team, not an e-mail address"',
            'backend-factory answer 1a2b --accept-risk licences --reason "bought in July" --as ada@example.com',
        ),
        "cancel": ("backend-factory cancel 1a2b",),
        "status": ("backend-factory status", "backend-factory status 1a2b --json"),
        "watch": ("backend-factory watch 1a2b",),
        "log": ("backend-factory log 1a2b --json | jq '.events[].kind'",),
        "report": ("backend-factory report 1a2b", "backend-factory report 1a2b --format md --output -"),
        "metrics": ("backend-factory metrics --since 2026-01-31",),
        "detect": (
            'backend-factory detect "Implement Okta SSO integration with our asset inventory"',
            "backend-factory detect --lines tickets.txt --json",
        ),
        "team": ("backend-factory team", "backend-factory team --team team.toml --tokens"),
        "doctor": ("backend-factory doctor",),
        "init": ("backend-factory init example",),
    }
)


def epilog(command: str) -> str:
    """The examples as the end of a help page; the first character keeps click from filling the lines anew."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in EXAMPLES[command])
