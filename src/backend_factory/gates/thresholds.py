"""Every threshold of the gates, in one table."""

from dataclasses import dataclass, field
from typing import TypeVar

N = TypeVar("N", int, float)


def at_least(number: N) -> N:
    """A minimum: a repository may ask for more, and needs an accepted risk for less."""
    return field(default=number, metadata={"stricter": "more"})


def at_most(number: N) -> N:
    """A maximum: a repository may ask for less, and needs an accepted risk for more."""
    return field(default=number, metadata={"stricter": "less"})


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Numbers that decide: `at_least`, `at_most`; one without a direction is the machine's, and no repository can change it."""

    changed_lines_percent: float = at_least(90.0)
    """Statement coverage of the lines that the run added or changed."""
    error_paths_percent: float = at_least(100.0)
    """Coverage of the statements on error paths, and of those of business rules, that the run added or changed."""
    mutation_score: float = at_least(0.85)
    """Share of the small faults planted in the changed code that the tests notice, 0 to 1."""
    mutants_count: int = at_least(400)
    """Faults that are tried; of more, a sample that is the same for the same code."""
    repeats_count: int = at_least(1)
    """How often the tests are run again, each time in another order and every test twice."""
    check_seconds: float = at_most(900.0)
    """A check that takes longer has not passed."""
    parallel_checks: int = 3
    """Checks that run at a time."""
    test_timeout_seconds: int = at_most(300)
    """For one `go test` of everything."""
    scenario_seconds: float = at_most(120.0)
    """For one scenario on the deployed feature, waiting included."""
    scenarios_at_a_time: int = 4
    """Scenarios that run side by side."""
    log_days: int = at_least(14)
    """Days for which log lines are kept."""
    alarm_count: int = at_most(10)
    """Failures, throttles or dead letters in a period before an alarm goes off."""
    alarm_seconds: int = at_most(3600)
    """Until an alarm goes off."""
    message_tries: int = at_most(10)
    """Times that a message is tried before it is put aside."""
    function_megabytes: int = at_most(3008)
    """Memory of a function."""
    function_seconds: int = at_most(300)
    """Timeout of a function that no HTTP API waits for; the others end before the API's 30."""
    function_concurrency: int = at_most(900)
    """Invocations of a function at a time; an account has 1,000, and keeps 100 for all others."""
    requests_per_second: int = at_most(10000)
    """Rate and burst at which an API begins to refuse."""
    cold_start_ms: float = at_most(3_000.0)
    """For the first request after deployment, for which the function has to be started."""
    load_clients: int = at_least(10)
    """Clients that make load at the same time."""
    load_requests: int = at_least(50)
    """Requests of each of them, one after the other."""
    load_mean_ms: float = at_most(500.0)
    """Mean of all answers under load."""
    load_max_ms: float = at_most(1_000.0)
    """The slowest of them."""
    fuzz_examples: int = at_least(24)
    """Requests that the fuzzer invents for each operation at most; all but four of them break the contract."""
    fuzz_seconds: float = at_most(300.0)
    """A fuzzing that takes longer has not passed."""


THRESHOLDS = Thresholds()
