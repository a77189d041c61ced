"""What the reports of the examples say, as rows, as a table and as docs/examples.md.

Figures come from the runs' checks; one that is not there is shown as missing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

MISSING = "–"

FIGURES = {
    "requirements": ("requirements-complete", "requirements_count"),
    "criteria": ("requirements-complete", "criteria_count"),
    "tests": ("go-test", "tests_count"),
    "coverage %": ("changed-lines-covered", "coverage_percent"),
    "mutation score": ("mutation-score", "mutation_score"),
    "mutants": ("mutation-score", "mutants_count"),
    "fuzz requests": ("contract-fuzzed", "fuzz_requests_count"),
    "fuzz failures": ("contract-fuzzed", "findings"),
    "security findings": ("security-analysis", "findings"),
    "attack requests": ("attacks-fail", "attack_requests_count"),
    "attacks succeeded": ("attacks-fail", "findings"),
    "scenarios": ("scenarios-hold", "scenarios_passed_count"),
    "load mean ms": ("load-held", "load_mean_ms"),
    "load max ms": ("load-held", "load_max_ms"),
}
"""Column -> the check that it is read from and the name of its figure there; `findings` counts what the check complained of."""


@dataclass(frozen=True)
class Row:
    """One example's run."""

    name: str
    family: str
    text: str
    outcome: str
    reason: str
    """Why it was declined, as the product calls it; empty where it was not."""
    demand: str
    """The words of the request that were declined."""
    seconds: float
    """From the request to its end."""
    reworks: int
    """How often a gate sent work back."""
    figures: Mapping[str, float | None]
    on: str
    """The day of the run, UTC."""
    as_expected: bool = False

    def told(self) -> dict[str, Any]:
        """As JSON; a missing figure is null."""
        return asdict(self)


def read_row(name: str, family: str, text: str, told: Mapping[str, Any]) -> Row:
    """The row of a report, which is the product's own JSON."""
    declined = [each["blocked"] for each in told["attempts"] if each["blocked"]]
    blocked = declined[-1] if declined and told["status"] == "waiting" else {"reason": "", "demand": ""}
    return Row(
        name,
        family,
        text,
        f"declined ({blocked['reason']})" if blocked["demand"] else _ended(told),
        blocked["reason"],
        blocked["demand"],
        told["seconds"]["elapsed"],
        told["reworks"],
        {column: _figure(told, *place) for column, place in FIGURES.items()},
        told["requested"]["at"][:10],
    )


def _ended(told: Mapping[str, Any]) -> str:
    if told["status"] == "delivered":
        return "delivered"
    found = [check for each in told["attempts"][-1:] for check in _checks(each) if check["status"] in ("failed", "unavailable")]
    return " ".join([told["status"], *(f"{check['check']}: {check['summary']};" for check in found)]).rstrip(";")


def _figure(told: Mapping[str, Any], check: str, figure: str) -> float | None:
    accepted = [each for each in told["attempts"] if each["accepted"]]
    for found in (found for each in accepted for found in _checks(each) if found["check"] == check):
        if found["status"] in ("passed", "failed"):
            return len(found["findings"]) if figure == "findings" else found["figures"].get(figure)
    return None


def _checks(attempt: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return attempt["gate"]["checks"] if attempt["gate"] else ()


def written_rows(rows: Iterable[Row]) -> str:
    """A Markdown table of all rows."""
    rows = list(rows)
    header = ["request", "outcome", *FIGURES, "sent back", "seconds"]
    body = [
        [
            row.name,
            row.outcome + ("" if row.as_expected else " (NOT AS EXPECTED)"),
            *map(_written, row.figures.values()),
            str(row.reworks),
            f"{row.seconds:.0f}",
        ]
        for row in rows
    ]
    return _table(header, body)


def _written(figure: float | None) -> str:
    return MISSING if figure is None else str(int(figure)) if figure == int(figure) else f"{figure:.2f}"


def _table(header: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    cells = [[cell.replace("|", "\\|").replace("\n", " ") for cell in line] for line in (header, *body)]
    lines = [f"| {' | '.join(line)} |" for line in cells]
    return "\n".join([lines[0], "|" + " --- |" * len(header), *lines[1:]])


def write_page(examples: Sequence[tuple[str, Row | None]]) -> str:
    """docs/examples.md: every example, also those of which nothing is known."""
    rows = [row for _, row in examples if row]
    delivered = [row for row in rows if row.outcome == "delivered"]
    declined = [row for row in rows if row.demand]
    others = [row for row in rows if row not in delivered and row not in declined]
    unknown = [name for name, row in examples if row is None]
    days = sorted({row.on for row in rows})
    parts = [
        "# Examples",
        "Requests in many words, each run through the whole line in a new example repository by `make examples`, which writes "
        "this page; [scripts/examples.toml](../scripts/examples.toml) holds the requests. Every figure was measured by the "
        f"checks of that run; {MISSING} means that no check measured it. Run on {' and '.join(days) or 'no day yet'}.",
        f"{len(delivered)} delivered, {len(declined)} declined by name"
        + (f", {len(others)} ended otherwise" if others else "")
        + (f", not run: {', '.join(unknown)}" if unknown else "")
        + ".",
        "## Delivered",
        written_rows(delivered),
        "## Declined",
        "What cannot be compiled is named and asked about, before anything is built.",
        _table(["request", "what a person is asked about", "reason"], [[row.name, row.demand, row.reason] for row in declined]),
        *(["## Ended otherwise", written_rows(others)] if others else []),
        "## The requests",
        *(f"**{row.name}**{f' ({row.family})' if row.family else ''}\n\n{_quoted(row.text)}" for row in rows),
    ]
    return "\n\n".join(parts) + "\n"


def _quoted(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.strip().splitlines())
