"""Users of several tenants and their tokens, from a user pool on the emulator: a real issuer with real signatures."""

import asyncio
import base64
import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from backend_factory.delivery.stack.call import ask
from backend_factory.delivery.stack.emulator import Emulator

_FLOW = "ADMIN_USER_PASSWORD_AUTH"
_HOUR = 3600


@dataclass(frozen=True)
class Identity:
    """One user a tenant; the user's name is the tenant."""

    issuer: str
    """Value of the template's parameter Issuer."""
    audience: str
    """Value of the template's parameter Audience."""
    access: Mapping[str, str]
    """Tenant -> access token for this audience, valid for an hour."""
    foreign: Mapping[str, str]
    """Of the first tenant alone, from another app of the same issuer: a good signature, the wrong audience."""
    brief: Mapping[str, str]
    """Of the first tenant alone: as `access`, but valid for a second."""
    identifying: Mapping[str, str]
    """Id tokens: they pass the authorizer but hold no claim `username`, so the function must refuse them."""
    claim: str = "username"
    """Value of the template's parameter TenantClaim: the claim of an access token that names the tenant."""

    def token(self, tenant: str) -> str:
        """A good access token."""
        return self.access[tenant]

    async def expired(self, tenant: str) -> str:
        """A token that was good; waits up to two seconds for its end."""
        token = self.brief[tenant]
        await asyncio.sleep(max(0.0, claims(token)["exp"] + 0.1 - time.time()))
        return token


def claims(token: str) -> dict[str, Any]:
    """What a token says, unchecked."""
    payload = token.split(".")[1]
    said: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return said


def tampered(token: str, **said: str) -> str:
    """The token with other claims under the old signature: tampered(token, username="globex")."""
    header, _, signature = token.split(".")
    payload = json.dumps({**claims(token), **said}, separators=(",", ":")).encode()
    return f"{header}.{base64.urlsafe_b64encode(payload).rstrip(b'=').decode()}.{signature}"


async def create_identity(emulator: Emulator, tenants: Sequence[str]) -> Identity:
    """A new user pool with a user for each of `tenants` (at least one). Raises OperatorError if it is refused."""
    cognito = emulator.client("cognito-idp")
    pool = (await ask(cognito, "create_user_pool", PoolName="tenants"))["UserPool"]["Id"]
    password = f"Aa1!{secrets.token_hex(16)}"
    await asyncio.gather(*(_add_user(cognito, pool, tenant, password) for tenant in tenants))
    audience, good = await _sign_in_all(cognito, pool, tenants, password, _HOUR)
    _, foreign = await _sign_in_all(cognito, pool, tenants[:1], password, _HOUR)
    _, brief = await _sign_in_all(cognito, pool, tenants[:1], password, 1)
    return Identity(
        issuer=str(claims(good[tenants[0]]["AccessToken"])["iss"]),
        audience=audience,
        access=_each(good, "AccessToken"),
        foreign=_each(foreign, "AccessToken"),
        brief=_each(brief, "AccessToken"),
        identifying=_each(good, "IdToken"),
    )


async def renewed(emulator: Emulator, identity: Identity, tenants: Sequence[str], mark: str) -> Identity:
    """The same with users for `tenants` who never did anything: what is done with their tokens is done for new tenants.

    `mark` tells them from the users before. Raises OperatorError if it is refused.
    """
    cognito, pool = emulator.client("cognito-idp"), identity.issuer.rsplit("/", 1)[-1]
    password = f"Aa1!{secrets.token_hex(16)}"

    async def join(tenant: str) -> str:
        name = f"{tenant}-{mark}"
        await _add_user(cognito, pool, name, password)
        return (await _sign_in(cognito, pool, identity.audience, name, password))["AccessToken"]

    tokens = await asyncio.gather(*map(join, tenants))
    return replace(identity, access={**identity.access, **dict(zip(tenants, tokens, strict=True))})


def _each(answers: Mapping[str, Mapping[str, str]], kind: str) -> dict[str, str]:
    return {tenant: answer[kind] for tenant, answer in answers.items()}


async def _add_user(cognito: Any, pool: str, tenant: str, password: str) -> None:
    user = {"UserPoolId": pool, "Username": tenant}
    email = {"Name": "email", "Value": f"user@{tenant}.example"}
    await ask(cognito, "admin_create_user", **user, MessageAction="SUPPRESS", UserAttributes=[email])
    await ask(cognito, "admin_set_user_password", **user, Password=password, Permanent=True)


async def _sign_in_all(
    cognito: Any, pool: str, tenants: Sequence[str], password: str, seconds: int
) -> tuple[str, dict[str, dict[str, str]]]:
    """A new app client whose access tokens live for `seconds`, and what each tenant's user got from it."""
    app = await ask(
        cognito,
        "create_user_pool_client",
        UserPoolId=pool,
        ClientName=f"tokens-{seconds}",
        ExplicitAuthFlows=[f"ALLOW_{_FLOW}"],
        AccessTokenValidity=seconds,
        TokenValidityUnits={"AccessToken": "seconds"},
    )
    client = app["UserPoolClient"]["ClientId"]

    answers = await asyncio.gather(*(_sign_in(cognito, pool, client, tenant, password) for tenant in tenants))
    return client, dict(zip(tenants, answers, strict=True))


async def _sign_in(cognito: Any, pool: str, client: str, tenant: str, password: str) -> dict[str, str]:
    """What the tenant's user gets from the app client."""
    answer = await ask(
        cognito,
        "admin_initiate_auth",
        UserPoolId=pool,
        ClientId=client,
        AuthFlow=_FLOW,
        AuthParameters={"USERNAME": tenant, "PASSWORD": password},
    )
    result: dict[str, str] = answer["AuthenticationResult"]
    return result
