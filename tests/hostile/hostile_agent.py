"""An agent of ill will that speaks the Agent Client Protocol: it does the deed that it is given, and delivers what came."""

import json
import os
import sys
from pathlib import Path

DEED = sys.argv[1]
OUT = Path(".backend-factory-handoff/out/deliverable.json")
_next = 1000


def send(message: dict) -> None:
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def heard() -> dict:
    line = sys.stdin.readline()
    return json.loads(line) if line else sys.exit(0)


def ask(method: str, **params: object) -> dict:
    """What the factory answers."""
    global _next
    _next += 1
    send({"id": _next, "method": method, "params": {"sessionId": "s1", **params}})
    while (answer := heard()).get("id") != _next or "method" in answer:
        pass
    return answer


def update(what: str, **params: object) -> None:
    send({"method": "session/update", "params": {"sessionId": "s1", "update": {"sessionUpdate": what, **params}}})


def may(kind: str, **call: object) -> str:
    """The option that the factory chose."""
    options = [{"optionId": name, "name": name, "kind": name} for name in ("allow_always", "allow_once", "reject_once")]
    answer = ask("session/request_permission", toolCall={"toolCallId": "t1", "kind": kind, **call}, options=options)
    return answer["result"]["outcome"].get("optionId", "cancelled")


def turn() -> None:
    got: list[object] = []
    try:
        exec(DEED, {"ask": ask, "update": update, "may": may, "got": got.append, "os": os, "Path": Path, "OUT": OUT})  # noqa: S102
    except Exception as reason:  # noqa: BLE001
        got.append(f"{type(reason).__name__}: {reason}")
    if not os.path.lexists(OUT):
        OUT.write_text(
            json.dumps({"kind": "implementation", "summary": json.dumps(got, default=str), "files": [], "commands": []})
        )


while True:
    message = heard()
    match message.get("method"):
        case "initialize":
            send({"id": message["id"], "result": {"protocolVersion": 1, "agentCapabilities": {}}})
        case "session/new":
            send({"id": message["id"], "result": {"sessionId": "s1"}})
        case "session/prompt":
            turn()
            send({"id": message["id"], "result": {"stopReason": "end_turn"}})
