"""What an agent's process is started with: a private home with the files that it wants, and an environment of its own."""

from collections.abc import Mapping
from pathlib import Path

from backend_factory.runners.agent.profile import Profile, filled


def furnish(profile: Profile, home: Path, values: Mapping[str, str]) -> None:
    """Write the files that the agent wants in its home."""
    for path, content in profile.home.items():
        place = home / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(filled(content, values), encoding="utf-8")
        place.chmod(0o600)


def environment(profile: Profile, home: Path, path: str, values: Mapping[str, str]) -> dict[str, str]:
    """The whole environment. A variable whose value comes out empty is left away: the agent then does as it likes."""
    own = {name: filled(value, values) for name, value in profile.environment.items()}
    return {
        "PATH": path,
        "HOME": str(home),
        "TMPDIR": str(home / "tmp"),
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "NO_COLOR": "1",
    } | {name: value for name, value in own.items() if value}
