"""Starts ministack; a script that `emulator.py` runs in a process and an environment of its own.

Three things are made as on AWS. The runtime API through which ministack hands events to a function writes head and body of
an answer in two pieces; with Nagle's algorithm the second waits for the client's delayed acknowledgement: 40 ms on every
request. A batch of messages needs the permission of one message, not an action that IAM does not know. And what IAM
decides about the functions' own calls is written down, as CloudTrail would.
"""

import json
import os
import socketserver
import threading
from pathlib import Path
from typing import Any

_BATCHES = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "sns:PublishBatch": "sns:Publish",
}
"""https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html"""


def main() -> None:
    socketserver.StreamRequestHandler.disable_nagle_algorithm = True
    _know_batches()
    # Taken away, so that no function learns where it is.
    _write_down(os.environ.pop("DECISIONS"))
    from ministack.app import main as serve

    serve()


def _know_batches() -> None:
    from ministack.core import iam_actions

    extract = iam_actions.extract_iam_action

    def extracted(*arguments: Any, **named: Any) -> str | None:
        action: str | None = extract(*arguments, **named)
        return _BATCHES.get(action, action) if action else action

    iam_actions.extract_iam_action = extracted


def _write_down(place: str) -> None:
    from ministack.core import iam_evaluator

    evaluate, enforce = iam_evaluator.evaluate, iam_evaluator.enforce
    book = Path(place).open("a", buffering=1, encoding="utf-8")  # noqa: SIM115 - open until the process ends
    now = threading.local()

    def evaluated(asked: Any, *policies: Any) -> Any:
        now.asked = asked
        return evaluate(asked, *policies)

    def enforced(*arguments: Any, **named: Any) -> Any:
        now.asked = None
        refusal = enforce(*arguments, **named)
        if now.asked is not None:
            line = [now.asked.principal_arn, now.asked.action, now.asked.resource_arn, refusal is None]
            book.write(json.dumps(line) + "\n")
        return refusal

    iam_evaluator.evaluate, iam_evaluator.enforce = evaluated, enforced


if __name__ == "__main__":
    main()
