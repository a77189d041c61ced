"""One attempt of an agent, from its start to what is left behind, whatever the agent does."""

import asyncio
import json
import os
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest
from engaged import NOW, Engagement

from backend_factory.domain.assignment import Blocked, Delivered, Paused
from backend_factory.errors import AskerError, OperatorError
from backend_factory.runners.agent.conversation import Patience
from backend_factory.runners.agent.profile import load
from backend_factory.runners.agent.runner import AgentRunner
from backend_factory.workspace.sandbox.confinement import Confinement
from backend_factory.workspace.sandbox.sandbox import UNCONFINED, Sandbox

SHORT = Patience(timedelta(seconds=20), timedelta(seconds=1.5), timedelta(seconds=60))


def _gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def _all_gone(pids: list[int]) -> bool:
    deadline = time.monotonic() + 5
    while not all(_gone(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


async def test_work_is_delivered_from_the_file_and_nothing_of_the_attempt_is_left(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "deliver")
    outcome = await engagement.perform()
    assert isinstance(outcome, Delivered)
    assert outcome.deliverable.kind == "implementation"
    assert (engagement.root / "cmd/main.go").read_text() == "package main\n"
    assert sorted(path.name for path in engagement.root.iterdir()) == ["cmd"]
    assert list(engagement.scratch.iterdir()) == []


async def test_the_agent_is_told_the_brief_and_reads_and_writes_through_the_workbench(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "deliver")
    await engagement.perform()
    assert json.loads(engagement.notes[0]) == {"cwd": str(engagement.root), "meta": None}
    assert engagement.notes[1] == "Do backend-implement."
    assert json.loads(engagement.notes[3])["result"] == {"content": "package main\n"}


async def test_plan_and_tool_calls_are_told_in_plain_single_lines(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "deliver")
    await engagement.perform()
    assert engagement.said == ["plan: 1 of 2 done, now: write", "Write main.go and more"]


async def test_the_conversation_is_kept_as_evidence(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "deliver")
    await engagement.perform()
    kept = engagement.evidence.kept["conversation.jsonl"].splitlines()
    assert kept[0].startswith('> {"jsonrpc":"2.0","id":0,"method":"initialize"')
    assert any('"Do backend-implement."' in line for line in kept)


async def test_an_attempt_that_goes_on_is_told_so(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "deliver")
    engagement.purse.kept = "a" * 64
    await engagement.perform()
    assert "You were interrupted in this very attempt." in "\n".join(engagement.notes)


async def test_usage_and_cost_are_charged_where_the_agent_tells_them(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "deliver")
    await engagement.perform()
    (usage,) = engagement.purse.charged
    assert (usage.model, usage.input_tokens, usage.cached_tokens, usage.output_tokens) == ("some-model", 10, 3, 5)
    assert usage.cost_usd == Decimal("0.25")


async def test_a_deliverable_that_was_written_on_disk_counts_too(tmp_path: Path) -> None:
    assert isinstance(await Engagement(tmp_path, "on disk").perform(), Delivered)


async def test_a_member_can_hand_in_why_it_is_blocked(tmp_path: Path) -> None:
    outcome = await Engagement(tmp_path, "blocked").perform()
    assert isinstance(outcome, Blocked)
    assert (outcome.reason, outcome.question) == ("ambiguous", "Which one?")


async def test_a_wrong_deliverable_comes_back_once_with_what_is_wrong(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "mends")
    assert isinstance(await engagement.perform(), Delivered)
    told = "\n".join(engagement.notes)
    assert "implementation.summary: Input should be a valid string" in told
    assert "implementation.files: Field required" in told


@pytest.mark.parametrize("behaviour", ["never right", "nothing", "linked", "linked folder", "pipe"])
async def test_no_deliverable_after_the_repair_blocks_the_phase(tmp_path: Path, behaviour: str) -> None:
    engagement = Engagement(tmp_path, behaviour)
    outcome = await engagement.perform()
    assert isinstance(outcome, Blocked)
    assert outcome.reason == "tool"
    assert "its deliverable could not be taken" in outcome.question
    assert engagement.said[-1] == "the deliverable is sent back once"
    assert not (engagement.root / ".backend-factory-handoff").exists()


async def test_what_an_agent_claims_without_a_deliverable_is_told_as_its_words_and_believed_by_nobody(tmp_path: Path) -> None:
    outcome = await Engagement(tmp_path, "nothing").perform()
    assert isinstance(outcome, Blocked)
    assert outcome.tried[-1] == "All done, 100 % of the tests pass!"


async def test_writes_out_of_the_lane_are_refused_and_change_nothing(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "out of lane")
    assert isinstance(await engagement.perform(), Delivered)
    answers = [json.loads(line) for line in engagement.notes[1:]]
    assert ["error" in answer for answer in answers] == [True] * 9 + [False]
    assert list(engagement.root.iterdir()) == []
    assert not (tmp_path / "outside").exists()
    assert any("out of the lane" in line for line in engagement.said)


ASKED = [
    "allow_once",  # edit main.go
    "reject_once",  # edit a test
    "reject_once",  # edit CI
    "reject_once",  # one path in the lane, one out of it
    "reject_once",  # an edit of nobody knows what
    "reject_once",  # delete outside
    "allow_once",  # the deliverable
    "allow_once",  # read in the worktree
    "reject_once",  # read elsewhere
    "reject_once",  # run
    "reject_once",  # fetch
    "reject_once",  # another mode
    "reject_once",  # other
]


async def test_permission_requests_are_answered_from_the_lane_and_never_for_always(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "asks")
    await engagement.perform()
    assert engagement.notes[1:14] == ASKED


async def test_an_agent_that_gives_up_at_a_refusal_is_told_to_go_on_without(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "gives up when refused")
    assert isinstance(await engagement.perform(), Delivered)
    assert engagement.notes.count("- Write main_test.go") == 2
    assert "the deliverable is sent back once" not in engagement.said


async def test_an_agent_that_insists_is_not_argued_with_for_ever(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "always refused")
    assert isinstance(await engagement.perform(), Blocked)
    assert engagement.notes.count("- Fetch it") == 3
    assert engagement.said.count("the deliverable is sent back once") == 1


async def test_commands_are_allowed_only_where_a_sandbox_holds_them(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "asks", sandbox=UNCONFINED)
    await engagement.perform()
    assert engagement.notes[1:14] == [*ASKED[:9], "allow_once", *ASKED[10:]]


async def test_without_edit_and_write_in_its_charter_an_agent_writes_its_deliverable_alone(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "asks", sandbox=Told("none"), named=("Read",))
    assert isinstance(await engagement.perform(), Delivered)
    allowed = [answer == "allow_once" for answer in engagement.notes[1:14]]
    assert [number for number, yes in enumerate(allowed) if yes] == [6, 7]  # the deliverable, and reading in the worktree
    assert Told.confinement.writable[1:] == (engagement.root / ".backend-factory-handoff/out",)


async def test_nor_does_the_factory_write_for_it(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "deliver", named=("Read", "Bash"))
    assert isinstance(await engagement.perform(), Delivered)
    assert list(engagement.root.iterdir()) == []
    assert "refused: cmd/main.go is out of the lane" in engagement.said


async def test_without_bash_in_its_charter_it_has_no_leave_to_run(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "asks", sandbox=UNCONFINED, named=("Edit",))
    await engagement.perform()
    assert engagement.notes[1:14] == ASKED


async def test_what_is_refused_is_told_once_and_stands_with_the_attempt(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "out of lane")
    await engagement.perform()
    refused = [note for note in engagement.workbench.notes if note.startswith("refused: ")]
    assert "refused: main_test.go is out of the lane" in refused
    assert "refused: ../outside is out of the worktree" in refused
    assert "refused: /etc/own is out of the worktree" in refused
    assert "refused: /etc/passwd is out of the worktree" in refused
    assert "refused: terminal/create is not offered" in refused
    assert set(refused) <= set(engagement.said)
    assert len(set(refused)) == len(refused) == 9


class Told(Sandbox):
    """Puts up no walls, and remembers which were wanted."""

    confinement: ClassVar[Confinement]

    def wrap(self, command: Sequence[str], env: Mapping[str, str], confinement: Confinement) -> tuple[list[str], dict[str, str]]:
        Told.confinement = confinement
        return ["env", *command], {**env, "WRAPPED": "1"}


async def test_an_agent_is_started_as_the_sandbox_wraps_it(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "snoops", sandbox=Told("none"), readable=(tmp_path / "agent",))
    await engagement.perform()
    assert json.loads(engagement.notes[1])["WRAPPED"] == "1"
    confinement = Told.confinement
    assert confinement.folder == engagement.root
    assert confinement.writable[1:] == (engagement.root / ".backend-factory-handoff/out", engagement.root)
    assert confinement.protected == (engagement.root / ".backend-factory-handoff/in",)
    assert confinement.readable == (tmp_path / "agent",)
    assert confinement.ports == ()


async def test_an_agent_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "hangs", patience=SHORT)
    outcome = await engagement.perform()
    assert isinstance(outcome, Blocked)
    assert "did not come to an end within 0:00:01.5" in outcome.question
    assert engagement.notes[2] == "cancelled"
    assert _all_gone([int(pid) for pid in engagement.notes[1].split()])


async def test_an_agent_that_does_not_listen_is_ended_all_the_same(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "deaf", patience=SHORT)
    assert isinstance(await engagement.perform(), Blocked)
    assert _all_gone([int(engagement.notes[1])])


async def test_a_cancelled_attempt_cancels_the_agent_and_leaves_nothing(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "hangs")
    working = asyncio.create_task(engagement.perform())
    async with asyncio.timeout(20):
        while len(engagement.notes) < 2:  # noqa: ASYNC110 - another process writes them
            await asyncio.sleep(0.05)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert engagement.notes[2] == "cancelled"
    assert _all_gone([int(pid) for pid in engagement.notes[1].split()])
    assert list(engagement.root.iterdir()) == []
    assert list(engagement.scratch.iterdir()) == []


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        ("crash", "its process ended with status 3"),
        ("garbage only", "what it wrote was not the Agent Client Protocol"),
        ("endless line", "it wrote without end"),
        ("endless updates", "says more and more: "),
        ("error", "it answered with an error"),
        ("not a result", "what it answered is not the Agent Client Protocol"),
    ],
)
async def test_an_agent_that_breaks_off_blocks_the_phase_with_the_reason(
    tmp_path: Path, behaviour: str, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    outcome = await Engagement(tmp_path, behaviour).perform()
    assert isinstance(outcome, Blocked)
    assert why in outcome.question
    assert caplog.records == []


async def test_the_last_words_of_a_crash_are_told_as_plain_text(tmp_path: Path) -> None:
    outcome = await Engagement(tmp_path, "crash").perform()
    assert isinstance(outcome, Blocked)
    assert outcome.tried[1] == "TypeError: undefined is not a function"


async def test_an_agent_that_is_never_ready_is_given_up(tmp_path: Path) -> None:
    patience = Patience(timedelta(seconds=1), timedelta(seconds=60), timedelta(seconds=60))
    outcome = await Engagement(tmp_path, "never ready", patience=patience).perform()
    assert isinstance(outcome, Blocked)
    assert "was not ready" in outcome.question


async def test_garbage_between_messages_does_no_harm_and_is_not_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert isinstance(await Engagement(tmp_path, "garbage").perform(), Delivered)
    assert caplog.records == []


async def test_a_quota_that_names_a_time_is_a_pause_until_then(tmp_path: Path) -> None:
    outcome = await Engagement(tmp_path, "quota").perform()
    assert isinstance(outcome, Paused)
    assert outcome.until == NOW + timedelta(minutes=5)


async def test_the_session_mode_is_set_before_the_first_word(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "on disk", changed=lambda profile: profile.model_copy(update={"mode": "default"}))
    await engagement.perform()
    assert json.loads(engagement.notes[1]) == {"mode": "default"}


async def test_inside_the_sandbox_an_agent_has_the_mode_for_that(tmp_path: Path) -> None:
    modes = {"mode": "careful", "confined_mode": "free"}
    engagement = Engagement(
        tmp_path,
        "on disk",
        changed=lambda profile: profile.model_copy(update=modes),
        sandbox=Told("bubblewrap"),
    )
    await engagement.perform()
    assert json.loads(engagement.notes[1]) == {"mode": "free"}


async def test_an_agent_that_refuses_its_mode_does_not_get_to_work(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "no modes", changed=lambda profile: profile.model_copy(update={"mode": "default"}))
    outcome = await engagement.perform()
    assert isinstance(outcome, Blocked)
    assert "it answered with an error" in outcome.question


async def test_the_repositorys_own_orders_for_agents_do_not_come_along_and_are_there_again_afterwards(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "snoops")
    own = {
        "CLAUDE.md": "run curl",
        "docs/AGENTS.md": "x",
        ".claude/settings.json": '{"hooks": {}}',
        ".mcp.json": "{}",
        "go.mod": "m",
    }
    for path, text in own.items():
        (engagement.root / path).parent.mkdir(exist_ok=True)
        (engagement.root / path).write_text(text)
    (engagement.root / "GEMINI.md").symlink_to("CLAUDE.md")
    assert isinstance(await engagement.perform(), Delivered)
    seen = json.loads(engagement.notes[2])
    assert [path for path in seen if not path.startswith(".backend-factory-handoff")] == ["docs", "go.mod"]
    assert {path: (engagement.root / path).read_text() for path in own} == own
    assert (engagement.root / "GEMINI.md").is_symlink()
    assert [path.name for path in (engagement.root / ".claude").iterdir()] == ["settings.json"]
    assert "CLAUDE.md does not come along" in engagement.said


async def test_they_come_along_where_the_factorys_configuration_says_so(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "snoops", own_configuration=True)
    (engagement.root / "AGENTS.md").write_text("be brief")
    await engagement.perform()
    assert "AGENTS.md" in json.loads(engagement.notes[2])


async def test_they_are_there_again_after_a_factory_that_was_killed_meanwhile(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "deliver")
    for path in ("docs/CLAUDE.md", "AGENTS.md"):
        (tmp_path / ".worktree.aside" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / ".worktree.aside" / path).write_text("as it was")
    (engagement.root / "AGENTS.md").write_text("as git has it")
    await engagement.perform()
    assert (engagement.root / "docs/CLAUDE.md").read_text() == "as it was"
    assert (engagement.root / "AGENTS.md").read_text() == "as git has it"
    assert not (tmp_path / ".worktree.aside").exists()


async def test_what_was_put_aside_does_not_come_back_through_a_link(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "moves docs away")
    (engagement.root / "docs").mkdir()
    (engagement.root / "docs/CLAUDE.md").write_text("x")
    assert isinstance(await engagement.perform(), Delivered)
    assert not (tmp_path / "elsewhere/CLAUDE.md").exists()


async def test_orders_that_an_agent_leaves_behind_are_removed(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "snoops")
    await engagement.perform()
    assert list(engagement.root.iterdir()) == []


async def test_the_environment_is_the_agents_own_and_holds_nothing_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "ours")
    engagement = Engagement(tmp_path, "snoops")
    await engagement.perform()
    env = json.loads(engagement.notes[1])
    assert set(env) - {"LC_CTYPE"} == {"PATH", "HOME", "TMPDIR", "LANG", "TERM", "NO_COLOR", "OPENAI_BASE_URL"}
    assert Path(env["HOME"]).is_relative_to(engagement.scratch)


async def test_a_missing_agent_is_the_operators_to_install(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "deliver", changed=lambda profile: load("claude-code"))
    with pytest.raises(OperatorError, match="claude-agent-acp") as missing:
        await engagement.perform()
    assert "npm install" in missing.value.hint
    assert list(engagement.root.iterdir()) == []


def test_an_agent_that_must_be_told_a_model_says_so_at_once(tmp_path: Path) -> None:
    terms = Engagement(tmp_path, "deliver").runner._terms
    with pytest.raises(AskerError, match="must be told a model"):
        AgentRunner(load("opencode"), terms)


async def test_an_agent_that_goes_round_in_circles_is_ended_and_said_to_be_so(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "circles")
    outcome = await engagement.perform()
    assert isinstance(outcome, Blocked)
    assert outcome.reason == "tool"
    assert "goes round in circles" in outcome.tried[0]
    assert "goes round in circles: 12 steps in a row" in engagement.said[-1]


async def test_an_agent_whose_output_grows_while_its_files_stay_is_ended_and_said_to_be_so(tmp_path: Path) -> None:
    engagement = Engagement(tmp_path, "rambles")
    outcome = await engagement.perform()
    assert isinstance(outcome, Blocked)
    assert outcome.reason == "tool"
    assert "says more and more: 8 answers in a row, each longer than the last, and no file has changed" in outcome.tried[0]
    assert "says more and more" in engagement.said[-1]


@pytest.mark.parametrize("behaviour", ["works on", "writes much"])
async def test_one_that_does_ever_new_things_is_let_go_on(behaviour: str, tmp_path: Path) -> None:
    assert isinstance(await Engagement(tmp_path, behaviour).perform(), Delivered)
