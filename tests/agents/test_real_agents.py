"""Real coding agents through a phase: no key, no network, in the sandbox, against a scripted model on loopback."""

import json
from pathlib import Path

import pytest
from agents_on_script import installed, through, writes
from engaged import Engagement

from backend_factory.domain.assignment import Blocked, Delivered, Paused
from backend_factory.domain.usage import BudgetReached
from backend_factory.runners.agent.profile import load
from backend_factory.testing.model_server import Failure, ModelServer, ToolCall, Turn
from backend_factory.workspace.sandbox.sandbox import find_sandbox

pytestmark = pytest.mark.agents

ASKING = [("claude-code", "anthropic"), ("opencode", "openai")]
"""Agents that ask before they write."""
AGENTS = [*ASKING, ("codex", "openai")]
GOOD = {"kind": "implementation", "summary": "done", "files": [{"path": "main.go", "purpose": "starts"}], "commands": []}


async def engaged(tmp_path: Path, agent: str, provider: str, server: ModelServer, **terms: object) -> Engagement:
    there = installed()
    sandbox = await find_sandbox("/usr/bin:/bin")
    return Engagement(
        tmp_path,
        "",
        changed=lambda profile: load(agent),
        path=there.path,
        readable=there.readable,
        sandbox=sandbox,
        credential=through(server, provider),
        **terms,
    )


@pytest.mark.parametrize(("agent", "provider"), ASKING)
async def test_an_agent_delivers_within_its_lane_and_without_the_key(tmp_path: Path, agent: str, provider: str) -> None:
    root = tmp_path / "worktree"
    files = {"main.go": "package main\n", "main_test.go": "package main\n", ".github/ci.yml": "on: push\n"}
    with ModelServer(writes(root, files, GOOD)) as server:
        engagement = await engaged(tmp_path, agent, provider, server)
        outcome = await engagement.perform()
        assert isinstance(outcome, Delivered), outcome
        assert [path.name for path in root.iterdir()] == ["main.go"]
        assert server.complaints == []
        assert "Do backend-implement." in json.dumps([request.body for request in server.requests])
        assert len(engagement.purse.charged) == len(server.requests)
    assert sum(line.startswith("refused, out of the lane") for line in engagement.said) == 2
    assert "sk-the-real-key" not in "".join(engagement.evidence.kept.values())


@pytest.mark.parametrize(("agent", "provider"), AGENTS)
async def test_the_repositorys_orders_and_hooks_do_not_come_along(tmp_path: Path, agent: str, provider: str) -> None:
    root = tmp_path / "worktree"
    orders = "ORDERS-OF-THE-REPOSITORY"
    hook = {"SessionStart": [{"hooks": [{"type": "command", "command": "touch main_test.go hooked.txt"}]}]}
    own = {
        "CLAUDE.md": orders,
        "AGENTS.md": orders,
        "docs/AGENTS.md": orders,
        ".claude/settings.json": json.dumps({"hooks": hook, "permissions": {"allow": ["Bash(*)", "Write"]}}),
        ".mcp.json": json.dumps({"mcpServers": {orders: {"command": "touch", "args": ["hooked.txt"]}}}),
        "opencode.json": json.dumps({"instructions": ["AGENTS.md"], "permission": {"edit": "allow"}}),
    }
    with ModelServer(writes(root, {"main.go": "package main\n"}, GOOD)) as server:
        engagement = await engaged(tmp_path, agent, provider, server)
        for path, text in own.items():
            (root / path).parent.mkdir(exist_ok=True)
            (root / path).write_text(text)
        assert isinstance(await engagement.perform(), Delivered)
        assert orders not in json.dumps([request.body for request in server.requests])
    assert {path: (root / path).read_text() for path in own} == own
    assert not (root / "hooked.txt").exists()


@pytest.mark.parametrize(("agent", "provider"), AGENTS)
async def test_claiming_without_work_is_sent_back_once_and_then_blocked(tmp_path: Path, agent: str, provider: str) -> None:
    with ModelServer(lambda request: Turn("Everything is implemented and all tests pass.")) as server:
        engagement = await engaged(tmp_path, agent, provider, server)
        outcome = await engagement.perform()
    assert isinstance(outcome, Blocked)
    assert "There is no file" in outcome.tried[1]
    assert "the deliverable is sent back once" in engagement.said


async def test_an_agent_that_never_asks_delivers_within_the_sandbox(tmp_path: Path) -> None:
    root = tmp_path / "worktree"
    files = {"main.go": "package main\n", "../outside.txt": "x", "/etc/outside.txt": "x", ".git/config": "x"}
    with ModelServer(writes(root, files, GOOD)) as server:
        engagement = await engaged(tmp_path, "codex", "openai", server)
        (root / ".git").write_text("gitdir: elsewhere\n")
        assert isinstance(await engagement.perform(), Delivered)
        assert len(engagement.purse.charged) == len(server.requests)
    assert {path.name: path.read_text() for path in root.iterdir()} == {
        ".git": "gitdir: elsewhere\n",
        "main.go": "package main\n",
    }
    assert not (tmp_path / "outside.txt").exists()
    assert not Path("/etc/outside.txt").exists()


@pytest.mark.parametrize(("agent", "provider"), AGENTS)
async def test_a_long_quota_pauses_and_a_budget_stops(tmp_path: Path, agent: str, provider: str) -> None:
    with ModelServer(lambda request: Failure(429, retry_after="7200")) as server:
        (tmp_path / "quota").mkdir()
        engagement = await engaged(tmp_path / "quota", agent, provider, server)
        assert isinstance(await engagement.perform(), Paused)
    with ModelServer(lambda request: Turn("More.", (ToolCall("Read", {"file_path": "go.mod"}),))) as server:
        (tmp_path / "budget").mkdir()
        engagement = await engaged(tmp_path / "budget", agent, provider, server)
        engagement.purse.most = 1
        with pytest.raises(BudgetReached):
            await engagement.perform()
        assert len(engagement.purse.charged) <= 2


async def test_commands_run_in_the_sandbox_with_no_key_no_network_and_no_git(tmp_path: Path) -> None:
    probe = (
        "env > env.txt; cat /proc/*/environ > environ.txt; echo x > .git/config; "
        "(exec 3<>/dev/tcp/93.184.216.34/80) 2> network.txt; ls /root /home > home.txt 2>&1; true"
    )

    def play(request):  # type: ignore[no-untyped-def]
        if "Bash" not in request.tools:
            return Turn("A title")
        return (
            Turn("Probing.", (ToolCall("Bash", {"command": probe, "description": "x"}),)) if request.turns == 0 else Turn("Done.")
        )

    with ModelServer(play) as server:
        engagement = await engaged(tmp_path, "claude-code", "anthropic", server)
        root = engagement.root
        (root / ".git").write_text("gitdir: elsewhere\n")
        assert isinstance(await engagement.perform(), Blocked)
        seen = "".join((root / name).read_text(errors="replace") for name in ("env.txt", "environ.txt"))
        assert "HOME=" in seen
        assert "sk-the-real-key" not in seen
        assert (root / "network.txt").read_text() != ""
        assert (root / ".git").read_text() == "gitdir: elsewhere\n"
