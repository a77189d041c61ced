"""A sample of every battery of `make chaos`: nothing lost, nothing twice, nothing left behind, nothing guessed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
BATTERIES = sorted(path.stem for path in (PROJECT / "chaos" / "batteries").glob("[!_]*.py"))
ELSEWHERE = {"killed_demo"}  # tests/end_to_end/test_killed_demo.py


@pytest.mark.slow
@pytest.mark.parametrize("battery", [name for name in BATTERIES if name not in ELSEWHERE])
def test_a_sample_of_the_battery_costs_nothing(battery: str, tmp_path: Path) -> None:
    name = f"from chaos.batteries.{battery} import BATTERY; from chaos.__main__ import main; import sys"
    program = f"{name}; sys.exit(main(['--quick', '--folder', sys.argv[1], BATTERY.name]))"
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=PROJECT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    (result,) = json.loads(done.stdout)["batteries"]
    assert result["done"] or result["notes"]


def test_a_loss_is_an_exit_status(tmp_path: Path) -> None:
    program = """
import sys
from chaos import __main__ as program
from chaos.battery import Battery
def lose(trial):
    trial.suffered("a wish", ["it was lost"])
program.all_batteries = lambda: (Battery("wish", "a wish is made", lose), Battery("idle", "nothing is done", lambda _: None))
sys.exit(program.main(["--folder", sys.argv[1]]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=PROJECT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    results = {each["battery"]: each["losses"] for each in json.loads(done.stdout)["batteries"]}
    assert results == {"wish": ["a wish: it was lost"], "idle": ["nothing was tried"]}
