"""What is known of modules, and what was wrong before the run."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from subjects import Bench, Files, only, rules

from backend_factory.domain.assignment import Survey
from backend_factory.domain.gate import CheckResult
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.checks import code_rules, go_vet, known_vulnerabilities, licences, static_analysis
from backend_factory.gates.judge import judge

pytestmark = pytest.mark.go

PROBE = Path(__file__).parents[2] / "delivery" / "stack" / "fixtures" / "probe"
MODULE: Files = {"go.mod": "module example.com/shop\n\ngo 1.26\n"}
LAMBDA = "github.com/aws/aws-lambda-go"
MAIN = f"""package main

import "{LAMBDA}/lambda"

func main() {{
	lambda.Start(func() error {{ return nil }})
}}
"""


def linking(*lines: str, main: str = MAIN) -> Files:
    """A program that links Lambda's runtime loop, of the version that features use."""
    return {
        "go.mod": "module example.com/shop\n\ngo 1.26\n\nrequire github.com/aws/aws-lambda-go v1.55.1\n\n" + "\n".join(lines),
        "go.sum": "\n".join(line for line in (PROBE / "go.sum").read_text().splitlines() if LAMBDA in line) + "\n",
        "main.go": main,
    }


# ------------------------------------------------------------------ known-vulnerabilities


def database(root: Path, symbols: Mapping[str, str]) -> str:
    """A database in Go's format, with one vulnerability of the package's symbol for each id; its address."""
    at = "2026-01-01T00:00:00Z"
    entries = [{"id": name, "modified": at, "fixed": "9.0.0"} for name in symbols]
    written: dict[str, object] = {
        "index/db.json": {"modified": at},
        "index/modules.json": [{"path": LAMBDA, "vulns": entries}],
        "index/vulns.json": [{"id": name, "modified": at} for name in symbols],
    }
    for name, symbol in symbols.items():
        ranges = [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "9.0.0"}]}]
        imports = {"imports": [{"path": f"{LAMBDA}/lambda", "symbols": [symbol]}]}
        package = {"name": LAMBDA, "ecosystem": "Go"}
        affected = [{"package": package, "ranges": ranges, "ecosystem_specific": imports}]
        times = {"modified": at, "published": at}
        written[f"ID/{name}.json"] = {
            "schema_version": "1.3.1",
            "id": name,
            **times,
            "summary": "s",
            "details": "d",
            "affected": affected,
        }
    for name, content in written.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(json.dumps(content), encoding="utf-8")
    return root.as_uri()


async def scanned(bench: Bench, monkeypatch: pytest.MonkeyPatch, address: str) -> CheckResult:
    monkeypatch.setenv("BACKEND_FACTORY_VULNERABILITY_DATABASE", address)
    return await bench.judged(known_vulnerabilities.CHECK, after=linking())


@pytest.mark.fault("known-vulnerabilities", "a call of a function that is known to be vulnerable")
async def test_a_vulnerable_function_that_is_called_is_found(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = await scanned(bench, monkeypatch, database(tmp_path / "db", {"GO-2026-0001": "Start"}))

    finding = only(result)
    assert (finding.rule, finding.file, finding.line) == ("GO-2026-0001", "main.go", 6)
    assert (finding.seen, finding.expected, finding.mends) == (f"{LAMBDA} v1.55.1", "v9.0.0", PhaseId.PLAN)


@pytest.mark.variant("known-vulnerabilities", "a vulnerable function in a linked module, which nothing calls")
async def test_a_vulnerable_function_that_nothing_calls_is_counted(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = await scanned(bench, monkeypatch, database(tmp_path / "db", {"GO-2026-0002": "NewHandler"}))

    assert (result.status, result.findings) == ("passed", ())
    assert "1 in modules" in result.summary


@pytest.mark.parametrize("address", ["https://127.0.0.1:9/", "file:///nowhere", "http://example.com", "/var/db"])
async def test_a_database_that_cannot_be_read_is_not_passed(bench: Bench, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    assert (await scanned(bench, monkeypatch, address)).status == "unavailable"


async def test_without_a_database_the_check_is_left_out(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BACKEND_FACTORY_VULNERABILITY_DATABASE", raising=False)

    result = await bench.judged(known_vulnerabilities.CHECK, after=MODULE)

    assert (result.status, "no vulnerability database" in result.summary) == ("left-out", True)


# ------------------------------------------------------------------ licences

APACHE = "Apache License\nVersion 2.0, January 2004\nhttp://www.apache.org/licenses/"
MIT = "MIT License\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this software"
OTHERS: Files = {
    "other/go.mod": "module example.org/other\n\ngo 1.26\n",
    "other/other.go": "package other\n\nconst Answer = 42\n",
}
USING = 'package main\n\nimport "example.org/other"\n\nfunc main() { println(other.Answer) }\n'
REPLACED: Files = {
    "go.mod": "module example.com/shop\n\ngo 1.26\n\nrequire example.org/other v1.0.0\n\nreplace example.org/other => ./other\n",
    "main.go": USING,
    **OTHERS,
}


async def licensed(bench: Bench, files: Files, survey: Survey | None = None) -> CheckResult:
    return await bench.judged(licences.CHECK, after={**REPLACED, **files}, survey=survey)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, marks=pytest.mark.fault("licences", "a linked module without a licence"), id="none"),
        pytest.param(
            {"other/LICENSE": "GNU Affero General Public License\nVersion 3"},
            marks=pytest.mark.fault("licences", "a linked module under a licence that asks for the service's source"),
            id="agpl",
        ),
        pytest.param(
            {"other/LICENSE": f'{APACHE}\n\n"Commons Clause" License Condition v1.0'},
            marks=pytest.mark.fault("licences", "a permissive licence with a clause that takes it back"),
            id="commons-clause",
        ),
        pytest.param(
            {"other/LICENSE": MIT, "other/LICENSE-DATA": "Creative Commons Attribution-NonCommercial 4.0"},
            marks=pytest.mark.fault("licences", "a second licence file that forbids commercial use"),
            id="second",
        ),
        pytest.param(
            {"other/LICENSE": "All rights reserved."},
            marks=pytest.mark.fault("licences", "a licence that is unknown"),
            id="unknown",
        ),
    ],
)
async def test_a_module_without_a_permissive_licence_is_found(bench: Bench, files: Files) -> None:
    finding = only(await licensed(bench, files))

    assert (finding.rule, finding.mends) == ("licence-not-allowed", PhaseId.PLAN)
    assert "example.org/other" in finding.message


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            {"other/LICENSE.md": f"# {MIT}"}, marks=pytest.mark.variant("licences", "the MIT licence in Markdown"), id="mit"
        ),
        pytest.param(
            {"other/COPYING": APACHE}, marks=pytest.mark.variant("licences", "the Apache licence in COPYING"), id="apache"
        ),
    ],
)
async def test_a_module_with_a_permissive_licence_passes(bench: Bench, files: Files) -> None:
    assert (await licensed(bench, files)).status == "passed"


async def test_what_the_repository_linked_before_is_not_asked_about(bench: Bench) -> None:
    assert (await licensed(bench, {}, Survey(requires={"example.org/other": "v1.0.0"}))).status == "passed"


async def test_licences_of_the_platforms_modules_are_read_from_the_module_cache(bench: Bench) -> None:
    result = await bench.judged(licences.CHECK, after=linking())

    assert (result.status, result.summary) == ("passed", "1 modules: Apache-2.0")


# ------------------------------------------------------------------ what was there before

BAD = 'package shop\n\nimport "os"\n\n// Forget removes the file.\nfunc Forget(path string) {\n\tos.Remove(path)\n}\n'


async def test_what_the_run_found_is_not_held_against_it(bench: Bench) -> None:
    before = {**MODULE, "shop.go": BAD}
    after = {"shop.go": BAD.replace("// Forget", "// Version is one.\nconst Version = 1\n\n// Forget")}

    assert (await bench.judged(code_rules.CHECK, before=before, after=after)).status == "passed"


@pytest.mark.fault("code-rules", "a second error that is ignored, in a file that had one before")
async def test_what_the_run_adds_to_a_file_with_older_faults_is_found(bench: Bench) -> None:
    after = {"shop.go": BAD + "\n// Lose removes another.\nfunc Lose(path string) {\n\tos.Remove(path + path)\n}\n"}

    assert only(await bench.judged(code_rules.CHECK, before={**MODULE, "shop.go": BAD}, after=after)).rule == "ignored-errors"


@pytest.mark.fault("static-analysis", "a value that a test never uses")
async def test_a_fault_in_a_test_goes_to_the_test_engineer(bench: Bench) -> None:
    test = """package shop

import (
	"strconv"
	"testing"
)

func TestForget(t *testing.T) {
	n, err := strconv.Atoi("1")
	n, err = strconv.Atoi("2")
	if err != nil || n != 2 {
		t.Fatal(n, err)
	}
}
"""
    earlier = {**MODULE, "shop.go": BAD}
    result = await bench.judged(static_analysis.CHECK, PhaseId.TEST, earlier=earlier, after={"shop_test.go": test})

    assert {(finding.rule, finding.file, finding.mends) for finding in result.findings} == {
        ("SA4006", "shop_test.go", PhaseId.TEST)
    }


async def test_code_that_cannot_be_analysed_has_not_passed(bench: Bench) -> None:
    subject = await bench.subject(PhaseId.IMPLEMENT, after={**MODULE, "shop.go": "package shop\n\nvar x = Missing\n"})

    results = await judge(subject, [go_vet.CHECK, code_rules.CHECK], lambda *_: None)

    assert [result.status for result in results] == ["failed", "unavailable"]
    assert rules(results[0]) == {"vet"}
