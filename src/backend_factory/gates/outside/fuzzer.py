"""Invents requests from a contract with schemathesis, sends them, and judges the answers: a program of its own.

It reads an `Order` as JSON from standard input and writes a `Report` as JSON to standard output. In a process of its own it
takes the second core, can be ended at its time limit, and leaves none of its global state behind.
"""

import logging
import sys
from itertools import chain, islice, zip_longest
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
    """Requests for each operation at most."""
    seed: int
    ids: dict[str, str] = Field(default_factory=dict)
    """Path -> id of a record that is there."""
    fixed: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Path -> members of that record which never change."""


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


KEPT = 4
"""Requests for each operation that keep the contract; the rest break it."""
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


def _broken(operation: Any, most: int) -> list[Any]:
    """At most so many requests that each break one rule of the contract, every kind of rule first once, then again."""
    from schemathesis import GenerationMode

    schema = operation.schema
    config = schema.config.generation
    rules: dict[tuple[str, str, str], list[Any]] = {}
    for case in schema.iter_coverage_cases(operation, generation_modes=[GenerationMode.NEGATIVE], generation_config=config):
        rule = case.meta.phase.data
        if case.method == operation.method.upper():
            rules.setdefault((str(rule.parameter_location), str(rule.parameter), rule.description), []).append(case)
    kinds: dict[str, list[Any]] = {}
    for number, ((_, _, description), cases) in enumerate(rules.items()):
        # A wrong type comes as text, number, list and null: over the members, each has its turn.
        kinds.setdefault(description.rpartition(": ")[2], []).append(cases[number % len(cases)])
    in_turn = chain.from_iterable(zip_longest(*kinds.values()))
    return list(islice((case for case in in_turn if case is not None), most))


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
        """What keeps the contract is drawn; what breaks it is enumerated: every rule of every member is broken in turn."""
        before = self.requests
        for case in _broken(operation, self.order.examples - KEPT):
            self._as_known(operation, case)
            self._send(operation.label, case)
        self._kept(operation)
        if self.requests == before:
            self.unreached.append(operation.label)

    def _as_known(self, operation: Any, case: Any) -> None:
        """About a record that is there, with what never changes of it as it is: refused then for what is broken, and for nothing
        else."""
        rule = case.meta.phase.data
        if operation.path not in self.order.ids or str(rule.parameter_location) == "path":
            return
        case.path_parameters = self._id(operation)
        if isinstance(case.body, dict):
            fixed = self.order.fixed.get(operation.path, {})
            kept = {n: v for n, v in fixed.items() if n in case.body and f"/{n}/" not in f"{rule.location}/"}
            case.body = case.body | kept

    def _id(self, operation: Any) -> dict[str, str]:
        """The path's parameter with the id of a record that is there; nothing where none is known."""
        id = self.order.ids.get(operation.path)
        return {str(p.name): id for p in list(operation.path_parameters)[:1]} if id else {}

    def _kept(self, operation: Any) -> None:
        """Drawn by Hypothesis from a fixed seed, without its shrinking: the first request that fails is shown as it was."""
        from hypothesis import HealthCheck, Phase, given, seed, settings
        from schemathesis import GenerationMode

        known = self._id(operation)
        for named, count in ((None, KEPT // 2), (known, KEPT // 2)) if known else ((None, KEPT),):
            strategy = operation.as_strategy(generation_mode=GenerationMode.POSITIVE, path_parameters=named)

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

            send()

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
                self._note(label, rule, case, _expected(failure), f"status {response.status_code}: {text}")

    def _note(self, label: str, rule: str, case: Any, expected: str, seen: str) -> None:
        line = case.as_curl_command(base_url=self.order.base_url).replace(self.order.token, "[token]")
        found = Deviation(operation=label, rule=rule, line=line[:500], expected=expected[:500], seen=seen[:500])
        self.deviations.setdefault((label, rule), found)


def _expected(failure: Any) -> str:
    """What the check says that it wanted."""
    return str(getattr(failure, "message", "") or getattr(failure, "title", "") or failure)


if __name__ == "__main__":
    main()
