"""Each file under planted/faults is found by the check that its first line names; those under planted/right are left alone.

One `go vet` reads all of them: what a check says about a file does not depend on the files beside it.
"""

from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from subjects import Bench, planned

from backend_factory.domain.gate import CheckResult
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.judge import all_checks, judge
from backend_factory.gates.subject import Subject
from backend_factory.workspace.golang import GoToolchain

pytestmark = [pytest.mark.go, pytest.mark.asyncio(loop_scope="module")]

PLANTED = Path(__file__).with_name("planted")
PATIENCE = timedelta(minutes=5)


def files(kind: str) -> list[object]:
    """Parameters (path, check, rule), marked with the file's first line: // fault code-rules ignored-errors: an error..."""
    found: list[object] = []
    for file in sorted((PLANTED / kind).glob("*.go")):
        head, _, what = file.read_text(encoding="utf-8").partition("\n")[0].removeprefix("// ").partition(": ")
        mark, check, *rule = head.split(" ")
        if mark in ("fault", "variant"):
            marks = getattr(pytest.mark, mark)(check, what)
            found.append(pytest.param(f"{kind}/{file.name}", check, *rule, marks=marks, id=file.stem))
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def subject(tmp_path_factory: pytest.TempPathFactory, toolchain: GoToolchain, go_cache: Path) -> Subject:
    """An implementation that is nothing but the planted files."""
    bench = Bench(tmp_path_factory.mktemp("planted"), toolchain, go_cache)
    await toolchain.go(["mod", "download"], cwd=PLANTED, env=toolchain.environment(go_cache), timeout=PATIENCE)
    after = {path.relative_to(PLANTED).as_posix(): path.read_text(encoding="utf-8") for path in PLANTED.rglob("*.*")}
    return await bench.subject(PhaseId.IMPLEMENT, after=after, deliverables=[planned()])


async def said(subject: Subject, name: str) -> CheckResult:
    """What the check says; the analysis behind it runs once."""
    (result,) = await judge(subject, [check for check in all_checks() if check.id == name], lambda *_: None)
    return result


@pytest.mark.parametrize(("file", "check", "rule"), files("faults"))
async def test_what_is_planted_is_found(subject: Subject, file: str, check: str, rule: str) -> None:
    result = await said(subject, check)

    found = {(finding.rule, finding.mends) for finding in result.findings if finding.file == file}
    assert (rule, PhaseId.IMPLEMENT) in found, result


@pytest.mark.parametrize(("file", "check"), files("right"))
async def test_what_is_right_in_another_way_passes(subject: Subject, file: str, check: str) -> None:
    result = await said(subject, check)

    assert result.status in ("passed", "failed")
    assert [finding for finding in result.findings if finding.file in (file, "")] == []


async def test_findings_name_file_line_and_remedy(subject: Subject) -> None:
    result = await said(subject, "code-rules")

    (finding,) = [f for f in result.findings if f.file == "faults/error_unchecked.go"]
    assert (finding.line, finding.message) == (10, "the error of os.Remove is not looked at")
    assert finding.hint
