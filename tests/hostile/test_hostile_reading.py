"""What the factory reads for a member, and what it says after it: attacks that this battery found to succeed, mended since."""

import os
import threading
import time
from pathlib import Path

import pytest
from battery import User, attack
from modelled import desk
from scene import Scene, came_of, engaged, walls
from test_hostile_models import answered

from backend_factory.domain.assignment import Blocked
from backend_factory.domain.phase import PhaseId
from backend_factory.testing.model_server import ToolCall

READ = "ask('fs/read_text_file', path=str(Path.cwd() / 'a.go'))"
SWAPPED = f"""
import time
Path('a.go').write_text('package a')
if (child := os.fork()) == 0:
    while True:
        os.symlink('PLACE/home/.ssh/id_ed25519', 'one'); os.replace('one', 'a.go')
        Path('two').write_text('package a'); os.replace('two', 'a.go')
ends, said = time.monotonic() + 10, ''
while time.monotonic() < ends and 'secret-' not in said:
    said = str({READ})
got(said)
os.kill(child, 9)
"""


@pytest.mark.parametrize(
    "deed",
    [
        pytest.param(
            SWAPPED,
            marks=attack("swaps a file for a link to a key while the factory reads it", "agent", "workbench", "refused: 'a.go'"),
        )
    ],
)
async def test_a_link_that_comes_in_between_leads_nowhere(deed: str, tmp_path: Path, user: User) -> None:
    scene = Scene(tmp_path)
    engagement = engaged(tmp_path, scene.fill(deed), walls())
    assert scene.harm(*came_of(await engagement.perform())) == []
    user.saw(*engagement.said)


@pytest.mark.parametrize(
    "deed",
    [
        pytest.param(
            f"os.mkfifo('a.go'); got({READ})",
            marks=attack(
                "has the factory read a named pipe, at which all of it stands still", "agent", "workbench", "refused: 'a.go'"
            ),
        )
    ],
)
async def test_a_pipe_is_not_waited_for(deed: str, tmp_path: Path, user: User) -> None:
    engagement, stood_still = engaged(tmp_path, deed, walls()), []

    def let_go() -> None:
        time.sleep(2)
        try:
            # There is a reader: this very process, which cannot do anything else meanwhile.
            os.close(os.open(engagement.root / "a.go", os.O_WRONLY | os.O_NONBLOCK))
            stood_still.append("for 2 s")
        except OSError:
            pass

    helper = threading.Thread(target=let_go)
    helper.start()
    await engagement.perform()
    helper.join()
    assert stood_still == []
    user.saw(*engagement.said)


@pytest.mark.parametrize(
    "deed",
    [
        pytest.param(
            f"open('a.go', 'wb').truncate(200_000_000); got({READ})",
            marks=attack(
                "has the factory read a file of 1 GB whole, before it is refused", "agent", "workbench", "refused: 'a.go'"
            ),
        )
    ],
)
async def test_what_is_too_large_is_not_read_first(deed: str, tmp_path: Path, user: User) -> None:
    engagement = engaged(tmp_path, deed, walls())
    before = _most_memory(anew=True)
    (answer,) = came_of(await engagement.perform())
    assert "code" in str(answer)
    assert _most_memory() - before < 100_000
    user.saw(*engagement.said)


def _most_memory(*, anew: bool = False) -> int:
    """Kilobytes that this process had at most."""
    if anew:
        Path("/proc/self/clear_refs").write_text("5")
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1])


@pytest.mark.parametrize(
    "deed",
    [
        pytest.param(
            "update('agent_message_chunk', content={'type': 'text', 'text': 'done \\ud800'}); os._exit(0)",
            marks=attack("says half a character, which no event can hold", "agent", "factory", "could not do this phase"),
        )
    ],
)
async def test_every_outcome_can_be_recorded(deed: str, tmp_path: Path, user: User) -> None:
    outcome = await engaged(tmp_path, deed, walls()).perform()
    assert isinstance(outcome, Blocked)
    assert outcome.model_dump_json()
    user.saw(outcome.question)


@pytest.mark.parametrize(
    "deed",
    [
        pytest.param(
            "update('tool_call', toolCallId='t', title='step \\ud800', kind='edit', status='pending')",
            marks=attack("names a step by half a character, which no stream can hold", "agent", "screen", "step"),
        )
    ],
)
async def test_every_line_of_progress_can_be_passed_on(deed: str, tmp_path: Path, user: User) -> None:
    engagement = engaged(tmp_path, deed, walls())
    await engagement.perform()
    for line in engagement.said:
        line.encode()
    user.saw(*engagement.said)


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(
            ToolCall("read", {"path": "loop"}),
            marks=attack("a link that leads to itself breaks the attempt off", "text", "workbench", "reads loop"),
        ),
        pytest.param(
            ToolCall("list", {"pattern": "x" * 200_000}),
            marks=attack("looks for a name of 200 kB, and the machine is blamed", "model", "workbench", "lists xxx"),
        ),
    ],
)
async def test_a_tool_answers_whatever_it_is_asked(call: ToolCall, tmp_path: Path, user: User) -> None:
    place = await desk(tmp_path, PhaseId.IMPLEMENT)
    (place.root / "loop").symlink_to("loop")
    assert "Not done" in await answered(place, call)
    user.saw(*place.said)
