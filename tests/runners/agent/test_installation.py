"""A sandbox shows what an agent runs on: its packages and its interpreter, and nothing that lies beside them."""

from pathlib import Path

from backend_factory.runners.agent.installation import folders


def program(place: Path, text: str) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    place.chmod(0o755)
    return place


def test_packages_interpreter_and_folders_of_path_are_named(tmp_path: Path) -> None:
    script = program(tmp_path / "lib/node_modules/agent/dist/main.js", "#!/usr/bin/env node\n")
    program(tmp_path / "node/bin/node", "\x7fELF")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/agent").symlink_to(script)
    (tmp_path / "secrets").mkdir()
    path = f"{tmp_path / 'bin'}:{tmp_path / 'node/bin'}:/usr/bin:relative::{tmp_path / 'missing'}"
    found = folders("agent", path)
    expected = {tmp_path / "bin", tmp_path / "node/bin", tmp_path / "lib/node_modules", tmp_path / "node"}
    assert {*found} == {place.resolve() for place in expected}


def test_a_program_that_is_missing_needs_nothing_and_the_systems_own_is_shown_anyway(tmp_path: Path) -> None:
    assert folders("agent", str(tmp_path)) == ()
    assert folders("sh", "/usr/bin:/bin") == ()
