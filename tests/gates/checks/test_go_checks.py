"""Checks that run Go: good work passes, each planted fault is found for the right reason."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from subjects import Bench, Files, planned, rules

from backend_factory.domain.assignment import Survey
from backend_factory.domain.deliverable import Dependency, PlannedTest, TestCase, TestSuite
from backend_factory.domain.gate import CheckResult
from backend_factory.domain.phase import PhaseId
from backend_factory.errors import OperatorError
from backend_factory.gates.check import Check, Unreadable
from backend_factory.gates.checks import (
    changed_lines_covered,
    criteria_tested,
    go_build,
    go_files_built,
    go_format,
    go_test,
    go_vet,
    modules_tidy,
)
from backend_factory.gates.judge import judge
from backend_factory.gates.test_build import read_build
from backend_factory.testing.story import REQUIREMENTS, TESTS
from backend_factory.workspace.process import Completed
from planting import faults

pytestmark = pytest.mark.go

PACKAGE = "pkg/maintenancewindow"
CREATE = f"{PACKAGE}/create.go"
TEST = f"{PACKAGE}/create_test.go"
MAIN = "cmd/maintenance-window-api/main.go"
BASE: Files = {"go.mod": "module example.com/chariot\n\ngo 1.24\n"}
CODE = """package maintenancewindow

import "errors"

// ErrNoStart says that a window has no start.
var ErrNoStart = errors.New("a window needs a start")

// Create makes a window.
func Create(start string) (string, error) {
	if start == "" {
		return "", ErrNoStart
	}
	return "window at " + start, nil
}
"""
ENTRY = """package main

func main() {}
"""
FEATURE: Files = {CREATE: CODE, MAIN: ENTRY}
TESTED = """package maintenancewindow

import (
	"errors"
	"testing"
)

func TestCreate(t *testing.T) {
	t.Run("created", func(t *testing.T) {
		if made, err := Create("noon"); err != nil || made == "" {
			t.Fatalf("Create: %q, %v", made, err)
		}
	})
	t.Run("missing_start", func(t *testing.T) {
		if _, err := Create(""); !errors.Is(err, ErrNoStart) {
			t.Fatalf("Create without a start: %v", err)
		}
	})
}

func TestIsolation(t *testing.T) {}
"""


async def judged(bench: Bench, checks: list[Check], phase: PhaseId, **wanted: object) -> dict[str, CheckResult]:
    subject = await bench.subject(phase, **{"before": BASE, **wanted})  # type: ignore[arg-type]
    results = await judge(subject, checks, lambda *_: None)
    return {result.check: result for result in results}


async def implemented(bench: Bench, check: Check, changed: Files | None = None, **wanted: object) -> CheckResult:
    """What `check` says about the feature with `changed` files."""
    return (await judged(bench, [check], PhaseId.IMPLEMENT, after={**FEATURE, **(changed or {})}, **wanted))[check.id]


# ------------------------------------------------------------------ go-build, go-vet, go-format


@pytest.mark.parametrize(
    "check",
    [
        pytest.param(check, marks=pytest.mark.variant(check.id, "a module of two packages without dependencies"))
        for check in (go_build.CHECK, go_vet.CHECK, go_format.CHECK, go_files_built.CHECK, modules_tidy.CHECK)
    ],
)
async def test_sound_code_passes(bench: Bench, check: Check) -> None:
    result = await implemented(bench, check)

    assert result.status == "passed", result
    assert str(bench.place / "checkout") not in "".join(bench.kept.texts.values())


@pytest.mark.parametrize(
    ("changed", "file", "line", "told"),
    faults(
        "go-build",
        {
            "a name that does not exist": (
                {CREATE: CODE.replace("ErrNoStart\n", "ErrNothing\n")},
                CREATE,
                11,
                "undefined: ErrNothing",
            ),
            "a syntax error": ({CREATE: CODE + "func {"}, CREATE, 15, "syntax error"),
            "code that builds on this machine only, and not for arm64": (
                {f"{PACKAGE}/now_arm64.go": 'package maintenancewindow\n\nvar x int = ""\n'},
                f"{PACKAGE}/now_arm64.go",
                3,
                "cannot use",
            ),
            "a package that does not exist": ({CREATE: CODE.replace('"errors"', '"example.org/nowhere"')}, CREATE, 3, "nowhere"),
        },
    ),
)
async def test_code_that_does_not_build_is_found(bench: Bench, changed: Files, file: str, line: int, told: str) -> None:
    result = await implemented(bench, go_build.CHECK, changed)

    assert result.status == "failed"
    assert {(f.rule, f.file, f.line, f.mends) for f in result.findings} >= {("build", file, line, PhaseId.IMPLEMENT)}, result
    assert any(told in f.message for f in result.findings)


@pytest.mark.parametrize(
    ("changed", "told"),
    faults(
        "go-vet",
        {
            "a format that does not fit its value": (
                {
                    CREATE: CODE.replace('"window at " + start', 'fmt.Sprintf("%d", start)').replace(
                        '"errors"', '"errors"\n\t"fmt"'
                    )
                },
                "%d",
            ),
            "code that is never reached": ({CREATE: CODE + "\nfunc Stop() {\n\treturn\n\tprintln()\n}\n"}, "unreachable"),
            "a test that does not build": ({TEST: "package maintenancewindow\n\nvar x = Missing\n"}, "undefined: Missing"),
        },
    ),
)
async def test_what_vet_complains_about_is_found(bench: Bench, changed: Files, told: str) -> None:
    if "%d" in told:
        changed = {CREATE: str(changed[CREATE]).replace('import "errors"\n\t"fmt"', 'import (\n\t"errors"\n\t"fmt"\n)')}
    result = await implemented(bench, go_vet.CHECK, changed)

    assert any(
        f.rule in ("vet", "printf", "unreachable") and told in f.message and f.line and f.file in changed for f in result.findings
    ), result


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    faults(
        "go-format",
        {
            "blanks for a tab": (CODE.replace("\tif", "    if"), "format", 0),
            "blank lines at the end": (CODE + "\n\n\n", "format", 0),
            "a function without a name": (CODE + "func {\n", "syntax", 15),
            "a string that does not end": (CODE + 'var x = "not ended\n', "syntax", 15),
            "a zero byte": (CODE + "var x = \0\n", "syntax", 15),
            "bytes that are no text": (CODE.encode() + b"// \xff\n", "syntax", 15),
        },
    ),
)
async def test_code_that_gofmt_would_write_otherwise_is_found(bench: Bench, text: str | bytes, rule: str, line: int) -> None:
    result = await implemented(bench, go_format.CHECK, {CREATE: text})

    assert result.status == "failed", result
    assert {(f.rule, f.file, f.line) for f in result.findings} >= {(rule, CREATE, line)}


@pytest.mark.fault("go-format", "a badly formatted file with a blank in its name, behind one that cannot be parsed")
async def test_a_syntax_error_does_not_hide_the_other_files_and_a_name_may_have_blanks(bench: Bench) -> None:
    changed = {"pkg/a b.go": "package  pkg\n", "pkg/c.go": "package\n"}
    result = await implemented(bench, go_format.CHECK, changed)

    assert {(f.rule, f.file) for f in result.findings} == {("format", "pkg/a b.go"), ("syntax", "pkg/c.go")}


@pytest.mark.fault("go-format", "a changed file that is gone from the checkout")
async def test_a_file_that_gofmt_cannot_open_is_not_passed(bench: Bench) -> None:
    subject = await bench.subject(PhaseId.IMPLEMENT, before=BASE, after=FEATURE)
    (subject.checkout / CREATE).unlink()

    (result,) = await judge(subject, [go_format.CHECK], lambda *_: None)

    assert result.status == "unavailable"


async def test_a_full_disk_is_not_the_members_doing(bench: Bench) -> None:
    subject = await bench.subject(PhaseId.IMPLEMENT, before=BASE, after={**FEATURE, "go.mod": "module m\n\ngo 1.99\n"})

    with pytest.raises(OperatorError, match="newer Go"):
        await judge(subject, [go_build.CHECK], lambda *_: None)


# ------------------------------------------------------------------ go-files-built


@pytest.mark.parametrize(
    ("path", "text"),
    faults(
        "go-files-built",
        {
            "a file left out by a build tag": (f"{PACKAGE}/hidden.go", "//go:build ignore\n\npackage maintenancewindow\n"),
            "a file left out by the release's own build tag": (
                f"{PACKAGE}/hidden.go",
                "//go:build !lambda.norpc\n\npackage maintenancewindow\n",
            ),
            "a file left out by its name (_windows)": (f"{PACKAGE}/hidden_windows.go", "package maintenancewindow\n"),
            "a file left out by an underscore": (f"{PACKAGE}/_hidden.go", "package maintenancewindow\n"),
            "a folder left out by an underscore": ("_hidden/hidden.go", "package hidden\n"),
            "a file in vendor": ("vendor/x/hidden.go", "package hidden\n"),
            "a file that wants C": (f"{PACKAGE}/native.go", 'package maintenancewindow\n\nimport "C"\n'),
        },
    ),
)
async def test_a_file_that_the_build_leaves_out_is_found(bench: Bench, path: str, text: str) -> None:
    result = await implemented(bench, go_files_built.CHECK, {path: text})

    assert {(f.rule, f.file, f.mends) for f in result.findings} == {("not-built", path, PhaseId.IMPLEMENT)}, result


@pytest.mark.fault("go-files-built", "a package in a module of its own")
async def test_a_module_of_its_own_is_no_hiding_place(bench: Bench) -> None:
    result = await implemented(bench, go_files_built.CHECK, {"pkg/own/go.mod": "module own\n", "pkg/own/a.go": "package own\n"})

    assert {f.file for f in result.findings} == {"pkg/own/a.go"}


@pytest.mark.parametrize(
    ("changed", "rule"),
    faults(
        "go-files-built",
        {
            "a planned command that is no command": ({MAIN: "package api\n"}, "no-command"),
            "a planned package that is not there": ({CREATE: None, "pkg/x.go": "package pkg\n"}, "no-package"),
        },
    ),
)
async def test_what_was_planned_and_is_not_there_is_found(bench: Bench, changed: Files, rule: str) -> None:
    after = {path: text for path, text in {**FEATURE, **changed}.items() if text is not None}
    result = (await judged(bench, [go_files_built.CHECK], PhaseId.IMPLEMENT, after=after))["go-files-built"]

    assert rules(result) == {rule}


@pytest.mark.fault("go-files-built", "a go.mod that cannot be read")
async def test_a_module_that_cannot_be_listed_is_not_passed(bench: Bench) -> None:
    assert (await implemented(bench, go_files_built.CHECK, {"go.mod": "modul x\n"})).status == "unavailable"


# ------------------------------------------------------------------ modules-tidy


def requiring(*lines: str) -> Files:
    return {"go.mod": "module example.com/chariot\n\ngo 1.24\n\n" + "\n".join(lines) + "\n"}


@pytest.mark.parametrize(
    ("changed", "found"),
    faults(
        "modules-tidy",
        {
            "a module that nobody planned": (requiring("require example.org/unplanned v1.0.0"), {"unplanned", "untidy"}),
            "a module that nothing uses": (requiring("require example.org/planned v1.0.0"), {"untidy"}),
            "a planned module in another version": (requiring("require example.org/planned v1.9.9"), {"other-version"}),
            "a module replaced by a folder": (requiring("replace example.org/planned => ./elsewhere"), {"replaced"}),
            "a go.mod that cannot be read": (requiring("nonsense"), {"unreadable", "untidy", "unverified"}),
        },
    ),
)
async def test_modules_that_are_not_as_planned_are_found(bench: Bench, changed: Files, found: set[str]) -> None:
    plan = planned(dependencies=(Dependency(module="example.org/planned", version="v1.0.0", reason="x"),))
    result = await implemented(bench, modules_tidy.CHECK, changed, deliverables=[plan])

    assert found <= rules(result), result
    assert {(f.file, f.mends) for f in result.findings} == {("go.mod", PhaseId.IMPLEMENT)}


@pytest.mark.variant("modules-tidy", "a replacement that the repository had")
async def test_a_replacement_that_was_there_before_is_not_held_against_the_run(bench: Bench) -> None:
    there = requiring("replace example.org/x => ./elsewhere")
    results = await judged(bench, [modules_tidy.CHECK], PhaseId.IMPLEMENT, before=there, after=FEATURE)

    assert results["modules-tidy"].status == "passed", results


async def test_a_module_that_the_repository_had_is_not_unplanned(bench: Bench) -> None:
    changed = requiring("require example.org/there v1.0.0")
    result = await implemented(bench, modules_tidy.CHECK, changed, survey=Survey(requires={"example.org/there": "v1.0.0"}))

    assert "unplanned" not in rules(result)


# ------------------------------------------------------------------ go-test, changed-lines-covered, criteria-tested

TESTING = [go_test.CHECK, changed_lines_covered.CHECK, criteria_tested.CHECK]
EVERY = planned(tests=tuple(PlannedTest(criterion=c.id, levels=("unit",)) for c in REQUIREMENTS.criteria))


async def tested(bench: Bench, changed: Files | None = None, **wanted: object) -> dict[str, CheckResult]:
    """What the test gate says about the feature as it was implemented, with `changed` test files."""
    return await judged(
        bench,
        TESTING,
        PhaseId.TEST,
        **{"earlier": FEATURE, "after": {TEST: TESTED, **(changed or {})}, "deliverables": [EVERY], **wanted},
    )


@pytest.mark.variant("go-test", "table tests with names of their own")
@pytest.mark.variant("changed-lines-covered", "table tests with names of their own")
@pytest.mark.variant("criteria-tested", "a criterion tested by a subtest")
async def test_good_tests_pass(bench: Bench) -> None:
    results = await tested(bench)

    assert {name: result.status for name, result in results.items()} == dict.fromkeys(results, "passed"), results
    assert results["go-test"].figures == {"tests_count": 4}
    assert results["changed-lines-covered"].figures["coverage_percent"] == 100


def test_file(body: str, imports: str = '"testing"') -> Files:
    return {f"{PACKAGE}/more_test.go": f"package maintenancewindow\n\nimport (\n\t{imports}\n)\n\n{body}\n"}


test_file.__test__ = False  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("changed", "rule", "told"),
    faults(
        "go-test",
        {
            "a failing test": (test_file('func TestWrong(t *testing.T) { t.Error("it is wrong") }'), "fail", "TestWrong"),
            "a skipped test": (test_file('func TestSkipped(t *testing.T) { t.Skip("later") }'), "skip", "TestSkipped"),
            "a test that panics": (test_file('func TestPanics(t *testing.T) { panic("no") }'), "fail", "TestPanics"),
            "a test that ends the program as if all were well": (
                test_file("func TestEnds(t *testing.T) { os.Exit(0) }", '"os"\n\t"testing"'),
                "fail",
                "TestEnds",
            ),
            "a test that ends the program": (
                test_file("func TestEnds(t *testing.T) { os.Exit(3) }", '"os"\n\t"testing"'),
                "broken",
                "maintenancewindow",
            ),
            "a main that fails after the tests": (
                test_file("func TestMain(m *testing.M) { os.Exit(m.Run() + 1) }", '"os"\n\t"testing"'),
                "broken",
                "maintenancewindow",
            ),
            "a test that does not build": (test_file("func TestX(t *testing.T) { missing() }"), "broken", "maintenancewindow"),
            "a test that cannot be parsed": (
                {f"{PACKAGE}/more_test.go": "package maintenancewindow\n\nfunc {\n"},
                "broken",
                "maintenancewindow",
            ),
            "a data race": (
                test_file(
                    "func TestRace(t *testing.T) {\n\tn, done := 0, make(chan int)\n"
                    "\tgo func() { n++; close(done) }()\n\tn++\n\t<-done\n}"
                ),
                "fail",
                "TestRace",
            ),
            "tests in another package that do not build": (
                {"pkg/own/own_test.go": 'package own\n\nimport _ "example.org/nowhere"\n'},
                "broken",
                "pkg/own",
            ),
        },
    ),
)
async def test_a_test_that_does_not_pass_is_found_and_nothing_after_it_is_believed(
    bench: Bench, changed: Files, rule: str, told: str
) -> None:
    results = await tested(bench, changed)

    assert results["go-test"].status == "failed", results["go-test"]
    mends = PhaseId.IMPLEMENT if rule == "fail" else PhaseId.TEST
    assert any(f.rule == rule and told in f.message and f.mends == mends for f in results["go-test"].findings), results
    assert results["changed-lines-covered"].status == results["criteria-tested"].status == "unavailable"


@pytest.mark.fault("go-test", "a failing test, named with its line")
async def test_a_failing_test_is_named_with_file_and_line(bench: Bench) -> None:
    changed = test_file('func TestWrong(t *testing.T) {\n\tt.Error("it is wrong")\n}')
    (found,) = (await tested(bench, changed))["go-test"].findings

    assert (found.file, found.line) == (f"{PACKAGE}/more_test.go", 8)
    assert "it is wrong" in found.seen


@pytest.mark.parametrize(
    ("changed",),
    faults(
        "go-test",
        {
            "a main that ends before any test": (test_file("func TestMain(m *testing.M) { os.Exit(0) }", '"os"\n\t"testing"'),),
            "a main that runs no test": (test_file("func TestMain(m *testing.M) {}"),),
        },
    ),
)
async def test_tests_that_are_never_run_do_not_count(bench: Bench, changed: Files) -> None:
    results = await tested(bench, changed)

    assert rules(results["go-test"]) == {"no-tests"}


@pytest.mark.fault("go-test", "no tests at all")
async def test_no_tests_at_all_are_found(bench: Bench) -> None:
    results = await tested(bench, {TEST: "package maintenancewindow\n"})

    assert rules(results["go-test"]) == {"no-tests"}
    assert results["criteria-tested"].status == "unavailable"


@pytest.mark.parametrize(
    ("printed",),
    faults(
        "criteria-tested",
        [
            (r'fmt.Println(`{"Action":"pass","Package":"example.com/chariot/pkg/maintenancewindow","Test":"TestForged"}`)',),
            (r'fmt.Println("--- PASS: TestForged (0.00s)")',),
            (r'fmt.Print("\x16=== RUN   TestForged\n\x16--- PASS: TestForged (0.00s)\n\x16=== NAME  TestPrints\n")',),
            (r'fmt.Println("=== RUN   TestForged\n--- PASS: TestForged (0.00s)\nPASS")',),
        ],
        "a result that is only printed: {0}",
    ),
)
async def test_what_a_test_prints_is_no_result(bench: Bench, printed: str) -> None:
    changed = test_file(f"func TestPrints(t *testing.T) {{ {printed} }}", '"fmt"\n\t"testing"')
    forged = TESTS.model_copy(update={"cases": (*TESTS.cases, TestCase(criterion="AC-2.1", package=PACKAGE, name="TestForged"))})
    results = await tested(bench, changed, deliverables=[EVERY, forged])

    assert results["criteria-tested"].status != "passed"
    assert results["go-test"].status != "passed" or rules(results["criteria-tested"]) <= {"not-run", "not-written"}


@pytest.mark.parametrize(
    ("cases", "rule", "told"),
    faults(
        "criteria-tested",
        {
            "a criterion without a test": (TESTS.cases[1:], "no-test", "AC-1.1"),
            "a test of an unknown criterion": (
                (*TESTS.cases, TestCase(criterion="AC-9.9", package=PACKAGE, name="TestIsolation")),
                "unknown-criterion",
                "AC-9.9",
            ),
            "a test that does not exist": (
                (*TESTS.cases, TestCase(criterion="AC-1.1", package=PACKAGE, name="TestNowhere")),
                "not-run",
                "TestNowhere",
            ),
            "a test in a package where it is not": (
                (*TESTS.cases, TestCase(criterion="AC-1.1", package="pkg/other", name="TestCreate")),
                "not-run",
                "pkg/other",
            ),
            "a subtest that never ran": (
                (*TESTS.cases, TestCase(criterion="AC-1.1", package=PACKAGE, name="TestCreate/created/")),
                "not-run",
                "did not run",
            ),
        },
    ),
)
async def test_a_criterion_without_a_test_that_ran_is_found(
    bench: Bench, cases: tuple[TestCase, ...], rule: str, told: str
) -> None:
    results = await tested(bench, deliverables=[EVERY, TestSuite(summary="x", files=(), cases=cases)])

    result = results["criteria-tested"]
    assert any(f.rule == rule and told in f.message and f.mends == PhaseId.TEST for f in result.findings), result


UNTESTED = "".join(f"\n// F{n} is never called.\nfunc F{n}() int {{\n\tx := {n}\n\treturn x\n}}\n" for n in range(4))


@pytest.mark.parametrize(
    ("extra", "file"),
    faults(
        "changed-lines-covered",
        {
            "functions that no test calls": ({CREATE: CODE + UNTESTED}, CREATE),
            "a file that no test runs": (
                {f"{PACKAGE}/other.go": "package maintenancewindow\n" + UNTESTED},
                f"{PACKAGE}/other.go",
            ),
            "a package without tests": ({"pkg/untested/a.go": "package untested\n" + UNTESTED}, "pkg/untested/a.go"),
            "a command without tests": ({MAIN: "package main\n\nfunc main() {\n" + "\tprintln()\n" * 20 + "}\n"}, MAIN),
        },
    ),
)
async def test_changed_lines_that_no_test_runs_are_found(bench: Bench, extra: Files, file: str) -> None:
    result = (await tested(bench, earlier={**FEATURE, **extra}))["changed-lines-covered"]

    assert result.status == "failed", result
    assert file in {f.file for f in result.findings if f.rule == "not-covered" and f.mends == PhaseId.TEST}
    assert result.figures["coverage_percent"] < 90


@pytest.mark.variant("changed-lines-covered", "untested code that was there before")
async def test_lines_that_were_there_before_do_not_count(bench: Bench) -> None:
    before = {**BASE, "pkg/old/old.go": "package old\n" + UNTESTED}
    result = (await tested(bench, before=before))["changed-lines-covered"]

    assert (result.status, result.figures["coverage_percent"]) == ("passed", 100)


# ------------------------------------------------------------------ reading what go test printed


def printed(*events: object, status: int = 0, stderr: str = "") -> Completed:
    lines = "".join((event if isinstance(event, str) else json.dumps(event)) + "\n" for event in events)
    return Completed(("go", "test"), status, lines, stderr, timedelta(seconds=1))


def event(action: str, test: str = "", package: str = "m/p", **more: str) -> dict[str, str]:
    return {"Action": action, "Package": package, **({"Test": test} if test else {}), **more}


RUN = (event("start"), event("output", Output="ok  \tm/p\t0.1s\n"), event("pass"))


def test_what_was_compiled_is_read_package_by_package(tmp_path: Path) -> None:
    built = read_build(printed(*RUN, event("skip", package="m/q")), tmp_path / "none")

    assert (built.broken, built.output) == (frozenset(), "")


def test_a_package_that_did_not_build_is_broken(tmp_path: Path) -> None:
    events = (
        {"ImportPath": "m/p", "Action": "build-output", "Output": "p.go:1: undefined: x\n"},
        {"ImportPath": "m/p", "Action": "build-fail"},
        event("fail", FailedBuild="m/p"),
        *(each | {"Package": "m/q"} for each in RUN),
    )
    built = read_build(printed(*events, status=1), tmp_path / "none")

    assert built.broken == {"m/p"}
    assert "undefined: x" in built.output


@pytest.mark.parametrize(
    "events", [("FAIL m/p [build failed]",), ('"pass"',), ("123",), ("[" * 9999,), ("[... 7 bytes left out ...]",)]
)
def test_output_that_is_no_test_run_is_not_read(tmp_path: Path, events: tuple[object, ...]) -> None:
    with pytest.raises(Unreadable):
        read_build(printed(*events), tmp_path / "none")


def test_a_run_that_ran_nothing_and_failed_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no such file"):
        read_build(printed(status=1, stderr="go: no such file"), tmp_path / "none")
