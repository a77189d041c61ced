"""Invents requests from a contract with schemathesis, sends them, and judges the answers: a program of its own.

It reads an `Order` as JSON from standard input and writes a `Report` as JSON to standard output. In a process of its own it
takes the second core, can be ended at its time limit, and leaves none of its global state behind.
"""

import logging
import sys
from typing import Any

from pydantic import Field

from backend_factory.domain.model import Record


class Order(Record):
    """What to fuzz, and how long."""

    document: dict[str, Any]
    """The OpenAPI document."""
    base_url: str
    token: str
    examples: int
    """Requests for each operation; half of them break the contract."""
    seed: int
    ids: dict[str, str] = Field(default_factory=dict)
    """Path -> id of a record that is there: half of the requests to that path are about it."""


class Deviation(Record):
    """An answer that is not as the contract says."""

    operation: str
    """POST /assets"""
    rule: str
    """Name of the check that failed."""
    line: str
    """The request as curl sends it, without the token."""
    expected: str
    seen: str


class Report(Record):
    """What a fuzzing showed."""

    requests: int
    operations: int
    unreached: tuple[str, ...] = ()
    """Operations for which no request could be invented, and why."""
    deviations: tuple[Deviation, ...] = ()


TOO_LONG = (414, 431)
"""What the server in front says of an address or headers that are too long; the feature has not seen the request."""
REFUSED = ["400", "401", "403", "404", "406", "409", "412", "413", "415", "422", "428", "429"]
"""How what breaks the contract may be refused; 412 for an If-Match that no version has, 404 for an id that no record has."""


def main() -> None:
    """From standard input to standard output."""
    logging.disable(logging.CRITICAL)
    report = fuzz(Order.model_validate_json(sys.stdin.read()))
    sys.stdout.write(report.model_dump_json())


def fuzz(order: Order) -> Report:
    """Every operation of the document, with data that keeps the contract and data that breaks it."""
    import schemathesis
    from schemathesis.config import SchemathesisConfig
    from schemathesis.core.result import Ok

    config = SchemathesisConfig.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}})
    schema = schemathesis.openapi.from_dict(_signed_in(order.document), config=config)
    fuzzing = _Fuzzing(order)
    operations = 0
    for result in schema.get_all_operations():
        operations += 1
        if isinstance(result, Ok):
            fuzzing.operation(result.ok())
        else:
            fuzzing.unreached.append(str(result.err()))
    return Report(
        requests=fuzzing.requests,
        operations=operations,
        unreached=tuple(fuzzing.unreached),
        deviations=tuple(fuzzing.deviations.values()),
    )


def _signed_in(document: dict[str, Any]) -> dict[str, Any]:
    """The document without sign-in, which has a check of its own: a token left out would be data that breaks the contract."""

    def bare(item: dict[str, Any]) -> dict[str, Any]:
        return {name: each for name, each in item.items() if name != "security"}

    paths = {
        path: {name: bare(each) if isinstance(each, dict) else each for name, each in item.items()}
        for path, item in document["paths"].items()
    }
    return bare(document) | {"paths": paths}


class _Fuzzing:
    """Requests of one order, all over one connection."""

    def __init__(self, order: Order) -> None:
        import requests
        from schemathesis.specs.openapi import checks as openapi

        self.order, self.requests = order, 0
        self.deviations: dict[tuple[str, str], Deviation] = {}
        self.unreached: list[str] = []
        self._session = requests.Session()
        self._session.trust_env = False
        # API Gateway answers an unknown method with 404. What a sentence can say and a schema cannot (a cursor is one that was
        # given out) may be refused. Signing in has a check of its own.
        self._excluded = [openapi.unsupported_method, openapi.positive_data_acceptance, openapi.ignored_auth]

    def operation(self, operation: Any) -> None:
        """Half of the examples for each kind of data."""
        from schemathesis import GenerationMode

        reached = 0
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            reached += self._mode(operation, mode, max(1, self.order.examples // 2))
        if not reached:
            self.unreached.append(operation.label)

    def _mode(self, operation: Any, mode: Any, examples: int) -> int:
        """How many requests were sent."""
        before = self.requests
        id = self.order.ids.get(operation.path)
        named = {str(p.name): id for p in list(operation.path_parameters)[:1]} if id else None
        halves = ((None, examples),) if not named else ((None, examples // 2), (named, examples - examples // 2))
        for parameters, count in halves:
            if count:
                self._draw(operation, mode, count, parameters)
        return self.requests - before

    def _draw(self, operation: Any, mode: Any, count: int, parameters: dict[str, str] | None) -> None:
        from hypothesis import HealthCheck, Phase, given, seed, settings
        from hypothesis.errors import Unsatisfiable

        strategy = operation.as_strategy(generation_mode=mode, path_parameters=parameters)

        @seed(self.order.seed)
        @settings(
            max_examples=count,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        )
        @given(case=strategy)
        def send(case: Any) -> None:
            self._send(operation.label, case)

        try:
            send()
        except Unsatisfiable:
            # Nothing of that kind exists: an operation without parameters cannot be asked wrongly.
            return

    def _send(self, label: str, case: Any) -> None:
        from schemathesis.core.failures import FailureGroup

        headers = {"Authorization": f"Bearer {self.order.token}"}
        self.requests += 1
        try:
            response = case.call(base_url=self.order.base_url, headers=headers, session=self._session, timeout=20)
        except Exception as error:  # noqa: BLE001 - whatever kept the answer away, there is none
            self._note(label, "no-answer", case, "an answer", f"{type(error).__name__}: {error}")
            return
        if response.status_code in TOO_LONG:
            return
        try:
            case.validate_response(response, excluded_checks=self._excluded, headers=headers)
        except FailureGroup as failures:
            for failure in failures.exceptions:
                text = response.text[:300]
                rule = type(failure).__name__
                self._note(label, rule, case, getattr(failure, "message", str(failure)), f"status {response.status_code}: {text}")

    def _note(self, label: str, rule: str, case: Any, expected: str, seen: str) -> None:
        line = case.as_curl_command(base_url=self.order.base_url).replace(self.order.token, "[token]")
        found = Deviation(operation=label, rule=rule, line=line[:500], expected=expected[:500], seen=seen[:500])
        self.deviations.setdefault((label, rule), found)


if __name__ == "__main__":
    main()
