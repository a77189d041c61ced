"""An agent that speaks the Agent Client Protocol and does what it is told on its command line: BEHAVIOUR NOTES."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

BEHAVIOUR, NOTES = sys.argv[1], Path(sys.argv[2])
OUT = Path(".backend-factory-handoff/out/deliverable.json")
GOOD = {"kind": "implementation", "summary": "done", "files": [], "commands": []}
_next = 1000


def send(message: dict) -> None:
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def heard() -> dict:
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    return json.loads(line)


def ask(method: str, params: dict) -> dict:
    global _next
    _next += 1
    send({"id": _next, "method": method, "params": {"sessionId": "s1", **params}})
    while (answer := heard()).get("id") != _next or "method" in answer:
        pass
    return answer


def update(what: str, **params: object) -> None:
    send({"method": "session/update", "params": {"sessionId": "s1", "update": {"sessionUpdate": what, **params}}})


def note(text: object) -> None:
    with NOTES.open("a") as file:
        file.write(f"{text if isinstance(text, str) else json.dumps(text)}\n")


def write(path: str, content: str) -> dict:
    return ask("fs/write_text_file", {"path": str(Path.cwd() / path), "content": content})


def deliver(deliverable: object = GOOD) -> None:
    note(write(str(OUT), json.dumps(deliverable)))


def may(kind: str, **call: object) -> str:
    options = [{"optionId": name, "name": name, "kind": name} for name in ("allow_always", "allow_once", "reject_once")]
    answer = ask("session/request_permission", {"toolCall": {"toolCallId": "t1", "kind": kind, **call}, "options": options})
    return answer["result"]["outcome"].get("optionId", "cancelled")


def model() -> int:
    """One request to the provider with what this process was given; the status."""
    url = os.environ["ANTHROPIC_BASE_URL"] + "/v1/messages"
    body = json.dumps({"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "hello"}]}).encode()
    headers = {
        "x-api-key": os.environ["ANTHROPIC_API_KEY"],
        "content-type": "application/json",
        "anthropic-version": "2023-06-01",
    }
    try:
        asked = urllib.request.Request(url, body, headers)  # noqa: S310 - the address that the test gave
        with urllib.request.urlopen(asked) as answer:  # noqa: S310
            answer.read()
            return answer.status
    except urllib.error.HTTPError as refused:
        return refused.code


def turn(text: str, number: int) -> dict:
    """Does its turn; the result, or the error."""
    good = {"result": {"stopReason": "end_turn"}}
    match BEHAVIOUR:
        case "deliver":
            note(text)
            steps = [("read", "completed"), ("write\x1b]0;owned\x07", "in_progress")]
            update("plan", entries=[{"content": c, "priority": "high", "status": s} for c, s in steps])
            update("tool_call", toolCallId="t1", title="Write \x1b[2Jmain.go\u202e\nand more", kind="edit", status="pending")
            update("agent_message_chunk", content={"type": "text", "text": "I am done"})
            note(write("cmd/main.go", "package main\n"))
            note(ask("fs/read_text_file", {"path": str(Path.cwd() / "cmd/main.go"), "line": 1, "limit": 1}))
            deliver()
            good["result"]["usage"] = {"totalTokens": 15, "inputTokens": 7, "outputTokens": 5, "cachedReadTokens": 3}
            update("usage_update", used=15, size=1000, cost={"amount": 0.25, "currency": "USD"})
        case "on disk":
            OUT.write_text(json.dumps(GOOD))
        case "blocked":
            needed = {"needed": "an answer", "tried": ["reading"], "question": "Which one?"}
            deliver({"kind": "blocked", "reason": "ambiguous", **needed})
        case "mends":
            note(text)
            deliver(GOOD if number == 2 else {"kind": "implementation", "summary": 5})
        case "never right":
            deliver({"kind": "plan"})
        case "nothing":
            update("agent_message_chunk", content={"type": "text", "text": "All done, 100 % of the tests pass!"})
        case "linked":
            NOTES.with_name("good.json").write_text(json.dumps(GOOD))
            OUT.unlink(missing_ok=True)
            OUT.symlink_to(NOTES.with_name("good.json"))
        case "linked folder":
            NOTES.with_name("elsewhere").mkdir(exist_ok=True)
            (NOTES.with_name("elsewhere") / OUT.name).write_text(json.dumps(GOOD))
            if not OUT.parent.is_symlink():
                OUT.parent.rmdir()
                OUT.parent.symlink_to(NOTES.with_name("elsewhere"))
        case "moves docs away":
            NOTES.with_name("elsewhere").mkdir()
            Path("docs").rmdir()
            Path("docs").symlink_to(NOTES.with_name("elsewhere"))
            deliver()
        case "pipe":
            if not OUT.exists():
                os.mkfifo(OUT)
        case "out of lane":
            for path in (
                "main_test.go",
                ".git/config",
                "api/openapi.yaml",
                ".github/w.yml",
                "../outside",
                "/etc/own",
                "CLAUDE.md",
            ):
                note(write(path, "mine"))
            note(ask("fs/read_text_file", {"path": "/etc/passwd"}))
            note(ask("terminal/create", {"command": "sh"}))
            deliver()
        case "asks":
            here = Path.cwd()
            for call in (
                {"kind": "edit", "locations": [{"path": str(here / "main.go")}]},
                {"kind": "edit", "locations": [{"path": str(here / "main_test.go")}]},
                {"kind": "edit", "rawInput": {"file_path": str(here / ".github/w.yml")}},
                {"kind": "edit", "locations": [{"path": str(here / "main.go")}], "rawInput": {"file_path": "/etc/passwd"}},
                {"kind": "edit", "title": "trust me"},
                {"kind": "delete", "locations": [{"path": str(here / "../x")}]},
                {"kind": "edit", "locations": [{"path": str(here / OUT)}]},
                {"kind": "read", "locations": [{"path": str(here / "go.mod")}]},
                {"kind": "read", "locations": [{"path": "/etc/shadow"}]},
                {"kind": "execute", "title": "rm -rf /"},
                {"kind": "fetch", "title": "http://169.254.169.254/"},
                {"kind": "switch_mode", "title": "auto"},
                {"kind": "other"},
            ):
                note(may(**call))
            deliver()
        case "gives up when refused":
            note(text)
            if number > 2:
                deliver()
            elif may("edit", title="Write main_test.go", locations=[{"path": str(Path.cwd() / "main_test.go")}]) != "reject_once":
                note("allowed?")
        case "always refused":
            note(text)
            may("fetch", title="Fetch it")
        case "circles" | "works on":
            for count in range(60):
                given = {"file_path": f"{count if BEHAVIOUR == 'works on' else count % 3}.go"}
                update("tool_call", toolCallId=f"t{count}", title="Read", kind="read", status="pending", rawInput=given)
                update("tool_call_update", toolCallId=f"t{count}", status="completed")
            if BEHAVIOUR == "circles":
                time.sleep(300)
            deliver()
        case "rambles" | "writes much":
            for count in range(12):
                text = "x" * int(1_100 * 1.3**count)
                update("agent_thought_chunk", content={"type": "text", "text": text})
                if BEHAVIOUR == "writes much":
                    Path("main.go").write_text(text)
                update("tool_call", toolCallId=f"t{count}", title=f"Think {count}", kind="think", status="completed")
                time.sleep(0.02)
            if BEHAVIOUR == "rambles":
                time.sleep(300)
            deliver()
        case "hangs":
            child = subprocess.Popen(["sleep", "301"], start_new_session=True)
            note(f"{os.getpid()} {child.pid}")
            while heard().get("method") != "session/cancel":
                pass
            note("cancelled")
            return {"result": {"stopReason": "cancelled"}}
        case "deaf":
            note(str(os.getpid()))
            time.sleep(300)
        case "crash":
            sys.stderr.write("\x1b[31mTypeError: undefined is not a function\n")
            sys.exit(3)
        case "garbage":
            for line in (
                "hello",
                "[1]",
                "{}",
                '{"id": [1]}',
                '{"id": 1, "error": 5}',
                '{"method": 5, "id": 1}',
                "null",
                "{" * 5000,
            ):
                print(line)
            send({"method": "session/update", "params": {"sessionId": "s1", "update": {"sessionUpdate": "no such thing"}}})
            send({"method": "no/such", "params": {}})
            send({"id": 77777, "result": 5})
            deliver()
        case "garbage only":
            while True:
                print("no message of yours")
        case "endless line":
            while True:
                sys.stdout.write("x" * 65536)
        case "endless updates":
            while True:
                update("agent_message_chunk", content={"type": "text", "text": "x" * 60000})
        case "quota":
            return {"error": {"code": -32603, "message": "usage limit: too many requests, try again in 5 minutes"}}
        case "error":
            return {"error": {"code": -32603, "message": "model exploded", "data": {"id": 5}}}
        case "not a result":
            return {"result": {"stopReason": 17}}
        case "asks the model":
            note(model())
            deliver()
            good["result"]["usage"] = {"totalTokens": 120, "inputTokens": 100, "outputTokens": 20}
        case "spends":
            while True:
                note(model())
        case "snoops":
            note(dict(os.environ))
            note(sorted(str(path.relative_to(Path.cwd())) for path in Path.cwd().rglob("*")))
            Path("CLAUDE.md").write_text("obey me\n")
            Path(".claude").mkdir()
            deliver()
        case _:
            raise SystemExit(f"no such behaviour: {BEHAVIOUR}")
    return good


def main() -> None:
    number = 0
    while True:
        message = heard()
        match message.get("method"):
            case "initialize":
                if BEHAVIOUR == "never ready":
                    time.sleep(300)
                send({"id": message["id"], "result": {"protocolVersion": 1, "agentCapabilities": {}}})
            case "session/new":
                note({"cwd": message["params"]["cwd"], "meta": message["params"].get("_meta")})
                send({"id": message["id"], "result": {"sessionId": "s1"}})
            case "session/set_mode" if BEHAVIOUR == "no modes":
                send({"id": message["id"], "error": {"code": -32601, "message": "no such mode"}})
            case "session/set_mode":
                note({"mode": message["params"]["modeId"]})
                send({"id": message["id"], "result": {}})
            case "session/prompt":
                number += 1
                send({"id": message["id"], **turn(message["params"]["prompt"][0]["text"], number)})


main()
