"""A compiled function deployed from a template, driven from outside; the whole way once."""

import statistics
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from backend_factory.delivery.stack.artifact import bundle, upload
from backend_factory.delivery.stack.client import api_url
from backend_factory.delivery.stack.contents import contents
from backend_factory.delivery.stack.emulator import Emulator
from backend_factory.delivery.stack.emulator_stack import EmulatorStack
from backend_factory.delivery.stack.identity import Identity, create_identity, tampered
from backend_factory.delivery.stack.observer import Observer
from backend_factory.delivery.stack.port import StackState
from backend_factory.delivery.stack.rollback import prove_rollback
from backend_factory.testing.walls import strongest

pytestmark = [pytest.mark.go, pytest.mark.asyncio(loop_scope="module")]

TEMPLATE = (Path(__file__).parent / "fixtures" / "template.yaml").read_text()


@dataclass(frozen=True)
class Deployed:
    emulator: Emulator
    stack: EmulatorStack
    identity: Identity
    parameters: dict[str, str]
    state: StackState

    def api(self, token: str = "") -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=api_url(self.emulator, self.state.outputs["ApiEndpoint"]),
            headers={"Authorization": f"Bearer {token}"} if token else {},
            timeout=30,
            trust_env=False,
        )

    async def status(self, token: str, path: str = "/claims") -> int:
        async with self.api(token) as api:
            return (await api.get(path)).status_code


@pytest.fixture(scope="module")
def zipped(probe: Path) -> bytes:
    return bundle(probe.read_bytes())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def deployed(tmp_path_factory: pytest.TempPathFactory, zipped: bytes) -> AsyncIterator[Deployed]:
    async with Emulator(tmp_path_factory.mktemp("emulator"), await strongest()) as emulator:
        identity = await create_identity(emulator, ["acme", "globex"])
        artifact = await upload(emulator, "artifacts", "probe", zipped)
        parameters = {
            "Issuer": identity.issuer,
            "Audience": identity.audience,
            "TenantClaim": identity.claim,
            "ArtifactBucket": artifact.bucket,
            "ArtifactKey": artifact.key,
        }
        stack = EmulatorStack(emulator)
        proposed = await stack.propose("probe", TEMPLATE, parameters)
        assert proposed.status == "ready", proposed.reason
        state = await stack.execute(proposed)
        assert state.complete, state.failures
        yield Deployed(emulator, stack, identity, parameters, state)


async def test_the_function_gets_the_tenant_from_the_token(deployed: Deployed) -> None:
    for tenant in ("acme", "globex"):
        async with deployed.api(deployed.identity.token(tenant)) as api:
            assert (await api.get("/claims")).json()["tenant"] == tenant


async def test_only_good_tokens_for_this_audience_pass(deployed: Deployed) -> None:
    identity = deployed.identity
    good = identity.token("acme")
    assert await deployed.status(good) == 200
    assert await deployed.status("") == 401
    assert await deployed.status("nonsense") == 401
    assert await deployed.status(tampered(good, username="globex")) == 401
    assert await deployed.status(identity.foreign["acme"]) == 401
    assert await deployed.status(await identity.expired("acme")) == 401
    assert await deployed.status(identity.identifying["acme"]) == 403


async def test_what_one_tenant_stores_another_does_not_see(deployed: Deployed) -> None:
    async with deployed.api(deployed.identity.token("acme")) as acme, deployed.api(deployed.identity.token("globex")) as globex:
        assert (await acme.put("/items/a%20b", json={"name": "first"})).status_code == 201
        assert (await acme.put("/items/a%20b", json={"name": "second"})).status_code == 409
        assert (await acme.get("/items/a%20b")).json() == {"id": "a b", "name": "first"}
        assert (await globex.get("/items/a%20b")).status_code == 404


async def test_a_table_that_the_role_does_not_name_is_denied_and_the_log_says_so(deployed: Deployed) -> None:
    assert await deployed.status(deployed.identity.token("acme"), "/forbidden") == 500
    logs = await Observer(deployed.emulator).logs()
    (line,) = [one for one in logs if "AccessDenied" in one.text]
    assert line.function == "probe-serve"
    assert "dynamodb:GetItem" in line.text


async def test_a_poison_message_ends_in_the_dead_letter_queue_and_the_good_one_is_processed(deployed: Deployed) -> None:
    observer = Observer(deployed.emulator)
    queue, dead = deployed.state.outputs["QueueUrl"], deployed.state.outputs["DeadLetterQueueUrl"]
    async with observer.quick_retries(queue), deployed.api(deployed.identity.token("globex")) as api:
        assert (await api.post("/jobs", json={"what": "good"})).status_code == 202
        assert (await api.post("/jobs", json={"what": "poison"})).status_code == 202
        assert await observer.wait_for_messages(dead, 1, timedelta(seconds=20)) == 1
        assert await observer.wait_for_messages(queue, 0, timedelta(seconds=5)) == 0
        assert (await api.get("/items/job")).json()["name"] == '{"what":"good"}'
    assert (await deployed.stack.drift("probe")).status == "IN_SYNC"


async def test_a_failed_update_leaves_the_stack_as_it_was(deployed: Deployed) -> None:
    proof = await prove_rollback(deployed.stack, "probe", TEMPLATE, deployed.parameters, partial(contents, deployed.emulator))
    assert proof.proven, proof
    assert "timed out" in proof.cause
    assert {"Serve", "Work"} <= {change.logical_id for change in proof.changed}
    assert await deployed.status(deployed.identity.token("acme")) == 200
    assert (await deployed.stack.propose("probe", TEMPLATE, deployed.parameters)).status == "unchanged"


async def test_a_warm_request_takes_less_than_the_emulators_waits(deployed: Deployed) -> None:
    async with deployed.api(deployed.identity.token("acme")) as api:
        await api.get("/items/none")
        taken = []
        for _ in range(40):
            started = time.perf_counter()
            await api.get("/items/none")
            taken.append(time.perf_counter() - started)
    # 40 ms for a delayed acknowledgement and 50 ms for a missing log line would be more.
    assert statistics.median(taken) < 0.08


async def test_a_panic_is_a_502_and_the_next_request_is_served(deployed: Deployed) -> None:
    token = deployed.identity.token("acme")
    assert await deployed.status(token, "/panic") == 502
    assert await deployed.status(token) == 200
