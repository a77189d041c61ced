"""Tokens of several tenants."""

import time

import pytest

from backend_factory.delivery.stack.emulator import Emulator
from backend_factory.delivery.stack.identity import claims, create_identity, tampered

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_each_token_names_its_tenant_issuer_and_audience(emulator: Emulator) -> None:
    identity = await create_identity(emulator, ["acme", "globex"])
    for tenant in ("acme", "globex"):
        said = claims(identity.token(tenant))
        assert said[identity.claim] == tenant
        assert said["iss"] == identity.issuer
        assert said["client_id"] == identity.audience
        assert said["exp"] > time.time() + 3000
        assert identity.claim not in claims(identity.identifying[tenant])
    assert claims(identity.foreign["acme"])["client_id"] != identity.audience
    with pytest.raises(KeyError):
        identity.token("nobody")


async def test_an_expired_token_has_expired_when_it_is_handed_over(emulator: Emulator) -> None:
    identity = await create_identity(emulator, ["acme"])
    assert claims(await identity.expired("acme"))["exp"] < time.time()


async def test_a_tampered_token_says_something_else_under_the_old_signature(emulator: Emulator) -> None:
    token = (await create_identity(emulator, ["acme"])).token("acme")
    changed = tampered(token, username="globex")
    assert claims(changed) == {**claims(token), "username": "globex"}
    assert changed.split(".")[0::2] == token.split(".")[0::2]
