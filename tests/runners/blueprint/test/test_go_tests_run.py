"""The written tests run: they pass on the code as it is, cover it, and fail where it is broken."""

from collections.abc import Callable
from pathlib import Path

import pytest
from go_repository import Feature, written
from tested_features import tickets, vulnerabilities, windows

from backend_factory.domain.deliverable import Requirements

pytestmark = pytest.mark.go

Make = Callable[[], Requirements]


@pytest.fixture(scope="session")
def go() -> Path:
    from go import __file__ as package

    return Path(str(package)).parent / "bin" / "go"


@pytest.mark.parametrize("make", [vulnerabilities, windows, tickets])
async def test_they_pass_cover_the_code_and_show_every_criterion(make: Make, tmp_path: Path, go: Path) -> None:
    feature = await written(tmp_path, make(), go)
    vetted = feature.tool("vet", "./...")
    assert vetted.returncode == 0, vetted.stderr
    ran = feature.run()
    assert ran.ok and not ran.failed, ran.output[-4000:]
    for case in feature.suite.cases:
        assert (f"example.com/shop/{case.package}", case.name) in ran.passed
    assert feature.covered() >= 95


BREAKS = {
    "the tenant is taken from nowhere": ("pkg/platform/table/table.go", "text(t.tenant)", 'text("all")'),
    "nobody checks the version": ("pkg/platform/record/attempt.go", "r.Metadata().Version != expected", "false"),
    "changes expect another version": ("pkg/platform/record/replace.go", "meta.Version, ErrBusy", "meta.Version+1, ErrBusy"),
    "failures tell all": (
        "pkg/platform/gateway/answer.go",
        '"The request could not be performed. Try again later."',
        "err.Error()",
    ),
    "lists never end": ("pkg/platform/table/select.go", "len(items) > q.Limit", "len(items) >= q.Limit"),
    "nothing is immutable": ("pkg/platform/rules/rules.go", "if before != nil {", "if before == nil {"),
    "an item counts each time": ("pkg/platform/ingest/upsert.go", "message.Index), map", "int(now.UnixNano())), map"),
    "a batch is never done": ("pkg/platform/ingest/progress.go", "processed >= batch.Received", "processed > batch.Received"),
}


async def test_they_fail_where_the_code_is_broken(tmp_path: Path, go: Path) -> None:
    feature = await written(tmp_path, vulnerabilities(), go)
    for what, (path, sound, broken) in BREAKS.items():
        caught = _caught(feature, path, sound, broken)
        assert caught, f"{what}, and no test of the feature fails"


def _caught(feature: Feature, path: str, sound: str, broken: str) -> bool:
    file = feature.root / path
    before = file.read_text(encoding="utf-8")
    assert sound in before, (path, sound)
    file.write_text(before.replace(sound, broken, 1), encoding="utf-8")
    try:
        return not feature.run(f"./{feature.plan.layout.package}/...").ok
    finally:
        file.write_text(before, encoding="utf-8")
