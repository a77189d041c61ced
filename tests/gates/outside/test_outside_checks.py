"""Checks from outside: what is right passes them, and each fault is found by the check that is there for it."""

from typing import Any

import pytest
from subjects import Bench, rules
from toy_bench import judged
from toy_feature import Toy
from toy_plan import QUEUELESS, SCENARIOS, contract

from backend_factory.domain.phase import PhaseId
from backend_factory.gates.judge import all_checks, gate_of

OUTSIDE = (
    "attacks-fail",
    "cold-start",
    "concurrent-writers",
    "contract-fuzzed",
    "poison-handled",
    "replays",
    "sign-in-demanded",
    "throttled",
)
QUICK = {"load_requests": 3}


def fault(check: str, name: str, rule: str, what: str) -> Any:
    return pytest.param(check, name, rule, marks=pytest.mark.fault(check, what), id=name)


FAULTS = [
    fault("contract-fuzzed", "odd-500", "ServerError", "a handler that answers 500 to text beyond ASCII"),
    fault("contract-fuzzed", "unknown-member", "AcceptedNegativeData", "members that the contract does not know are taken"),
    fault("contract-fuzzed", "wrong-status", "UndefinedStatusCode", "a status that the contract does not name"),
    fault("contract-fuzzed", "schema", "JsonSchemaError", "an answer with a number as text, against the contract"),
    fault("contract-fuzzed", "unbounded", "AcceptedNegativeData", "pages of any size"),
    fault("sign-in-demanded", "open-list", "not-401", "one operation that looks at no token"),
    fault("sign-in-demanded", "unverified", "not-401", "a token whose signature nobody verifies"),
    fault("sign-in-demanded", "alg-none", "not-401", "alg none is believed"),
    fault("sign-in-demanded", "guessable", "not-401", "a signing secret that can be guessed"),
    fault("sign-in-demanded", "expired", "not-401", "tokens for ever"),
    fault("sign-in-demanded", "audience", "not-401", "tokens of other applications"),
    fault("sign-in-demanded", "nameless", "not-401", "a token without a tenant is somebody all the same"),
    fault("sign-in-demanded", "no-jwt-500", "server-error", "500 for what is no token"),
    fault("sign-in-demanded", "broken-500", "not-400", "500 for a body that is no JSON"),
    fault("attacks-fail", "tenant-from-body", "forged", "the tenant taken from the body"),
    fault("attacks-fail", "tenant-from-header", "forged", "the tenant taken from a header"),
    fault("attacks-fail", "read-any", "crossed", "a read without the tenant in its condition"),
    fault("attacks-fail", "change-any", "crossed", "a change without the tenant in its condition"),
    fault("attacks-fail", "delete-any", "crossed", "a deletion without the tenant in its condition"),
    fault("attacks-fail", "list-any", "crossed", "a list of all tenants"),
    fault("attacks-fail", "foreign-reference", "referred", "a reference to another tenant's record"),
    fault("attacks-fail", "open-cursor", "crossed", "a cursor that opens another tenant's list"),
    fault("attacks-fail", "endless", "endless", "paging that never ends"),
    fault("attacks-fail", "key-injection", "not-taken-as-data", "a separator in a value that cuts it"),
    fault("attacks-fail", "interpreter", "not-taken-as-data", "a template in stored text that is computed"),
    fault("attacks-fail", "traversal", "found", "an id that leads to a file"),
    fault("attacks-fail", "crlf", "header-injected", "a header that the caller wrote into the path"),
    fault("attacks-fail", "token-logged", "logged", "the token in the logs"),
    fault("attacks-fail", "body-logged", "logged", "bodies in the logs"),
    fault("attacks-fail", "html", "not-json", "answers as HTML"),
    fault("attacks-fail", "raw-script", "script-told", "markup that comes back as it was, for a browser to guess at"),
    fault("attacks-fail", "mass", "assigned", "the version set from outside"),
    fault("attacks-fail", "internals", "internals-told", "errors that tell what is inside"),
    fault("attacks-fail", "deep-500", "server-error", "500 for a body of 10,000 levels"),
    fault("attacks-fail", "any-type", "confused", "a body of any media type"),
    fault("attacks-fail", "override", "overridden", "a header that turns a read into a deletion"),
    fault("attacks-fail", "token-in-query", "let-in", "a token in the query"),
    fault("attacks-fail", "basic", "let-in", "a token after another word than Bearer"),
    fault("attacks-fail", "explosive", "slow", "an expression that explodes"),
    fault("concurrent-writers", "check-then-act", "winners", "looked first, created then: two creations of one key"),
    fault("concurrent-writers", "last-wins", "winners", "If-Match that nobody looks at: the last writer wins"),
    fault("concurrent-writers", "lost-update", "lost-update", "read, changed and written without a condition"),
    fault("concurrent-writers", "deletes-all", "winners", "every deletion has been the one"),
    fault("replays", "new-batch", "not-repeated", "an Idempotency-Key that nobody looks at"),
    fault("replays", "queued-twice", "not-once", "a batch sent again that is processed again"),
    fault("poison-handled", "poison-blocks", "held-up", "poison tried for ever, and all others behind it"),
    fault("poison-handled", "poison-dropped", "not-put-aside", "poison thrown away"),
    fault("poison-handled", "never-again", "not-back", "a mended message that is not processed any more"),
    fault("poison-handled", "never-removed", "not-removed", "messages that come again although they were processed"),
    fault("poison-handled", "no-queue", "no-queue", "work in the background without a dead-letter queue"),
    fault("load-held", "slow", "slow", "a handler that takes 600 ms"),
    fault("load-held", "sometimes-slow", "slow", "a handler that takes more than a second now and then"),
    fault("load-held", "sometimes-503", "failed", "one request in twenty that fails"),
    fault("cold-start", "cold", "slow-start", "a function that takes nine seconds to start"),
    fault("cold-start", "cold-500", "slow-start", "a first request that fails"),
    fault("throttled", "throttled-500", "not-429", "500 for what is too much"),
    fault("throttled", "half-done", "half-done", "refused with 429, and done all the same"),
    fault("throttled", "never-recovers", "not-recovered", "refusing long after the rush"),
]


@pytest.mark.parametrize(("check", "name", "rule"), FAULTS)
async def test_a_fault_is_found_by_the_check_that_is_there_for_it(bench: Bench, check: str, name: str, rule: str) -> None:
    result = await judged(bench, check, Toy(name), **QUICK)

    assert result.status == "failed", result
    assert rule in rules(result), result.findings
    assert all(f.mends is PhaseId.IMPLEMENT and f.expected and f.seen for f in result.findings)
    assert not any("eyJ" in f.message + f.seen for f in result.findings)


@pytest.mark.parametrize("check", [*OUTSIDE, "load-held"])
async def test_a_feature_that_is_right_passes(bench: Bench, check: str) -> None:
    result = await judged(bench, check, Toy(), **QUICK)

    assert (result.status, result.findings) == ("passed", ()), result
    assert result.summary


def variant(check: str, way: str, what: str) -> Any:
    return pytest.param(check, way, marks=pytest.mark.variant(check, what), id=f"{check}-{way}")


VARIANTS = [
    variant("attacks-fail", "says-403", "403 instead of 404 for what is another tenant's"),
    variant("attacks-fail", "nosniff", "markup as it was, with nosniff"),
    variant("concurrent-writers", "says-409", "409 instead of 412 for another version"),
    variant("throttled", "says-409", "409 for some of the writers that were served"),
]


@pytest.mark.parametrize(("check", "way"), VARIANTS)
async def test_another_way_of_being_right_passes(bench: Bench, check: str, way: str) -> None:
    result = await judged(bench, check, Toy(ways=[way]))

    assert (result.status, result.findings) == ("passed", ()), result


@pytest.mark.parametrize(
    "check",
    [
        pytest.param(each, marks=pytest.mark.variant(each, "a feature without a queue"))
        for each in ("attacks-fail", "poison-handled", "replays")
    ],
)
async def test_a_feature_without_a_queue_has_no_poison_and_nothing_to_replay(bench: Bench, check: str) -> None:
    document = contract()
    document["paths"] = {path: each for path, each in document["paths"].items() if "batches" not in path}
    result = await judged(bench, check, Toy(ways=["no-queue"]), plan=QUEUELESS, document=document)

    assert (result.status, result.findings) == ("passed", ()), result
    if check == "poison-handled":
        assert result.summary == "no queue"


@pytest.mark.variant("attacks-fail", "members that nobody knows are passed over, as the contract says")
async def test_unknown_members_may_be_passed_over_where_the_contract_says_so(bench: Bench) -> None:
    result = await judged(bench, "attacks-fail", Toy(ways=["ignores-unknown"]))

    assert (result.status, result.findings) == ("passed", ()), result


@pytest.mark.fault("sign-in-demanded", "a right that the contract demands and nobody looks at")
async def test_a_right_that_is_demanded_and_not_looked_at_is_found(bench: Bench) -> None:
    document = contract()
    document["paths"]["/notes"]["get"]["security"] = [{"token": ["notes:read"]}]
    result = await judged(bench, "sign-in-demanded", Toy(), document=document)

    assert rules(result) == {"not-403"}


@pytest.mark.fault("sign-in-demanded", "a contract that opens an operation")
async def test_a_contract_that_opens_an_operation_is_found(bench: Bench) -> None:
    document = contract()
    document["paths"]["/notes"]["get"]["security"] = []
    (finding,) = (await judged(bench, "sign-in-demanded", Toy(), document=document)).findings

    assert (finding.rule, finding.message) == ("open", "GET /notes")


@pytest.mark.parametrize("check", ["attacks-fail", "concurrent-writers", "replays"])
async def test_what_no_scenario_makes_is_said_to_be_unattacked(bench: Bench, check: str) -> None:
    nothing = SCENARIOS.model_copy(update={"scenarios": SCENARIOS.scenarios[:0]})
    result = await judged(bench, check, Toy(), scenarios=nothing)

    assert rules(result) == {"not-made"}


def test_load_has_the_machine_for_itself_and_throttling_comes_last() -> None:
    gate = {check.id: check for check in gate_of(PhaseId.VALIDATE, all_checks())}
    quick = {"lane", "criteria-exercised"}

    assert {*gate} - {*gate["load-held"].after} - quick == {"load-held", "throttled"}
    assert {*gate} - {*gate["throttled"].after} - quick == {"throttled"}


async def test_load_on_nothing_is_not_passed(bench: Bench) -> None:
    nothing = SCENARIOS.model_copy(update={"scenarios": ()})

    assert (await judged(bench, "load-held", Toy(), scenarios=nothing)).status == "unavailable"
    assert (
        await judged(Bench(bench.place / "2", bench.go, bench.cache), "throttled", Toy(), scenarios=nothing)
    ).status == "unavailable"


async def test_a_contract_that_cannot_be_read_is_not_passed(bench: Bench) -> None:
    assert (await judged(bench, "attacks-fail", Toy(), document={"openapi": "3.1.0"})).status == "unavailable"


async def test_a_fuzzing_that_takes_too_long_is_not_passed(bench: Bench) -> None:
    assert (await judged(bench, "contract-fuzzed", Toy(), fuzz_seconds=0.2)).status == "unavailable"
