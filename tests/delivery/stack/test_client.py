"""Where the API is."""

import httpx
import pytest

from backend_factory.delivery.stack.client import api_url
from backend_factory.delivery.stack.emulator import Emulator
from backend_factory.errors import AskerError

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize(
    "endpoint", ["https://a1b2c3.execute-api.us-east-1.amazonaws.com", "http://a1b2c3.execute-api.127.0.0.1:4566"]
)
async def test_an_endpoint_as_aws_gives_it_is_found_on_the_emulator(emulator: Emulator, endpoint: str) -> None:
    assert api_url(emulator, endpoint) == f"{emulator.endpoint}/_aws/execute-api/a1b2c3/$default"


@pytest.mark.parametrize("endpoint", ["", "https://example.com", "https://a/../x.execute-api.evil"])
async def test_what_is_no_endpoint_is_refused(emulator: Emulator, endpoint: str) -> None:
    with pytest.raises(AskerError, match="not the endpoint of an HTTP API"):
        api_url(emulator, endpoint)


async def test_an_api_that_is_not_there_is_not_found(emulator: Emulator) -> None:
    url = api_url(emulator, "https://a1b2c3.execute-api.us-east-1.amazonaws.com")

    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"{url}/items")).status_code == 404
