"""docs/policy.md tells the truth: its example is one that the factory takes, and its table is the code's."""

import re
from datetime import UTC, datetime
from pathlib import Path

from backend_factory.gates.acceptance import NEVER
from backend_factory.gates.judge import all_checks
from backend_factory.gates.repository_policy import read_policy, thresholds_of

PAGE = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")


def test_the_example_is_taken() -> None:
    at = datetime(2027, 1, 31, tzinfo=UTC)
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)

    policy = read_policy(example, [check.id for check in all_checks()], at)

    decided = thresholds_of(policy, at)
    assert (decided.changed_lines_percent, decided.load_mean_ms) == (95, 800)
    assert policy.approval.deployers == ("grace@example.com",)


def test_every_failure_that_nobody_can_accept_is_listed_with_its_reason() -> None:
    rows = dict(re.findall(r"^\| `([\w-]+)` \| (.+) \|$", PAGE, re.MULTILINE))

    assert rows == {**NEVER}
