"""Where clients reach the deployed API: over HTTP, from outside."""

import re

from backend_factory.delivery.stack.emulator import Emulator
from backend_factory.errors import AskerError

_ENDPOINT = re.compile(r"https?://([a-z0-9]+)\.execute-api\.")


def api_url(emulator: Emulator, endpoint: str) -> str:
    """Where the emulator serves the HTTP API whose `ApiEndpoint` is `endpoint`, without a slash at the end.

    `endpoint` is as AWS gives it: https://<api id>.execute-api.<region>.amazonaws.com. No name has to be resolved for
    the result. Raises AskerError if `endpoint` is none.
    """
    api = _ENDPOINT.match(endpoint)
    if api is None:
        raise AskerError(
            f"{endpoint!r} is not the endpoint of an HTTP API",
            hint="the template's output ApiEndpoint must be !GetAtt <api>.ApiEndpoint",
        )
    return f"{emulator.endpoint}/_aws/execute-api/{api.group(1)}/$default"
