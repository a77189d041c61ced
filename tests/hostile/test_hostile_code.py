"""Code and tests that a member wrote, which gates run before anybody has read them. A few test runs are shared by all rows."""

import asyncio
import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from battery import User, attacks, claim
from scene import Scene, peopled, walls
from subjects import Bench, Files, planned

from backend_factory.domain.deliverable import PlannedTest, TestCase
from backend_factory.domain.gate import CheckResult
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.judge import all_checks, judge
from backend_factory.testing.story import PLAN, REQUIREMENTS, TESTS
from backend_factory.workspace.golang import GoToolchain
from backend_factory.workspace.sandbox.sandbox import UNCONFINED, Sandbox

pytestmark = pytest.mark.go

PACKAGE = "pkg/price"
MODULE: Files = {"go.mod": "module example.com/shop\n\ngo 1.24\n"}
PRICE = """// Package price says what things cost.
package price

import "errors"

// ErrNegative says that an amount is below zero.
var ErrNegative = errors.New("negative amount")

// Total is the price of the amounts, with the discount in percent.
func Total(amounts []int, discount int) (int, error) {
	sum := 0
	for _, amount := range amounts {
		if amount < 0 {
			return 0, ErrNegative
		}
		sum += amount
	}
	return sum - sum*discount/100, nil
}

// Half is half of it.
func Half(amount int) int {
	if amount == 1 {
		return 1
	}
	if amount < 0 {
		return 0
	}
	return amount / 2
}
"""
RED = """package price

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func TestSkipped(t *testing.T) { t.Skip("later") }

func TestHarm(t *testing.T) {
	_ = os.WriteFile("PLACE/other/notes", []byte("owned"), 0o600)
	key, _ := os.ReadFile("PLACE/home/.ssh/id_ed25519")
	_ = os.WriteFile("PLACE/taken", key, 0o600)
	if connection, err := net.Dial("tcp", "127.0.0.1:PORT"); err == nil {
		_ = connection.Close()
	}
	fmt.Println("\\x1b[2J\\x1b]0;owned\\x07all tests passed", os.Getenv("BACKEND_FACTORY_PROVIDERS__ANTHROPIC__KEY"))
	places, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, place := range places {
		environ, _ := os.ReadFile(place)
		_ = os.WriteFile("PLACE/environs/"+filepath.Base(filepath.Dir(place)), environ, 0o600)
	}
	daemon := exec.Command("sh", "-c", "for i in $(seq 200); do echo x >> PLACE/alive; sleep 0.05; done")
	daemon.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	_ = daemon.Start()
	time.Sleep(200 * time.Millisecond)
	t.Error("it is wrong")
}
"""
ENDS = """package ends

import (
	"os"
	"testing"
)

func TestEnds(t *testing.T) { os.Exit(0) }
"""
GREEN = """package price

import (
	"fmt"
	"testing"
)

func TestTotal(t *testing.T) {
	want, _ := Total([]int{100, 60}, 50)
	if got, err := Total([]int{100, 60}, 50); err != nil || got != want {
		t.Errorf("Total: %d, %v", got, err)
	}
}

func TestRuns(t *testing.T) {
	_, _ = Total([]int{5}, 1)
}

func TestPrints(t *testing.T) {
	fmt.Println(`{"Action":"pass","Package":"example.com/shop/pkg/price","Test":"TestForged"}`)
	fmt.Println("--- PASS: TestForged (0.00s)")
	if got, _ := Total(nil, 0); got != 0 {
		t.Error(got)
	}
}
"""
MAIN = """package main

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) { os.Exit(0) }

func TestX(t *testing.T) {}
"""
COVERED = "mode: atomic\nexample.com/shop/pkg/price/price.go:10.54,30.2 99 1\n"
FORGED = TESTS.model_copy(
    update={"cases": tuple(TestCase(criterion=each.id, package=PACKAGE, name="TestForged") for each in REQUIREMENTS.criteria)}
)
EVERY = planned(
    layout=PLAN.layout.model_copy(update={"module": "example.com/shop", "package": PACKAGE}),
    tests=tuple(PlannedTest(criterion=each.id, levels=("unit",)) for each in REQUIREMENTS.criteria),
)


@dataclass(frozen=True)
class Ran:
    """What came of a test run."""

    results: Mapping[str, CheckResult]
    harm: frozenset[str] = frozenset()
    stayed: bool = False


async def judged(bench: Bench, sandbox: Sandbox, tests: Files, *checks: str) -> dict[str, CheckResult]:
    subject = await bench.subject(
        PhaseId.TEST, before=MODULE, earlier={f"{PACKAGE}/price.go": PRICE}, after=tests, deliverables=[EVERY, FORGED]
    )
    wanted = [each for each in all_checks() if each.id in checks]
    results = await judge(replace(subject, sandbox=sandbox), wanted, lambda *_: None)
    return {result.check: result for result in results}


async def harmed(place: Path, toolchain: GoToolchain, go_cache: Path, sandbox: Sandbox) -> Ran:
    """What tests that skip, end the program, and do harm meanwhile came to behind those walls."""
    (place / "environs").mkdir()
    async with peopled(Scene(place)) as scene:
        tests = {f"{PACKAGE}/price_test.go": scene.fill(RED), "pkg/ends/ends_test.go": ENDS}
        results = await judged(Bench(place, toolchain, go_cache), sandbox, tests, "go-test", "changed-lines-covered")
        taken = place / "taken"
        done = {Path(each).name for each in scene.harm()}
        done |= {"the key"} if taken.exists() and scene.secret in taken.read_text() else set()
        done |= (
            {"environs"} if any(scene.secret.encode() in path.read_bytes() for path in (place / "environs").iterdir()) else set()
        )
        return Ran(results, frozenset(done), str(place / "alive").encode() in commands())


def commands() -> bytes:
    """The command lines of all processes, also of those in a sandbox."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found.append(path.read_bytes())
    return b"\n".join(found)


@pytest.fixture(scope="module")
def red(tmp_path_factory: pytest.TempPathFactory, toolchain: GoToolchain, go_cache: Path) -> Iterator[Ran]:
    """Harmful tests behind walls, run by a factory that has a key."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BACKEND_FACTORY_PROVIDERS__ANTHROPIC__KEY", "sk-ant-the-key-of-the-factory")
        yield asyncio.run(harmed(tmp_path_factory.mktemp("red"), toolchain, go_cache, walls()))


@pytest.fixture(scope="module")
def unwalled(tmp_path_factory: pytest.TempPathFactory, toolchain: GoToolchain, go_cache: Path) -> Ran:
    """The same without walls."""
    return asyncio.run(harmed(tmp_path_factory.mktemp("unwalled"), toolchain, go_cache, UNCONFINED))


@pytest.fixture(scope="module")
def green(tmp_path_factory: pytest.TempPathFactory, toolchain: GoToolchain, go_cache: Path) -> Ran:
    """Tests that pass and are worth nothing."""
    tests = {f"{PACKAGE}/price_test.go": GREEN, f"{PACKAGE}/testdata/cover.out": COVERED, "pkg/main/main_test.go": MAIN}
    checks = (
        "go-test",
        "changed-lines-covered",
        "criteria-tested",
        "mutation-score",
        "tests-assert",
        "tests-fail-without-change",
    )
    return Ran(asyncio.run(judged(Bench(tmp_path_factory.mktemp("green"), toolchain, go_cache), walls(), tests, *checks)))


def said(ran: Ran, check: str) -> str:
    """What the check objects to; it must not have passed."""
    result = ran.results[check]
    assert result.status == "failed", result
    return "\n".join(f"{finding.rule}: {finding.message}" for finding in result.findings)


HELD = {
    "a test leaves a program behind that goes on writing": ("TestHarm in example.com/shop/pkg/price: fail", "stayed"),
    "a test looks for the providers' keys in its environment": ("TestHarm in example.com/shop/pkg/price: fail", "keys"),
}


@pytest.mark.parametrize(("harm",), attacks("code", "factory", HELD))
def test_what_a_gate_starts_ends_with_it_and_has_no_keys(harm: str, red: Ran, user: User) -> None:
    seen = "".join(finding.seen for finding in red.results["go-test"].findings)
    assert "all tests passed" in seen
    assert not (red.stayed if harm == "stayed" else "sk-ant" in seen)
    user.saw(said(red, "go-test"))


WALLED = {
    "a test writes a file of the person": ("TestHarm in example.com/shop/pkg/price: fail", "notes"),
    "a test reads the person's key": ("TestHarm in example.com/shop/pkg/price: fail", "the key"),
    "a test reaches a server on the machine's loopback": ("TestHarm in example.com/shop/pkg/price: fail", "loopback"),
    "a test reads other processes' environments": ("TestHarm in example.com/shop/pkg/price: fail", "environs"),
}


@pytest.mark.parametrize(("harm",), attacks("code", "sandbox", WALLED, control=True))
def test_code_that_a_gate_runs_is_held_as_its_author_is(harm: str, red: Ran, unwalled: Ran, user: User) -> None:
    assert harm not in red.harm
    user.without(harm in unwalled.harm)
    user.saw(said(red, "go-test"))


WORTHLESS = {
    "a coverage report that says all is covered": ("changed-lines-covered", "not-covered: pkg/price/price.go: lines 14"),
    "test results that are only printed": ("criteria-tested", "AC-1.1: TestForged in pkg/price did not run"),
    "a test that looks at nothing": ("tests-assert", "TestRuns cannot fail: it looks at nothing"),
    "wanted values that are read from the code under test": ("mutation-score", "survived: pkg/price/price.go:18"),
    "a test that passes whatever the code does": ("tests-fail-without-change", "never-fails: TestRuns"),
    "a TestMain that says that all is well and runs no test": ("tests-fail-without-change", "TestX runs over nothing"),
}


@pytest.mark.parametrize(
    "check",
    [pytest.param(check, id=what, marks=claim(what, "code", f"gate `{check}`", saw)) for what, (check, saw) in WORTHLESS.items()],
)
def test_tests_that_pass_are_not_yet_worth_anything(check: str, green: Ran, user: User) -> None:
    assert green.results["go-test"].status == "passed"
    user.saw(said(green, check))


@claim(
    "a test that ends the program as if all were well", "code", "gate `go-test`", "TestEnds in example.com/shop/pkg/ends: fail"
)
def test_a_test_that_ends_the_program_has_not_passed(red: Ran, user: User) -> None:
    assert red.results["changed-lines-covered"].status == "unavailable"
    user.saw(said(red, "go-test"))


@claim("code that does its work only where it is tested", "code", "gate `scenarios-hold`", "step 2: GET /items/1")
async def test_what_was_built_is_watched_too(tmp_path: Path, toolchain: GoToolchain, go_cache: Path, user: User) -> None:
    # What it takes to deploy is loaded by nobody who only looks for rows.
    from test_deployed_checks import FILES, PROBE, STORY, scenarios

    kept = str(FILES["cmd/probe-api/main.go"], "utf-8")  # type: ignore[arg-type]
    watched = kept.replace('"name": name.Value}', '"name": name.Value + map[bool]string{false: "!"}[testing.Testing()]}')
    watched = watched.replace('\t"strings"\n', '\t"strings"\n\t"testing"\n', 1)
    assert watched.count("testing") == 2, "the probe is written otherwise now"
    files = {**FILES, "cmd/probe-api/main.go": watched}
    bench = Bench(tmp_path, toolchain, go_cache)
    subject = await bench.subject(PhaseId.VALIDATE, earlier=files, deliverables=[PROBE, scenarios(STORY), REQUIREMENTS])
    wanted = [check for check in all_checks() if check.id in ("stack-created", "scenarios-hold")]
    results = {result.check: result for result in await judge(subject, wanted, lambda *_: None)}
    assert results["stack-created"].status == "passed", results
    user.saw(said(Ran(results), "scenarios-hold"))
