"""Scenarios are performed over real HTTP; what is other than expected is reported exactly, what is unknown fails."""

import json
import threading
import time
from collections.abc import Sequence

import pytest
from scripted_server import Asked, Reply, Script, ScriptedTarget, serving

from backend_factory.domain.scenario import Call, Depth, Expectation, Scenario, Send, Step
from backend_factory.errors import OperatorError
from backend_factory.gates.scenario import ScenarioResult, perform_scenarios, users


def scenario(*steps: Step, id: str = "S-1") -> Scenario:
    return Scenario(id=id, title="a story", criteria=("AC-1.1",), steps=steps)


def get(path: str = "/assets", status: int = 200, **rest: object) -> Call:
    return Call.model_validate({"method": "GET", "path": path, "status": status} | rest)


def expecting(at: str, test: str, value: object = None) -> Expectation:
    return Expectation.model_validate({"at": at, "test": test, "value": value})


async def perform(script: Script, *steps: Step, **limits: float) -> ScenarioResult:
    with serving(script) as url:
        (result,) = await perform_scenarios([scenario(*steps)], ScriptedTarget(url), **limits)  # type: ignore[arg-type]
    return result


class Recorder:
    """Answers one after the other, the last one for ever, and remembers what was asked."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.asked: list[Asked] = []

    def __call__(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


async def test_a_story_passes_when_every_answer_is_as_expected() -> None:
    script = Recorder(Reply(201, {"id": "a/b?c", "version": 1}), Reply(200, {"id": "a/b?c", "name": "x"}))
    made = Call(method="POST", path="/assets", body={"name": "x"}, status=201, save={"id": "/id", "v": "/version"})
    read = get("/assets/{id}", headers={"If-Match": '"{v}"'}, query={"of": "{id}"}, expect=(expecting("/id", "equals", "{id}"),))
    result = await perform(script, made, read)
    assert result.passed and not result.mismatches
    assert [(t.step, t.line, t.status) for t in result.steps] == [
        (1, "POST /assets", 201),
        (2, 'GET /assets/a%2Fb%3Fc?of=a/b?c {"If-Match": "\\"1\\""}', 200),
    ]
    assert script.asked[1].path == "/stage/assets/a%2Fb%3Fc?of=a%2Fb%3Fc"
    assert script.asked[1].headers["If-Match"] == '"1"'
    assert json.loads(script.asked[0].body) == {"name": "x"}
    assert script.asked[0].headers["Content-Type"] == "application/json"


async def test_a_saved_value_keeps_its_type_in_a_body_and_cannot_leave_the_path() -> None:
    script = Recorder(Reply(200, {"id": "..", "n": 7, "list": [1, 2]}), Reply(200, {}))
    first = get(save={"id": "/id", "n": "/n", "list": "/list"})
    body = {"n": "{n}", "list": "{list}", "text": "no. {n}", "other": "{unknown}"}
    await perform(script, first, Call(method="PUT", path="/assets/{id}/x", body=body, status=200))
    assert script.asked[1].path == "/stage/assets/%2E%2E/x"
    assert json.loads(script.asked[1].body) == {"n": 7, "list": [1, 2], "text": "no. 7", "other": "{unknown}"}


async def test_headers_can_be_expected_whatever_the_case_of_their_names() -> None:
    script = Recorder(Reply(200, {}, headers={"ETag": '"1"'}))
    held = Expectation(header="etag", test="equals", value='"1"')
    missed = Expectation(header="Location", test="present")

    assert (await perform(script, get(expect=(held,)))).passed
    (mismatch,) = (await perform(script, get(expect=(held, missed)))).mismatches
    assert (mismatch.expected, mismatch.seen) == ("header Location present", "nothing there")


async def test_a_path_that_nothing_fills_fails_without_a_request() -> None:
    script = Recorder(Reply(200, {}))
    result = await perform(script, get("/assets/{id}"))
    assert not result.passed and not script.asked
    assert result.mismatches[0].line == "GET /assets/{id}"


async def test_each_kind_of_token_is_sent_and_none_is_ever_recorded() -> None:
    script = Recorder(Reply(401, {"message": "Unauthorized"}))
    steps = [get(status=401, tenant=t) for t in ("", "globex", "!tampered", "!audience")]
    result = await perform(script, *steps)
    sent = [each.headers.get("Authorization") for each in script.asked]
    assert sent == [None, "Bearer token-of-globex", "Bearer tampered-of-acme", "Bearer elsewhere-of-acme"]
    assert result.passed
    assert users([scenario(*steps)]) == ("acme", "globex")


async def test_a_token_that_an_answer_repeats_is_struck_out() -> None:
    def echo(asked: Asked) -> Reply:
        return Reply(500, {"oops": asked.headers["Authorization"]})

    result = await perform(echo, get(tenant="globex", expect=(expecting("/oops", "equals", "x"),)))
    assert "token-of-globex" not in result.model_dump_json()
    assert "[token]" in result.steps[0].excerpt


async def test_a_wrong_status_is_reported_with_the_body_and_ends_the_story() -> None:
    script = Recorder(Reply(404, {"title": "Not Found"}))
    result = await perform(script, get("/assets/1"), get("/assets/2"))
    assert not result.passed and len(script.asked) == 1
    (mismatch,) = result.mismatches
    assert (mismatch.step, mismatch.line, mismatch.expected) == (1, "GET /assets/1", "status 200")
    assert mismatch.seen == 'status 404: {"title": "Not Found"}'


async def test_every_expectation_that_fails_is_reported() -> None:
    script = Recorder(Reply(200, {"name": "x", "count": 2}))
    wanted = (expecting("/name", "equals", "y"), expecting("/count", "equals", 2), expecting("/gone", "present"))
    result = await perform(script, get(expect=wanted))
    assert [(m.expected, m.seen) for m in result.mismatches] == [
        ('/name equals "y"', '"x"'),
        ("/gone present", "nothing there"),
    ]


async def test_a_server_error_comes_with_the_functions_log() -> None:
    with serving(Recorder(Reply(500, {"title": "Internal Server Error"}))) as url:
        target = ScriptedTarget(url)
        target.logged = "x" * 5000 + "\x1b[31mpanic: nil map"
        (result,) = await perform_scenarios([scenario(get(within=5))], target)
    assert result.mismatches[0].log.endswith("xpanic: nil map") and len(result.mismatches[0].log) == 2000
    assert result.steps[0].tries == 1


@pytest.mark.parametrize("raw", [b"", b"not json", b"{", b"[" * 100_000])
async def test_a_body_that_is_not_json_meets_no_expectation(raw: bytes) -> None:
    for wanted in (expecting("", "absent"), expecting("/x", "absent"), expecting("/list", "excludes", 1)):
        result = await perform(Recorder(Reply(200, raw=raw)), get(expect=(wanted,)))
        assert [m.seen for m in result.mismatches] == ["a body that is not JSON"]


async def test_something_to_save_that_is_missing_fails() -> None:
    result = await perform(Recorder(Reply(201, {"ID": "1"})), Call(method="POST", path="/a", status=201, save={"id": "/id"}))
    assert [(m.expected, m.seen) for m in result.mismatches] == [("something at /id to go on with", "nothing there")]


async def test_a_late_answer_is_no_answer() -> None:
    stop = threading.Event()

    def late(asked: Asked) -> Reply:
        stop.wait(5)
        return Reply(200, {})

    with serving(late) as url:
        (result,) = await perform_scenarios([scenario(get())], ScriptedTarget(url), request_seconds=0.2)
        stop.set()
    assert [m.seen for m in result.mismatches] == ["no answer within 0.2 s"]


async def test_an_answer_without_end_is_cut_off() -> None:
    result = await perform(Recorder(Reply(200, raw=b" " * (2 << 20))), get())
    assert "more than 1048576 bytes" in result.mismatches[0].seen


async def test_nobody_listening_is_a_mismatch() -> None:
    with serving(Recorder(Reply())) as url:
        pass
    (result,) = await perform_scenarios([scenario(get())], ScriptedTarget(url))
    assert not result.passed and result.mismatches[0].seen.startswith("no answer: ConnectError")


async def test_a_header_that_would_split_the_request_is_not_sent() -> None:
    script = Recorder(Reply(200, {"evil": "1\r\nX-Evil: 1"}))
    result = await perform(script, get(save={"evil": "/evil"}), get(headers={"If-Match": "{evil}"}))
    assert not result.passed and len(script.asked) == 1


async def test_a_redirect_is_not_followed() -> None:
    script = Recorder(Reply(302, {}, headers={"Location": "http://127.0.0.1:1/"}))
    assert (await perform(script, get(status=302))).passed


async def test_reading_is_repeated_until_the_expectations_hold() -> None:
    script = Recorder(Reply(404, {}), Reply(200, {"state": "processing"}), Reply(200, {"state": "done"}))
    result = await perform(script, get(within=5, expect=(expecting("/state", "equals", "done"),)))
    assert result.passed and result.steps[0].tries == 3


async def test_waiting_ends_and_writing_is_never_repeated() -> None:
    wanted = (expecting("/state", "equals", "done"),)
    script = Recorder(Reply(200, {"state": "processing"}))
    begun = time.monotonic()
    assert not (await perform(script, get(within=0.3, expect=wanted))).passed
    assert time.monotonic() - begun < 20
    script = Recorder(Reply(200, {"state": "processing"}))
    assert not (await perform(script, Call(method="POST", path="/a", status=200, within=5, expect=wanted))).passed
    assert len(script.asked) == 1


async def test_messages_are_sent_and_counted() -> None:
    with serving(Recorder(Reply())) as url:
        target = ScriptedTarget(url)
        steps = (Send(queue="QueueUrl", message="{poison"), Depth(queue="QueueUrl", at_least=1))
        lost = Depth(queue="DeadLetterQueueUrl", at_least=2, within=0.1)
        good, bad = await perform_scenarios([scenario(*steps), scenario(lost)], target)
    assert good.passed and target.queues["QueueUrl"] == ["{poison"]
    assert [(m.expected, m.seen) for m in bad.mismatches] == [("at least 2 messages within 0.1 s", "0 messages")]


async def test_a_scenario_has_a_limit_of_its_own() -> None:
    script = Recorder(Reply(200, {"state": "processing"}))
    result = await perform(script, get(within=60, expect=(expecting("/state", "equals", "done"),)), scenario_seconds=0.3)
    assert [(m.expected, m.seen) for m in result.mismatches] == [("an end within 0.3 s", "still at step 1")]


async def test_a_scenario_without_steps_shows_nothing() -> None:
    assert not (await perform(Recorder(Reply()))).passed


async def test_results_keep_the_order_and_are_told_as_they_end() -> None:
    together = threading.Barrier(3, timeout=60)

    def script(asked: Asked) -> Reply:
        together.wait()
        return Reply(200 if asked.path.endswith("/2") else 500, {})

    told: list[str] = []
    with serving(script) as url:
        stories = [scenario(get(f"/{n}"), id=f"S-{n}") for n in (1, 2, 3)]
        results = await perform_scenarios(stories, ScriptedTarget(url), 3, lambda r: told.append(r.scenario))
    assert [(r.scenario, r.passed) for r in results] == [("S-1", False), ("S-2", True), ("S-3", False)]
    assert sorted(told) == ["S-1", "S-2", "S-3"]


async def test_a_target_that_cannot_do_its_part_is_not_blamed_on_the_feature() -> None:
    class NoTokens(ScriptedTarget):
        async def token(self, tenant: str) -> str:
            raise OperatorError("the user pool is gone")

    with serving(Recorder(Reply())) as url, pytest.raises(OperatorError, match="user pool"):
        await perform_scenarios([scenario(get())], NoTokens(url))


LIST = {"things": [{"n": 1, "t": "A"}, {"n": 2, "t": "b"}, {"n": 2.0, "t": "C"}]}


@pytest.mark.parametrize(
    ("body", "holds", "fails"),
    [
        ({"a": 1}, [("/a", "equals", 1.0), ("", "equals", {"a": 1})], [("/a", "equals", True), ("/a", "equals", "1")]),
        ({"a": None}, [("/a", "equals", None)], [("/a", "absent", None), ("/a", "present", None), ("/b", "equals", None)]),
        ({"a~/b": [0]}, [("/a~0~1b/0", "equals", 0)], [("/a~0~1b/00", "present", None), ("a~/b", "present", None)]),
        (LIST, [("/things", "length", 3)], [("/things", "length", 2), ("/things", "length", True), ("/x", "length", 0)]),
        (LIST, [("/things", "contains", {"n": 2})], [("/things", "contains", {"n": 2, "t": "A"}), ("/x", "contains", 1)]),
        (LIST, [("/things", "excludes", {"n": 3})], [("/things", "excludes", {"n": 1}), ("/x", "excludes", 1)]),
        (LIST, [("/things", "ascending", "/n"), ("/things", "ascending", "/t")], [("/things", "descending", "/n")]),
        (LIST, [], [("/things", "ascending", "/missing"), ("/x", "ascending", "/n"), ("/things", "descending", "/t")]),
    ],
)
async def test_expectations_hold_only_of_what_they_say(
    body: object, holds: Sequence[tuple[str, str, object]], fails: Sequence[tuple[str, str, object]]
) -> None:
    for facts, passes in ((holds, True), (fails, False)):
        for fact in facts:
            result = await perform(Recorder(Reply(200, body)), get(expect=(expecting(*fact),)))
            assert result.passed is passes, fact
