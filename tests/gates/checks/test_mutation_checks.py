"""Checks of the tests' worth: good tests of many styles pass, weakened ones are found for the right reason."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from subjects import Bench, Files, laid_out, rules

from backend_factory.domain.gate import CheckResult
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.check import Check
from backend_factory.gates.checks import (
    changed_lines_covered,
    error_paths_covered,
    mutation_score,
    tests_assert,
    tests_fail_without_change,
    tests_repeat,
)
from backend_factory.gates.judge import judge

pytestmark = pytest.mark.go

MODULE = "module example.com/shop\n\ngo 1.24\n"
CODE = "pkg/price/price.go"
TEST = "pkg/price/price_test.go"
MORE = "pkg/price/more_test.go"
PRICE = """// Package price says what things cost.
package price

import (
	"errors"
	"fmt"
	"strconv"
)

// ErrNegative says that an amount is below zero.
var ErrNegative = errors.New("negative amount")

// Most is the largest discount.
const Most = 50

// Total is the price of the amounts, with the discount in percent.
func Total(amounts []int, discount int) (int, error) {
	if discount < 0 || discount > Most {
		return 0, fmt.Errorf("discount of %d percent", discount)
	}
	sum := 0
	for _, amount := range amounts {
		if amount < 0 {
			return 0, ErrNegative
		}
		sum += amount
	}
	return sum - sum*discount/100, nil
}

// Read turns text into an amount.
func Read(text string) (int, error) {
	amount, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("read amount: %w", err)
	}
	return amount, nil
}
"""
TESTED = """package price

import (
	"errors"
	"strconv"
	"testing"
)

func TestTotal(t *testing.T) {
	for _, c := range []struct {
		amounts        []int
		discount, want int
	}{
		{nil, 0, 0},
		{[]int{100, 0, 20}, 0, 120},
		{[]int{100, 60}, 50, 80},
		{[]int{200}, 10, 180},
	} {
		got, err := Total(c.amounts, c.discount)
		if err != nil || got != c.want {
			t.Errorf("Total(%v, %d) = %d, %v, want %d", c.amounts, c.discount, got, err, c.want)
		}
	}
}

func TestTotal_Refused(t *testing.T) {
	if _, err := Total([]int{1, -1}, 0); !errors.Is(err, ErrNegative) {
		t.Errorf("a negative amount: %v", err)
	}
	for _, discount := range []int{-1, 51} {
		if got, err := Total([]int{100}, discount); err == nil || got != 0 {
			t.Errorf("a discount of %d: %d, %v", discount, got, err)
		}
	}
}

func TestRead(t *testing.T) {
	if got, err := Read("42"); err != nil || got != 42 {
		t.Errorf("Read: %d, %v", got, err)
	}
	if _, err := Read("many"); !errors.Is(err, strconv.ErrSyntax) {
		t.Errorf("Read of a word: %v", err)
	}
}
"""
MAIN = """// Command shop sells.
package main

import (
	"fmt"
	"os"

	"example.com/shop/pkg/price"
)

func main() {
	if _, err := price.Total(nil, 0); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
"""
SUM = "sum - sum*discount/100"


async def examined(
    bench: Bench, check: Check, tests: str | Files = TESTED, *, code: Files | None = None, before: Files | None = None
) -> CheckResult:
    """What the check says about tests of the shop, written on code that an earlier phase of the run wrote."""
    written: Mapping[str, str | bytes | None] = {TEST: tests} if isinstance(tests, str) else tests
    subject = await bench.subject(
        PhaseId.TEST,
        before={"go.mod": MODULE, **(before or {})},
        earlier={CODE: PRICE, **(code or {})},
        after=written,
        deliverables=[laid_out(module="example.com/shop", package="pkg/price")],
    )
    (result,) = await judge(subject, [check], lambda *_: None)
    return result


def file(body: str, *imports: str, package: str = "price") -> str:
    """A test file."""
    return f"package {package}\n\nimport (\n" + "".join(f'\t"{name}"\n' for name in ("testing", *imports)) + f")\n\n{body}\n"


def without(*lines: str) -> str:
    """The good tests without the lines, none of which may be missing."""
    text = TESTED
    for line in lines:
        assert line in text
        text = text.replace(line, "")
    return text


# ------------------------------------------------------------------ mutation-score

EXTERNAL = TESTED.replace("package price", "package price_test").replace(
    '"testing"', '"testing"\n\n\t. "example.com/shop/pkg/price"'
)
HELPED = TESTED.replace(
    't.Errorf("Total(%v, %d) = %d, %v, want %d", c.amounts, c.discount, got, err, c.want)', "report(t, c.want, got, err)"
)
REPORT = file(
    "func report(t testing.TB, want, got int, err error) {\n\tt.Helper()\n\tt.Fatalf(`%d, not %d: %v`, got, want, err)\n}"
)
EXAMPLES = file(
    "func ExampleTotal() {\n\tfmt.Println(Total([]int{100, 60}, 50))\n\tfmt.Println(Total([]int{200, 0}, 10))\n"
    "\tfmt.Println(Total([]int{1}, 51))\n"
    "\tfmt.Println(Total([]int{1}, -1))\n\tfmt.Println(Total([]int{-1}, 0))\n\t// Output:\n\t// 80 <nil>\n\t// 180 <nil>\n"
    "\t// 0 discount of 51 percent\n\t// 0 discount of -1 percent\n\t// 0 negative amount\n}\n\n"
    'func ExampleRead() {\n\tfmt.Println(Read("42"))\n'
    '\t_, err := Read("x")\n\tfmt.Println(err)\n\t// Output:\n\t// 42 <nil>\n'
    '\t// read amount: strconv.Atoi: parsing "x": invalid syntax\n}',
    "fmt",
).replace('\t"testing"\n', "")
FUZZED = TESTED.replace("\tfor _, discount := range []int{-1, 51} {\n", "\tfor _, discount := range []int{51, -1} {\n") + (
    '\nfunc FuzzRead(f *testing.F) {\n\tf.Add("1")\n\tf.Fuzz(func(t *testing.T, text string) {\n'
    "\t\tif got, err := Read(text); err != nil && got != 0 {\n"
    '\t\t\tt.Errorf("%d beside %v", got, err)\n\t\t}\n\t})\n}\n'
)
ELSEWHERE = {TEST: None, "pkg/check/check_test.go": EXTERNAL.replace("package price_test", "package check")}


@pytest.mark.parametrize(
    "tests",
    [
        pytest.param(TESTED, marks=pytest.mark.variant("mutation-score", "one table, and plain comparisons")),
        pytest.param({TEST: EXTERNAL}, marks=pytest.mark.variant("mutation-score", "tests from outside, in a _test package")),
        pytest.param(
            {TEST: HELPED, "pkg/price/report_test.go": REPORT},
            marks=pytest.mark.variant("mutation-score", "a helper with t.Helper in another file"),
        ),
        pytest.param(
            {TEST: EXAMPLES}, marks=pytest.mark.variant("mutation-score", "examples with their output, and no Test function")
        ),
        pytest.param({TEST: FUZZED}, marks=pytest.mark.variant("mutation-score", "a fuzz target beside the tests")),
        pytest.param(
            {"pkg/check/check_test.go": ELSEWHERE["pkg/check/check_test.go"]},
            marks=pytest.mark.variant("mutation-score", "tests in a package that holds nothing else"),
        ),
    ],
)
async def test_tests_that_notice_faults_have_a_score(bench: Bench, tests: str | Files) -> None:
    result = await examined(bench, mutation_score.CHECK, tests)

    assert result.status == "passed", result
    assert result.figures["mutation_score"] >= 0.85
    assert result.figures["mutants_count"] >= 20


ASSERTIONS_GONE = TESTED.replace("|| got != c.want", "").replace("|| got != 42", "").replace("|| got != 0", "")
READ_FROM_THE_CODE = TESTED.replace(
    "		got, err := Total(c.amounts, c.discount)\n",
    "		got, err := Total(c.amounts, c.discount)\n		c.want, _ = Total(c.amounts, c.discount)\n",
)
NO_REFUSALS = TESTED[: TESTED.index("func TestTotal_Refused")].replace('	"errors"\n	"strconv"\n', "")
SWALLOWED = TESTED.replace("t.Errorf(", "t.Logf(")
RECOVERED = file(
    "func TestAll(t *testing.T) {\n\tdefer func() { _ = recover() }()\n\t_, err := Total([]int{1, 2}, 10)\n"
    "\tif err != nil {\n\t\tt.Fatal(err)\n\t}\n"
    '\t_, _ = Total([]int{-1}, 70)\n\t_, _ = Read("1")\n\t_, _ = Read("x")\n}'
)
WATCHER = TESTED.replace("t.Errorf(", "t.Logf(") + (
    "\nfunc TestWatched(t *testing.T) {\n\t_, _ = Total([]int{1, -1}, 0)\n\t_, _ = Total([]int{1}, 99)\n"
    '\t_, _ = Read("x")\n\tTotal([]int{1}, 1)\n'
    '\tif os.Getenv("BACKEND_FACTORY_MUTANT") != "" {\n\t\tt.Error("a mutant")\n\t}\n}\n'
)
WATCHER = WATCHER.replace('	"errors"\n', '	"errors"\n	"os"\n')


@pytest.mark.parametrize(
    "tests",
    [
        pytest.param(ASSERTIONS_GONE, marks=pytest.mark.fault("mutation-score", "nothing but errors is compared any more")),
        pytest.param(
            READ_FROM_THE_CODE, marks=pytest.mark.fault("mutation-score", "the wanted value is read from the code under test")
        ),
        pytest.param(NO_REFUSALS, marks=pytest.mark.fault("mutation-score", "only what goes well is tested")),
        pytest.param(SWALLOWED, marks=pytest.mark.fault("mutation-score", "differences are logged, and fail no test")),
        pytest.param(
            RECOVERED, marks=pytest.mark.fault("mutation-score", "every line runs, nothing is compared (coverage faked)")
        ),
        pytest.param(WATCHER, marks=pytest.mark.fault("mutation-score", "a test that fails wherever it sees a mutant's number")),
        pytest.param(
            {
                "pkg/other/other_test.go": file(
                    "func TestSum(t *testing.T) {\n\tif 1+1 != 2 {\n\t\tt.Error()\n\t}\n}", package="other"
                )
            },
            marks=pytest.mark.fault("mutation-score", "tests that have nothing to do with the change"),
        ),
    ],
)
async def test_tests_that_overlook_faults_are_found(bench: Bench, tests: str | Files) -> None:
    result = await examined(bench, mutation_score.CHECK, tests)

    assert result.status == "failed", result
    assert rules(result) <= {"survived", "unreached", "no-tests"}
    assert all(finding.mends == PhaseId.TEST for finding in result.findings)
    assert result.figures["mutation_score"] < 0.85


async def test_a_survivor_is_named_with_its_place_and_what_was_changed(bench: Bench) -> None:
    result = await examined(bench, mutation_score.CHECK, READ_FROM_THE_CODE)

    line = next(n for n, text in enumerate(PRICE.split("\n"), 1) if SUM in text)
    assert any(f.file == CODE and f.line == line and SUM in f.message for f in result.findings), result.findings
    assert "not noticed" in bench.kept.texts["mutants"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            "func TestMain(m *testing.M) { os.Exit(0) }",
            marks=pytest.mark.fault("mutation-score", "a TestMain that says all is well and runs nothing"),
        ),
        pytest.param(
            'func TestEnd(t *testing.T) {\n\tp, _ := os.FindProcess(os.Getpid())\n\t_ = p.Kill()\n\tt.Error("still there")\n}',
            marks=pytest.mark.fault("mutation-score", "a test that kills its process"),
        ),
    ],
)
async def test_tests_that_never_come_to_an_end_are_no_pass(bench: Bench, body: str) -> None:
    result = await examined(bench, mutation_score.CHECK, {TEST: file(body, "os")})

    assert result.status != "passed", result


async def test_code_without_statements_needs_no_mutants(bench: Bench) -> None:
    result = await examined(bench, mutation_score.CHECK, "package price\n", code={CODE: "package price\n\nconst Most = 50\n"})

    assert (result.status, result.figures) == ("passed", {"mutants_count": 0})


async def test_mutants_are_made_on_changed_lines_alone(bench: Bench) -> None:
    longer = PRICE.replace("	sum := 0\n", "	sum := 0\n	if len(amounts) > 3 {\n		discount++\n	}\n")
    result = await examined(
        bench, mutation_score.CHECK, {MORE: "package price\n"}, code={CODE: longer}, before={CODE: PRICE, TEST: TESTED}
    )

    assert {finding.line for finding in result.findings} <= {21, 22, 23}
    assert result.figures["mutants_count"] == 4


async def test_the_same_bytes_are_measured_once_and_a_damaged_note_is_not_believed(bench: Bench) -> None:
    tests = f"{TESTED}\n// {bench.place}\n"
    first = await examined(bench, mutation_score.CHECK, tests)
    notes = list((bench.cache / "mutation").glob("*.json"))
    newest = max(notes, key=lambda note: note.stat().st_mtime)
    again = await examined(Bench(bench.place / "again", bench.go, bench.cache), mutation_score.CHECK, tests)
    newest.write_text('{"planted": 40}')
    anew = await examined(Bench(bench.place / "anew", bench.go, bench.cache), mutation_score.CHECK, tests)

    assert first.summary == again.summary == anew.summary
    assert again.duration < first.duration / 2


# ------------------------------------------------------------------ tests-fail-without-change


@pytest.mark.parametrize(
    "more",
    [
        pytest.param("", marks=pytest.mark.variant("tests-fail-without-change", "each test compares what the code gives")),
        pytest.param(
            'func TestMost(t *testing.T) {\n\tif Most != 50 {\n\t\tt.Error("another limit")\n\t}\n}',
            marks=pytest.mark.variant("tests-fail-without-change", "a test of a constant"),
        ),
        pytest.param(
            "func FuzzTotal(f *testing.F) {\n\tf.Add(1)\n\tf.Fuzz(func(t *testing.T, n int) {\n"
            "\t\tif got, err := Total([]int{n}, 10); err != nil && got != 0 {\n"
            "\t\t\tt.Error(got)\n\t\t}\n\t})\n}",
            marks=pytest.mark.variant("tests-fail-without-change", "a fuzz target that looks for what breaks off"),
        ),
        pytest.param(
            'func TestTwice(t *testing.T) {\n\tfirst, _ := Read("7")\n\tagain, _ := Read("7")\n'
            "\tif first != again || first != 7 {\n\t\tt.Error(first, again)\n\t}\n}",
            marks=pytest.mark.variant("tests-fail-without-change", "calling twice, with a value of its own"),
        ),
    ],
)
async def test_tests_that_depend_on_the_change_pass(bench: Bench, more: str) -> None:
    result = await examined(
        bench,
        tests_fail_without_change.CHECK,
        {TEST: TESTED, MORE: file(more) if more else "package price\n"},
    )

    assert result.status == "passed", result


@pytest.mark.parametrize(
    ("more", "rule", "name"),
    [
        pytest.param(
            "func TestSame(t *testing.T) {\n\twant, _ := Total([]int{5}, 1)\n\tgot, _ := Total([]int{5}, 1)\n"
            "\tif got != want {\n\t\tt.Error(got)\n\t}\n}",
            "never-fails",
            "TestSame",
            marks=pytest.mark.fault("tests-fail-without-change", "got and want both come from the code under test"),
        ),
        pytest.param(
            'func TestStrings(t *testing.T) {\n\tif len("abc") != 3 {\n\t\tt.Error()\n\t}\n}',
            "not-of-the-change",
            "TestStrings",
            marks=pytest.mark.fault("tests-fail-without-change", "a test of the language"),
        ),
        pytest.param(
            "func TestRuns(t *testing.T) {\n\tgot, err := Total([]int{5}, 1)\n\tif got < -1000 && err != nil {\n"
            "\t\tt.Error(got)\n\t}\n}",
            "never-fails",
            "TestRuns",
            marks=pytest.mark.fault("tests-fail-without-change", "a comparison that holds whatever the code does"),
        ),
        pytest.param(
            'func TestEither(t *testing.T) {\n\tif got, err := Read("5"); err != nil {\n'
            '\t\tt.Skipf("not today: %d", got)\n\t}\n}',
            "never-fails",
            "TestEither",
            marks=pytest.mark.fault("tests-fail-without-change", "a test that leaves off where it should fail"),
        ),
    ],
)
async def test_tests_that_do_not_depend_on_the_change_are_found(bench: Bench, more: str, rule: str, name: str) -> None:
    result = await examined(bench, tests_fail_without_change.CHECK, {TEST: TESTED, MORE: file(more)})

    assert [(f.rule, f.file) for f in result.findings] == [(rule, MORE)], result
    assert name in result.findings[0].message


# ------------------------------------------------------------------ tests-repeat

ORDERED = file(
    "var made int\n\nfunc TestMakes(t *testing.T) {\n\tmade, _ = Total([]int{5}, 0)\n\tif made != 5 {\n"
    "\t\tt.Error(made)\n\t}\n}\n\n"
    "func TestUses(t *testing.T) {\n\tif made == 0 {\n\t\tt.Error(`nothing was made`)\n\t}\n}"
)


@pytest.mark.parametrize(
    ("more", "named"),
    [
        pytest.param(
            file(
                "var runs int\n\nfunc TestOnce(t *testing.T) {\n\truns++\n\tif runs > 1 {\n\t\tt.Error(runs)\n\t}\n}",
            ),
            "TestOnce",
            marks=pytest.mark.fault("tests-repeat", "a test that passes once in a process"),
        ),
        pytest.param(
            file(
                "func TestFile(t *testing.T) {\n\tplace := filepath.Join(os.TempDir(), `backend-factory-PLACE`)\n"
                "\tif _, err := os.Stat(place); err == nil {\n\t\tt.Error(`there already`)\n\t}\n"
                "\tos.WriteFile(place, nil, 0o600)\n}",
                "os",
                "path/filepath",
            ),
            "TestFile",
            marks=pytest.mark.fault("tests-repeat", "a test that leaves a file behind and stumbles over it"),
        ),
        pytest.param(
            file(
                "var late bool\n\nfunc TestA(t *testing.T) {\n\tif late {\n\t\tt.Error(`too late`)\n\t}\n}\n\n"
                "func TestB(t *testing.T) {\n\tdefer func() { late = true }()\n"
                "\tif _, err := Read(`1`); err != nil {\n\t\tt.Error(err)\n\t}\n}"
            ),
            "TestA",
            marks=pytest.mark.fault("tests-repeat", "a test that fails once another has run"),
        ),
        pytest.param(
            file(
                "var started = time.Now()\n\nfunc TestSoon(t *testing.T) {\n\ttime.Sleep(700 * time.Millisecond)\n"
                "\tif time.Since(started) > time.Second {\n\t\tt.Error(`slow`)\n\t}\n}",
                "time",
            ),
            "TestSoon",
            marks=pytest.mark.fault("tests-repeat", "a test that sleeps, and holds as long as the machine is quick"),
        ),
    ],
)
async def test_flaky_tests_are_found(bench: Bench, more: str, named: str) -> None:
    place = Path(f"/tmp/backend-factory-{bench.place.name}")
    changed = more.replace("backend-factory-PLACE", place.name)
    try:
        result = await examined(bench, tests_repeat.CHECK, {TEST: TESTED, MORE: changed})
    finally:
        (bench.cache / "tmp" / place.name).unlink(missing_ok=True)

    assert result.status == "failed", result
    assert any(finding.rule == "flaky" and named in finding.message for finding in result.findings), result


@pytest.mark.fault("tests-repeat", "a test that passes only after another")
async def test_a_test_that_needs_another_is_found(bench: Bench) -> None:
    subject_tests = {
        TEST: TESTED,
        MORE: ORDERED.replace("func TestUses", "func TestUses").replace("nothing", "nothing"),
    }
    result = await examined(bench, tests_repeat.CHECK, subject_tests)

    assert result.status != "passed", result


@pytest.mark.variant("tests-repeat", "parallel subtests, and state that each test makes anew")
async def test_tests_that_say_the_same_again_pass(bench: Bench) -> None:
    parallel = file(
        "func TestMany(t *testing.T) {\n\tt.Parallel()\n\tfor _, text := range []string{`1`, `2`} {\n"
        "\t\tt.Run(text, func(t *testing.T) {\n"
        "\t\t\tt.Parallel()\n\t\t\tif got, err := Read(text); err != nil || got == 0 {\n\t\t\t\tt.Error(got, err)\n"
        "\t\t\t}\n\t\t})\n\t}\n}"
    )
    result = await examined(bench, tests_repeat.CHECK, {TEST: TESTED, MORE: parallel})

    assert result.status == "passed", result


async def test_packages_of_one_name_are_repeated_too(bench: Bench) -> None:
    other = {"pkg/old/price/price.go": PRICE, "pkg/old/price/price_test.go": TESTED}
    fine = await examined(bench, tests_repeat.CHECK, TESTED, before=other)
    flaky = file("var runs int\n\nfunc TestOnce(t *testing.T) {\n\truns++\n\tif runs > 1 {\n\t\tt.Error(runs)\n\t}\n}")
    wrong = await examined(
        Bench(bench.place / "again", bench.go, bench.cache),
        tests_repeat.CHECK,
        {TEST: TESTED, MORE: flaky},
        before=other,
    )

    assert (fine.status, wrong.status) == ("passed", "failed"), (fine, wrong)
    assert any("TestOnce" in finding.message for finding in wrong.findings)


# ------------------------------------------------------------------ tests-assert

TESTIFY = "github.com/stretchr/testify/"


def in_test(body: str) -> str:
    return "func TestIt(t *testing.T) {\n" + body + "\n}"


@pytest.mark.parametrize(
    "tests",
    [
        pytest.param({TEST: TESTED}, marks=pytest.mark.variant("tests-assert", "plain comparisons")),
        pytest.param(
            {
                TEST: file(
                    in_test("\tgot, err := Read(`1`)\n\trequire.NoError(t, err)\n\tassert.Equal(t, 1, got)"),
                    f"{TESTIFY}assert",
                    f"{TESTIFY}require",
                )
            },
            marks=pytest.mark.variant("tests-assert", "testify's assert and require"),
        ),
        pytest.param(
            {
                TEST: file(
                    "type Prices struct{ suite.Suite }\n\nfunc (s *Prices) SetupTest() {}\n\n"
                    "func (s *Prices) TestRead() {\n\tgot, err := Read(`1`)\n"
                    "\ts.Require().NoError(err)\n\ts.Equal(1, got)\n}\n\n"
                    "func TestPrices(t *testing.T) { suite.Run(t, new(Prices)) }",
                    f"{TESTIFY}suite",
                )
            },
            marks=pytest.mark.variant("tests-assert", "a testify suite"),
        ),
        pytest.param(
            {
                TEST: file(
                    in_test("\tgot, _ := Read(`1`)\n\tif diff := cmp.Diff(1, got); diff != `` {\n\t\tt.Fatal(diff)\n\t}"),
                    "github.com/google/go-cmp/cmp",
                )
            },
            marks=pytest.mark.variant("tests-assert", "go-cmp"),
        ),
        pytest.param(
            {
                TEST: file(in_test("\tgot, err := Read(`1`)\n\tcheck(t, 1, got, err)")),
                "pkg/price/check_test.go": file(
                    "func check(t *testing.T, want, got int, err error) {\n\tt.Helper()\n"
                    "\tif err != nil || want != got {\n\t\tt.Fatal(got, err)\n\t}\n}"
                ),
            },
            marks=pytest.mark.variant("tests-assert", "a helper in another file"),
        ),
        pytest.param(
            {
                TEST: file(in_test("\tgot, _ := Read(`1`)\n\ttestkit.Same(t, 1, got)"), "example.com/shop/pkg/testkit"),
                "pkg/testkit/testkit.go": file(
                    "// Same fails where they differ.\nfunc Same(t testing.TB, want, got int) {\n\tt.Helper()\n"
                    "\tif want != got {\n\t\tt.Error(got)\n\t}\n}",
                    package="testkit",
                ),
            },
            marks=pytest.mark.variant("tests-assert", "a helper in a package of the module"),
        ),
        pytest.param(
            {
                TEST: file(
                    in_test(
                        "\tcases := map[string]func(*testing.T){\n\t\t`reads`: func(t *testing.T) {\n"
                        "\t\t\tif _, err := Read(`1`); err != nil {\n\t\t\t\tt.Fatal(err)\n"
                        "\t\t\t}\n\t\t},\n\t}\n\tfor name, run := range cases {\n\t\tt.Run(name, run)\n\t}"
                    )
                )
            },
            marks=pytest.mark.variant("tests-assert", "a table of functions"),
        ),
        pytest.param({TEST: EXAMPLES}, marks=pytest.mark.variant("tests-assert", "examples with their output")),
        pytest.param({TEST: FUZZED}, marks=pytest.mark.variant("tests-assert", "a fuzz target")),
        pytest.param(
            {
                TEST: file(
                    in_test("\tfirst, _ := Read(`1`)\n\tif again, _ := Read(`1`); again != first {\n\t\tt.Error(again)\n\t}")
                )
            },
            marks=pytest.mark.variant("tests-assert", "calling twice and comparing"),
        ),
    ],
)
async def test_tests_of_every_style_look_at_something(bench: Bench, tests: Files) -> None:
    result = await examined(bench, tests_assert.CHECK, tests)

    assert result.status == "passed", result


@pytest.mark.parametrize(
    ("body", "imports", "rule"),
    [
        pytest.param("", (), "empty", marks=pytest.mark.fault("tests-assert", "an emptied body")),
        pytest.param(
            "\tt.Parallel()\n\t// nothing",
            (),
            "empty",
            marks=pytest.mark.fault("tests-assert", "a body of nothing but t.Parallel"),
        ),
        pytest.param("\t_, _ = Read(`1`)", (), "no-assertion", marks=pytest.mark.fault("tests-assert", "a test that only calls")),
        pytest.param(
            "\tgot, err := Read(`1`)\n\tt.Log(got, err)",
            (),
            "no-assertion",
            marks=pytest.mark.fault("tests-assert", "a test that only logs"),
        ),
        pytest.param(
            "\tgot, _ := Read(`1`)\n\tif false {\n\t\tt.Error(got)\n\t}",
            (),
            "no-assertion",
            marks=pytest.mark.fault("tests-assert", "an assertion below `if false`"),
        ),
        pytest.param(
            "\tgot, _ := Read(`1`)\n\tif got != got {\n\t\tt.Error(got)\n\t}",
            (),
            "no-assertion",
            marks=pytest.mark.fault("tests-assert", "a value compared with itself"),
        ),
        pytest.param(
            "\t_, _ = Read(`1`)\n\tassert.True(t, true)",
            (f"{TESTIFY}assert",),
            "no-assertion",
            marks=pytest.mark.fault("tests-assert", "assert.True(t, true)"),
        ),
        pytest.param(
            "\tgot, _ := Read(`1`)\n\tassert.Equal(t, got, got)",
            (f"{TESTIFY}assert",),
            "cannot-fail",
            marks=pytest.mark.fault("tests-assert", "assert.Equal of a value and itself"),
        ),
        pytest.param(
            "\tgot, _ := Read(`1`)\n\tif diff := cmp.Diff(got, got); diff != `` {\n\t\tt.Error(diff)\n\t}",
            ("github.com/google/go-cmp/cmp",),
            "cannot-fail",
            marks=pytest.mark.fault("tests-assert", "cmp.Diff of a value and itself"),
        ),
        pytest.param(
            "\tgot, _ := Read(`1`)\n\tif !reflect.DeepEqual(got, got) {\n\t\tt.Error(got)\n\t}",
            ("reflect",),
            "cannot-fail",
            marks=pytest.mark.fault("tests-assert", "reflect.DeepEqual of a value and itself"),
        ),
        pytest.param(
            "\tcheck(t, 1)\n}\n\nfunc check(t *testing.T, got int) {\n\tt.Helper()\n\tt.Log(got)",
            (),
            "no-assertion",
            marks=pytest.mark.fault("tests-assert", "a helper that never fails the test"),
        ),
        pytest.param(
            "\tif _, err := Read(`1`); err != nil {\n\t\tt.Error(err)\n\t}\n\tt.Run(`refused`, func(t *testing.T) {\n"
            "\t\t_, _ = Read(`x`)\n\t})",
            (),
            "no-assertion",
            marks=pytest.mark.fault("tests-assert", "a subtest that looks at nothing"),
        ),
        pytest.param(
            "\tgot, _ := Read(`1`)\n\tif got == 1 {\n\t\treturn\n\t\tt.Error(got)\n\t}",
            (),
            "no-assertion",
            marks=pytest.mark.fault("tests-assert", "an assertion after a return"),
        ),
    ],
)
async def test_tests_that_look_at_nothing_are_found(bench: Bench, body: str, imports: tuple[str, ...], rule: str) -> None:
    result = await examined(bench, tests_assert.CHECK, {TEST: file(in_test(body), *imports)})

    assert rule in rules(result), result
    assert all((f.file, f.mends) == (TEST, PhaseId.TEST) and f.line for f in result.findings)


@pytest.mark.fault("tests-assert", "an earlier test whose body was emptied")
async def test_an_earlier_test_that_was_emptied_is_found(bench: Bench) -> None:
    emptied = without(
        '	if got, err := Read("42"); err != nil || got != 42 {\n		t.Errorf("Read: %d, %v", got, err)\n	}\n'
    )
    emptied = emptied[: emptied.index("func TestRead(")] + "func TestRead(t *testing.T) {\n}\n"
    result = await examined(bench, tests_assert.CHECK, {TEST: emptied}, before={TEST: TESTED})

    assert [(f.rule, "TestRead" in f.message) for f in result.findings] == [("empty", True)], result


@pytest.mark.fault("tests-assert", "a helper of earlier tests that was emptied")
async def test_a_helper_that_was_emptied_is_found_in_the_tests_that_lean_on_it(bench: Bench) -> None:
    leaning = file(in_test("\tgot, err := Read(`1`)\n\treport(t, 1, got, err)"))
    result = await examined(
        bench,
        tests_assert.CHECK,
        {"pkg/price/report_test.go": REPORT.replace("t.Fatalf(", "t.Logf(")},
        before={TEST: leaning, "pkg/price/report_test.go": REPORT},
    )

    assert rules(result) == {"no-assertion"}, result


@pytest.mark.variant("tests-assert", "what was wrong before the run is not held against it")
async def test_tests_that_looked_at_nothing_before_are_left_alone(bench: Bench) -> None:
    before = {TEST: file(in_test("\t_, _ = Read(`1`)"))}
    result = await examined(bench, tests_assert.CHECK, {MORE: TESTED}, before=before)

    assert result.status == "passed", result


# ------------------------------------------------------------------ error-paths-covered, changed-lines-covered


@pytest.mark.parametrize(
    "code",
    [
        pytest.param({}, marks=pytest.mark.variant("error-paths-covered", "every error is provoked")),
        pytest.param(
            {"cmd/shop/main.go": MAIN},
            marks=pytest.mark.variant("error-paths-covered", "main ends the program: no test can call it"),
        ),
    ],
)
async def test_tested_error_paths_pass(bench: Bench, code: Files) -> None:
    result = await examined(bench, error_paths_covered.CHECK, code=code)

    assert result.status == "passed", result
    assert result.figures["error_statements_count"] >= 10


REFUSED_READ = (
    '	if _, err := Read("many"); !errors.Is(err, strconv.ErrSyntax) {\n		t.Errorf("Read of a word: %v", err)\n	}\n'
)
SOFT = {"pkg/soft/soft.go": PRICE.replace("package price", "package soft")}
SOFT_TESTS = {TEST: TESTED, "pkg/soft/soft_test.go": TESTED.replace("package price", "package soft")}


@pytest.mark.parametrize(
    ("code", "tests", "rule", "told"),
    [
        pytest.param(
            SOFT,
            {
                **SOFT_TESTS,
                "pkg/soft/soft_test.go": without(REFUSED_READ, '\t"strconv"\n').replace("package price", "package soft"),
            },
            "error-path",
            "read amount",
            marks=pytest.mark.fault("error-paths-covered", "the body of `if err != nil` never runs"),
        ),
        pytest.param(
            SOFT,
            {
                **SOFT_TESTS,
                "pkg/soft/soft_test.go": TESTED.replace("package price", "package soft")
                .replace("[]int{1, -1}", "[]int{1}")
                .replace("!errors.Is(err, ErrN", "errors.Is(err, ErrN"),
            },
            "error-path",
            "ErrNegative",
            marks=pytest.mark.fault("error-paths-covered", "an error that is returned and never provoked"),
        ),
        pytest.param(
            {
                "pkg/soft/soft.go": "package soft\n\n// Close closes.\nfunc Close(close func() error) string {\n"
                "\tif problem := close(); problem == nil {\n"
                '\t\treturn "closed"\n\t} else {\n\t\treturn "open"\n\t}\n}\n'.replace("problem", "err")
            },
            {
                TEST: TESTED,
                "pkg/soft/soft_test.go": file(
                    'func TestClose(t *testing.T) {\n\tif Close(func() error { return nil }) != "closed" {\n'
                    "\t\tt.Error()\n\t}\n}",
                    package="soft",
                ),
            },
            "error-path",
            "open",
            marks=pytest.mark.fault("error-paths-covered", "the `else` of `if err == nil` never runs"),
        ),
        pytest.param(
            {
                CODE: PRICE.replace(
                    "	sum := 0\n", "	sum := 0\n	if len(amounts) > 10 {\n		discount = Most\n	}\n"
                ),
            },
            {TEST: TESTED},
            "business-rule",
            "discount = Most",
            marks=pytest.mark.fault("error-paths-covered", "a rule of the feature that no test tries"),
        ),
        pytest.param(
            {
                "pkg/rules/age.go": "package rules\n\n// Adult tells.\nfunc Adult(age int) bool {\n\tif age >= 18 {\n"
                "\t\treturn true\n\t}\n\treturn false\n}\n"
            },
            {
                TEST: TESTED,
                "pkg/rules/age_test.go": file(
                    "func TestAdult(t *testing.T) {\n\tif Adult(3) {\n\t\tt.Error()\n\t}\n}", package="rules"
                ),
            },
            "business-rule",
            "return true",
            marks=pytest.mark.fault("error-paths-covered", "a rule in a package of rules that no test tries"),
        ),
    ],
)
async def test_untested_error_paths_and_rules_are_found(bench: Bench, code: Files, tests: Files, rule: str, told: str) -> None:
    result = await examined(bench, error_paths_covered.CHECK, tests, code=code)

    assert result.status == "failed", result
    (place,) = {(f.file, f.line) for f in result.findings}
    assert rules(result) == {rule}
    assert told in str({CODE: PRICE, **code}[place[0]]).split("\n")[place[1] - 1]


COMMENTED = PRICE + (
    "\n// Never is not called.\nfunc Never(n int) int {\n\tif n > 0 {\n\t\treturn 1\n\t}\n\treturn 2\n}\n\n"
    "// Big runs.\nfunc Big() int {\n" + "\t// a comment\n\n" * 60 + "\treturn 1\n}\n"
)


@pytest.mark.fault("changed-lines-covered", "comments in code that runs, to outweigh code that does not")
async def test_comments_are_not_counted_as_lines_that_ran(bench: Bench) -> None:
    tests = TESTED + "\nfunc TestBig(t *testing.T) {\n\tif Big() != 1 {\n\t\tt.Error()\n\t}\n}\n"
    result = await examined(bench, changed_lines_covered.CHECK, tests, code={CODE: COMMENTED})

    assert result.status == "failed", result
    assert rules(result) == {"not-covered"}
