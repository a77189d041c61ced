"""One call of an AWS API: a refusal is a value, silence is the operator's trouble."""

import asyncio
from dataclasses import dataclass
from typing import Any

from backend_factory.errors import OperatorError


@dataclass(frozen=True)
class Refusal:
    """The API, or its model on this side, understood the call and said no."""

    code: str
    message: str


async def attempt(client: Any, operation: str, **arguments: Any) -> dict[str, Any] | Refusal:
    """The answer to `client.operation(**arguments)`, called in a thread. Raises OperatorError if none comes."""
    from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

    try:
        answer: dict[str, Any] = await asyncio.to_thread(getattr(client, operation), **arguments)
    except ClientError as refusal:
        error = refusal.response.get("Error", {})
        return Refusal(error.get("Code", ""), error.get("Message", str(refusal)))
    except ParamValidationError as refusal:
        return Refusal("ParamValidationError", str(refusal))
    except BotoCoreError as reason:
        raise OperatorError(
            f"{operation} at {client.meta.endpoint_url} got no answer: {reason}",
            hint="see whether the account is up and look at the emulator's log",
        ) from reason
    return answer


async def ask(client: Any, operation: str, **arguments: Any) -> dict[str, Any]:
    """As `attempt`, for a call that must succeed: raises OperatorError also on a refusal."""
    answer = await attempt(client, operation, **arguments)
    if isinstance(answer, Refusal):
        raise OperatorError(
            f"{operation} at {client.meta.endpoint_url} was refused: {answer.code}: {answer.message}",
            hint="look at the emulator's log; with AWS, at the permissions of the credentials",
        )
    return answer
