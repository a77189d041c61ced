"""Checks that read the diff and the checkout: good work passes, each planted fault is found for the right reason."""

import json
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from subjects import Bench, Files, git, laid_out, only, planned, rules

from backend_factory.domain.assignment import Survey
from backend_factory.domain.deliverable import Implementation, Resource, SourceFile, Validation
from backend_factory.domain.event import Prepared
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.checks import (
    cfn_lint,
    contract_valid,
    design_recorded,
    files_declared,
    lane,
    merge_clean,
    nothing_ignored,
    placeholders,
    release_complete,
    secrets,
    template_planned,
    tests_kept,
)
from backend_factory.gates.judge import judge
from backend_factory.gates.reading import MOST_BYTES
from backend_factory.testing.story import IMPLEMENTATION, PLAN, RELEASE
from backend_factory.workspace.worktree import create
from planting import faults, variants

GO = "package maintenancewindow\n\nfunc Create() error {\n\treturn nil\n}\n"
CODE = "pkg/maintenancewindow/create.go"

# ------------------------------------------------------------------ lane


@pytest.mark.variant("lane", "code and a template, nothing of others")
async def test_files_in_the_lane_pass(bench: Bench) -> None:
    result = await bench.judged(lane.CHECK, PhaseId.IMPLEMENT, after={CODE: GO, "deploy/x/template.yaml": "{}\n"})

    assert (result.status, result.figures) == ("passed", {"changes_count": 2})


@pytest.mark.parametrize(
    ("phase", "path"),
    faults(
        "lane",
        [
            (PhaseId.SUMMARIZE, "docs/requirements.md"),
            (PhaseId.PLAN, CODE),
            (PhaseId.PLAN, "docs/x/design.md/main.go"),
            (PhaseId.IMPLEMENT, "pkg/x/create_test.go"),
            (PhaseId.IMPLEMENT, "pkg/x/testdata/expected.json"),
            (PhaseId.IMPLEMENT, "api/x/openapi.yaml"),
            (PhaseId.IMPLEMENT, ".github/workflows/ci.yml"),
            (PhaseId.IMPLEMENT, ".GitHub/workflows/ci.yml"),
            (PhaseId.IMPLEMENT, "pkg/x/.gitignore"),
            (PhaseId.IMPLEMENT, "pkg/x/.GitAttributes"),
            (PhaseId.IMPLEMENT, "pkg/x/CLAUDE.md"),
            (PhaseId.IMPLEMENT, "pkg/x/agents.MD"),
            (PhaseId.IMPLEMENT, ".backend-factory/lanes.yaml"),
            (PhaseId.TEST, CODE),
            (PhaseId.TEST, "pkg/x/create_test.go/production.go"),
            (PhaseId.TEST, "pkg/x/testdata/.gitignore"),
            (PhaseId.VALIDATE, "docs/x/notes.md"),
            (PhaseId.COMMIT, "deploy/x/template.yaml"),
        ],
        "{0} writes {1}",
    ),
)
async def test_a_file_out_of_the_lane_is_found(bench: Bench, phase: PhaseId, path: str) -> None:
    result = await bench.judged(lane.CHECK, phase, after={path: "x\n"})

    assert result.status == "failed"
    assert {(f.file, f.mends) for f in result.findings} == {(path, phase)}


@pytest.mark.parametrize(
    ("path",),
    faults(
        "lane",
        {
            "a name that reads backwards (right-to-left override)": ("pkg/x/\u202eog.tset.go",),
            "a name with a sign of no width": ("pkg/x/create\u200b.go",),
            "a name with an escape sequence": ("pkg/x/\x1b[2Jcreate.go",),
            "a name with a line break": ("pkg/x/create\n.go",),
        },
    ),
)
async def test_a_name_that_does_not_show_what_it_is_is_found(bench: Bench, path: str) -> None:
    result = await bench.judged(lane.CHECK, PhaseId.IMPLEMENT, after={path: GO})

    assert only(result).rule == "hidden-name"
    assert only(result).message.isprintable()


@pytest.mark.variant("lane", "names with blanks, accents and other scripts")
async def test_names_of_all_languages_are_names(bench: Bench) -> None:
    result = await bench.judged(lane.CHECK, PhaseId.IMPLEMENT, after={"pkg/über uns.go": GO, "pkg/窓.go": GO})

    assert result.status == "passed", result.findings


@pytest.mark.fault("lane", "a test renamed into production code")
async def test_a_test_is_not_turned_into_production_code(bench: Bench) -> None:
    text = "".join(f"// line {n}\n" for n in range(30))
    result = await bench.judged(
        lane.CHECK, PhaseId.IMPLEMENT, before={"pkg/a_test.go": text}, after={"pkg/a_test.go": None, "pkg/a.go": text}
    )

    assert only(result).rule == "out-of-lane"


@pytest.mark.fault("lane", "production code renamed into a test")
async def test_neither_end_of_a_rename_may_be_out_of_the_lane(bench: Bench) -> None:
    text = "".join(f"// line {n}\n" for n in range(30))
    result = await bench.judged(
        lane.CHECK, PhaseId.TEST, before={"pkg/a.go": text}, after={"pkg/a.go": None, "pkg/a_test.go": text}
    )

    found = only(result)
    assert (found.rule, found.seen) == ("out-of-lane", "R 100644")


@pytest.mark.fault("lane", "the developer deletes a test")
async def test_the_deletion_of_another_members_file_is_found(bench: Bench) -> None:
    result = await bench.judged(lane.CHECK, before={"pkg/a_test.go": "package a\n"}, after={"pkg/a_test.go": None})

    assert only(result).seen == "D 000000"


def linked(root: Path) -> None:
    (root / "pkg").mkdir(exist_ok=True)
    (root / "pkg/link.go").symlink_to("/etc/passwd")


def turned_into_a_link(root: Path) -> None:
    (root / "pkg/a.go").unlink()
    (root / "pkg/a.go").symlink_to("../README.md")


def a_submodule(root: Path) -> None:
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},pkg/module")
    (root / "pkg/module").mkdir(parents=True)


@pytest.mark.parametrize(
    ("trick",),
    faults(
        "lane",
        {
            "a new symbolic link that leads out": (linked,),
            "a file that is turned into a symbolic link": (turned_into_a_link,),
            "a submodule": (a_submodule,),
        },
    ),
)
async def test_only_ordinary_files_are_in_a_lane(bench: Bench, trick: Callable[[Path], None]) -> None:
    result = await bench.judged(lane.CHECK, PhaseId.IMPLEMENT, before={"pkg/a.go": "package pkg\n"}, touch=trick)

    assert only(result).rule == "not-a-file"


# ------------------------------------------------------------------ files-declared


def declaring(*paths: str) -> Implementation:
    return IMPLEMENTATION.model_copy(update={"files": tuple(SourceFile(path=path, purpose="x") for path in paths)})


@pytest.mark.variant("files-declared", "go.sum, which the toolchain writes, is not declared")
async def test_what_was_declared_and_written_passes(bench: Bench) -> None:
    result = await bench.judged(files_declared.CHECK, after={CODE: GO, "go.sum": "x\n"}, deliverables=[declaring(CODE)])

    assert result.status == "passed"


@pytest.mark.parametrize(
    ("after", "declared", "rule", "file"),
    faults(
        "files-declared",
        {
            "a file that is written and not declared": (
                {CODE: GO, "pkg/hidden.go": GO},
                (CODE,),
                "not-declared",
                "pkg/hidden.go",
            ),
            "a file that is declared and not written": ({CODE: GO}, (CODE, "pkg/never.go"), "not-written", "pkg/never.go"),
            "a file that is deleted and not declared": ({CODE: GO, "pkg/old.go": None}, (CODE,), "not-declared", "pkg/old.go"),
            "nothing is done, and nothing declared": ({}, (), "nothing-done", ""),
            "only a deletion is declared": ({"pkg/old.go": None}, ("pkg/old.go",), "nothing-done", ""),
        },
    ),
)
async def test_what_differs_from_what_was_declared_is_found(
    bench: Bench, after: Files, declared: tuple[str, ...], rule: str, file: str
) -> None:
    before = {"pkg/old.go": "package old\n"}
    result = await bench.judged(files_declared.CHECK, before=before, after=after, deliverables=[declaring(*declared)])

    assert (only(result).rule, only(result).file) == (rule, file)


@pytest.mark.fault("files-declared", "the deliverable of another phase")
async def test_the_deliverable_of_another_phase_is_not_accepted(bench: Bench) -> None:
    subject = await bench.subject(PhaseId.IMPLEMENT, after={CODE: GO})
    swapped = {**subject.run.deliverables, PhaseId.IMPLEMENT: PLAN}
    other = replace(subject, run=subject.run.model_copy(update={"deliverables": swapped}))

    (result,) = await judge(other, [files_declared.CHECK], lambda *_: None)

    assert only(result).rule == "wrong-kind"


@pytest.mark.fault("files-declared", "no deliverable at all")
async def test_no_deliverable_is_not_passed(bench: Bench) -> None:
    assert (await bench.judged(files_declared.CHECK, without=[Implementation])).status == "unavailable"


# ------------------------------------------------------------------ nothing-ignored


@pytest.mark.variant("nothing-ignored", "ignore rules that swallow other files")
async def test_files_that_no_rule_ignores_pass(bench: Bench) -> None:
    result = await bench.judged(
        nothing_ignored.CHECK,
        PhaseId.IMPLEMENT,
        before={".gitignore": "*.log\n"},
        after={CODE: GO},
        deliverables=[declaring(CODE)],
    )

    assert result.status == "passed"


@pytest.mark.parametrize(
    ("rule_file", "rule", "path"),
    faults(
        "nothing-ignored",
        [
            (".gitignore", "cmd/", "cmd/api/main.go"),
            ("deploy/.gitignore", "*.yaml", "deploy/x/template.yaml"),
            (".gitignore", "*\n!*.md\n!.gitignore", CODE),
        ],
        "{2} under the rule {1!r} of {0}",
    ),
)
async def test_a_declared_file_that_git_ignores_is_found(bench: Bench, rule_file: str, rule: str, path: str) -> None:
    result = await bench.judged(
        nothing_ignored.CHECK,
        PhaseId.IMPLEMENT,
        before={rule_file: f"# ours\n{rule}\n", "README.md": "x\n"},
        touch=lambda root: (root / "seen.md").write_text("x"),
        after={path: GO},
        deliverables=[declaring(path)],
    )

    found = only(result)
    assert (found.rule, found.file, found.mends) == ("ignored", path, PhaseId.IMPLEMENT)
    assert f"{rule_file}:2: {rule.splitlines()[0]}" in found.message


@pytest.mark.fault("nothing-ignored", "an ignored source file that lies in the worktree, declared by nobody")
async def test_a_source_file_that_was_left_in_the_worktree_unsaid_is_found(bench: Bench) -> None:
    subject = await bench.subject(PhaseId.IMPLEMENT, before={".gitignore": "cmd/\nbuild/\n"}, deliverables=[declaring()])
    worktree = await create(subject.repository, bench.place / "worktree", "run-1", "feature/x", subject.commit)
    for path in ("cmd/api/main.go", "build/api"):
        (worktree.folder / path).parent.mkdir(parents=True)
        (worktree.folder / path).write_text(GO)
    prepared = Prepared(at=subject.run.updated, worktree=str(worktree.folder), survey=Survey())
    there = replace(subject, run=subject.run.model_copy(update={"prepared": prepared}))

    (result,) = await judge(there, [nothing_ignored.CHECK], lambda *_: None)

    assert (only(result).rule, only(result).file) == ("ignored", "cmd/api/main.go")


@pytest.mark.fault("nothing-ignored", "a declared path outside the repository")
async def test_a_path_that_git_cannot_judge_is_not_passed(bench: Bench) -> None:
    result = await bench.judged(nothing_ignored.CHECK, PhaseId.IMPLEMENT, deliverables=[declaring("../../outside.go")])

    assert result.status == "unavailable"


# ------------------------------------------------------------------ tests-kept

TESTED = "package a\n\nfunc TestOne(t *testing.T) {}\n\nfunc TestTwo(t *testing.T) {}\n"


@pytest.mark.parametrize(
    ("after",),
    variants(
        "tests-kept",
        {
            "a test is added to a file": ({"pkg/a_test.go": TESTED + "\nfunc TestThree(t *testing.T) {}\n"},),
            "tests move to another file of their package": ({"pkg/a_test.go": None, "pkg/b_test.go": TESTED},),
            "a test file without tests is added": ({"pkg/new_test.go": "package a\n"},),
        },
    ),
)
async def test_tests_that_are_added_or_moved_pass(bench: Bench, after: Files) -> None:
    assert (await bench.judged(tests_kept.CHECK, before={"pkg/a_test.go": TESTED}, after=after)).status == "passed"


@pytest.mark.parametrize(
    ("after", "gone"),
    faults(
        "tests-kept",
        {
            "a test file is deleted": ({"pkg/a_test.go": None}, {"TestOne", "TestTwo"}),
            "a test is renamed so that it no longer runs": ({"pkg/a_test.go": TESTED.replace("TestTwo", "testTwo")}, {"TestTwo"}),
            "tests move to another package": ({"pkg/a_test.go": None, "other/a_test.go": TESTED}, {"TestOne", "TestTwo"}),
        },
    ),
)
async def test_a_test_that_was_removed_is_found(bench: Bench, after: Files, gone: set[str]) -> None:
    result = await bench.judged(tests_kept.CHECK, before={"pkg/a_test.go": TESTED}, after=after)

    assert {(f.rule, f.file, f.message.split()[0]) for f in result.findings} == {("test-removed", "pkg", name) for name in gone}


# ------------------------------------------------------------------ placeholders

CLEAN = """package todo

// Create records a todo; XX is no marker, and a stubborn placement is fine.
func Create() (err error) {
	if err != nil {
		return err
	}
	_ = errors.New
	return nil
}
"""


@pytest.mark.variant(
    "placeholders", "words that contain a marker's letters; TODO in a document; a blank identifier that hides no error"
)
async def test_finished_code_passes(bench: Bench) -> None:
    result = await bench.judged(placeholders.CHECK, after={CODE: CLEAN, "docs/plan.md": "TODO: what comes next\n"})

    assert result.status == "passed", result.findings


@pytest.mark.parametrize(
    ("path", "line", "rule"),
    faults(
        "placeholders",
        [
            (CODE, "// TODO: do it", "marker"),
            (CODE, "// fixme(ada): do it", "marker"),
            (CODE, "if admin { // \u2067 } only admins \u2066", "hidden-character"),
            (CODE, 'return "user\u200b" == name', "hidden-character"),
            (CODE, "x := 1 // todo", "marker"),
            ("deploy/x/template.yaml", "  # todo: alarms", "marker"),
            ("Makefile", "\t@echo FIXME", "marker"),
            (CODE, 'return errors.New("not implemented")', "unimplemented"),
            (CODE, "return events.Response{StatusCode: http.StatusNotImplemented}", "unimplemented"),
            (CODE, "return ErrNotYetImplemented", "unimplemented"),
            (CODE, "// a stub that answers", "placeholder"),
            (CODE, "// returns mock data", "placeholder"),
            (CODE, "// good enough for now", "deferred"),
            (CODE, "// in a real implementation this is stored", "deferred"),
            (CODE, "\t_ = err", "swallowed-error"),
            (CODE, "if err != nil {}", "swallowed-error"),
            (CODE, "if err := f(); err != nil {\n\t}", "swallowed-error"),
            (CODE, "if err != nil {\n\t\t// it does not matter\n\t}", "swallowed-error"),
            (CODE, "panic(err)", "panic"),
            (CODE, 'panic("cannot happen")', "panic"),
            ("pkg/a_test.go", "t.SkipNow()", "skipped-test"),
            ("pkg/a_test.go", 'tb.Skipf("later")', "skipped-test"),
            (CODE, "//line elsewhere.go:9999", "line-directive"),
            (CODE, "x := 1 /*line elsewhere.go:9999:1*/", "line-directive"),
        ],
        "{1!r} in {0}",
    ),
)
async def test_unfinished_code_is_found_where_it_is(bench: Bench, path: str, line: str, rule: str) -> None:
    phase = PhaseId.TEST if path.endswith("_test.go") else PhaseId.IMPLEMENT
    result = await bench.judged(placeholders.CHECK, phase, after={path: f"first line\nsecond line\n{line}\nlast line\n"})

    found = only(result)
    assert (found.rule, found.file, found.line, found.mends) == (rule, path, 3, phase)


@pytest.mark.variant("placeholders", "a test that calls its doubles stubs and dummies")
async def test_a_test_may_call_its_doubles_what_they_are(bench: Bench) -> None:
    doubles = "package shop\n\n// stub answers with mock data, dummy does nothing.\ntype stub struct{}\n"
    result = await bench.judged(placeholders.CHECK, PhaseId.TEST, after={"pkg/shop/shop_test.go": doubles})

    assert result.status == "passed", result


@pytest.mark.variant("placeholders", "a marker that was there before")
async def test_what_was_there_before_is_not_held_against_the_attempt(bench: Bench) -> None:
    before = "package a\n\n// TODO: old\n"
    result = await bench.judged(placeholders.CHECK, before={CODE: before}, after={CODE: before + "\nvar A = 1\n"})

    assert (result.status, result.figures) == ("passed", {"added_lines_count": 2})


@pytest.mark.fault("placeholders", "an error check that loses its body")
async def test_an_old_line_that_a_new_one_leaves_empty_is_found(bench: Bench) -> None:
    before = "package a\n\nif err != nil {\n\treturn err\n}\n"
    after = "package a\n\nif err != nil {\n\t// fine\n}\n"
    result = await bench.judged(placeholders.CHECK, before={CODE: before}, after={CODE: after})

    assert (only(result).rule, only(result).line) == ("swallowed-error", 3)


@pytest.mark.fault("placeholders", "a marker behind bytes that are no text")
async def test_wrong_bytes_do_not_hide_a_marker(bench: Bench) -> None:
    result = await bench.judged(placeholders.CHECK, after={CODE: b"package a\n// \xff\xfe TODO\n"})

    assert (only(result).rule, only(result).line) == ("marker", 2)


# ------------------------------------------------------------------ secrets

KEY = "AKIA" + "Q3EGUZWTBGFZ7KXD"
PRIVATE = "-----BEGIN " + "RSA PRIVATE KEY-----"
PASSWORD = "hunter2" + "Tr0ub4dor"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("something was sent")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)


@pytest.mark.variant("secrets", "names and parameters of secrets, checksums of modules")
@pytest.mark.usefixtures("offline")
async def test_files_without_secrets_pass(bench: Bench) -> None:
    files = {
        CODE: 'package a\n\nvar name = os.Getenv("API_SECRET_NAME")\n',
        "deploy/x/template.yaml": "Parameters:\n  Password: {Type: String, NoEcho: true}\n",
        "go.sum": "github.com/aws/smithy-go v1.28.8 h1:Q2c6Ko6bIgLDvqCxHRZcBbXWPl4SmP8bWYmCgBCu4GM=\n",
    }
    result = await bench.judged(secrets.CHECK, PhaseId.IMPLEMENT, after=files)

    assert result.status == "passed", result.findings


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(
    ("path", "line", "rule"),
    faults(
        "secrets",
        {
            "an access key in Go": (CODE, f'const key = "{KEY}"', "AWS Access Key"),
            "an access key in the template": ("deploy/x/template.yaml", f"  AccessKey: {KEY}", "AWS Access Key"),
            "an access key in parameters": ("deploy/x/parameters.json", json.dumps({"k": KEY}), "AWS Access Key"),
            "an access key behind an allowlisting comment": (
                CODE,
                f'const key = "{KEY}" // pragma: allowlist secret',
                "AWS Access Key",
            ),
            "an access key as an example in the contract": ("api/swagger/openapi.yaml", f"example: {KEY}", "AWS Access Key"),
            "an access key in a file that scanners like to skip (package-lock.json)": (
                "pkg/package-lock.json",
                json.dumps({"k": KEY}),
                "AWS Access Key",
            ),
            "an access key in a file called .png": ("pkg/testdata/logo.png", KEY, "AWS Access Key"),
            "an access key in a go.sum that is none": ("pkg/testdata/go.sum", KEY, "AWS Access Key"),
            "a private key in test data": ("pkg/testdata/id_rsa", PRIVATE, "Private Key"),
            "a password in Go": (CODE, f'const password = "{PASSWORD}"', "Secret Keyword"),
            "a password in the template": ("deploy/x/template.yaml", f'  MasterUserPassword: "{PASSWORD}"', "Secret Keyword"),
            "a password in parameters": ("deploy/x/parameters.json", f'{{"db_password": "{PASSWORD}"}}', "Secret Keyword"),
        },
    ),
)
async def test_a_planted_secret_is_found_where_it_is(bench: Bench, path: str, line: str, rule: str) -> None:
    subject = await bench.subject(PhaseId.IMPLEMENT, after={path: f"{line}\n"})
    (result,) = await judge(subject, [secrets.CHECK], lambda *_: None)

    assert (rule, path, 1) in {(f.rule, f.file, f.line) for f in result.findings}
    assert not any(KEY in finding.message or PASSWORD in finding.message for finding in result.findings)
    assert not list(subject.scratch.iterdir())


@pytest.mark.fault("secrets", "an access key behind bytes that are no text")
async def test_one_wrong_byte_does_not_hide_a_file_full_of_keys(bench: Bench) -> None:
    result = await bench.judged(secrets.CHECK, PhaseId.IMPLEMENT, after={CODE: b"// \xff\xfe\n// \0\n" + KEY.encode() + b"\n"})

    assert (only(result).rule, only(result).line) == ("AWS Access Key", 3)


@pytest.mark.fault("secrets", "a changed file that is gone from the checkout")
@pytest.mark.fault("placeholders", "a changed file that is gone from the checkout")
async def test_a_file_that_is_gone_is_not_passed(bench: Bench) -> None:
    subject = await bench.subject(PhaseId.IMPLEMENT, after={CODE: GO})
    (subject.checkout / CODE).unlink()

    results = await judge(subject, [secrets.CHECK, placeholders.CHECK], lambda *_: None)

    assert {result.status for result in results} == {"unavailable"}


# ------------------------------------------------------------------ design-recorded

DESIGN = (
    "# Design\n\nFR-1 and FR-2 are built on Table, with `github.com/aws/aws-lambda-go`. "
    "The way back: delete the stack; the table is kept.\n"
)


@pytest.mark.variant("design-recorded", "a record of two sentences that names everything")
async def test_a_design_record_that_names_everything_passes(bench: Bench) -> None:
    assert (await bench.judged(design_recorded.CHECK, after={PLAN.layout.design: DESIGN})).status == "passed"


@pytest.mark.parametrize(
    ("content", "rule", "told"),
    faults(
        "design-recorded",
        {
            "a record that names FR-21 and not FR-2": (DESIGN.replace("FR-2", "FR-21"), "not-named", "FR-2"),
            "a record that names TableRole and not Table": (DESIGN.replace("Table,", "TableRole,"), "not-named", "Table"),
            "no record": (None, "unreadable", "is missing"),
            "a record that is no text": (b"\xff\xfe" + DESIGN.encode(), "unreadable", "cannot be read"),
            "a record of megabytes": (DESIGN + "x" * MOST_BYTES, "unreadable", "more than"),
        },
    ),
)
async def test_a_design_record_that_says_too_little_is_found(
    bench: Bench, content: str | bytes | None, rule: str, told: str
) -> None:
    after: Files = {PLAN.layout.design: content} if content else {"other.md": "x\n"}
    found = only(await bench.judged(design_recorded.CHECK, after=after))

    assert (found.rule, found.file, found.mends) == (rule, PLAN.layout.design, PhaseId.PLAN)
    assert told in found.message


@pytest.mark.parametrize(
    ("path",),
    faults(
        "design-recorded",
        [
            ("/etc/hostname",),
            ("../project/README.md",),
            ("docs/\0x",),
        ],
        "a record planned at {0!r}",
    ),
)
async def test_a_plan_cannot_make_a_check_read_what_is_outside_the_checkout(bench: Bench, path: str) -> None:
    result = await bench.judged(design_recorded.CHECK, after={"x.md": "x\n"}, deliverables=[laid_out(design=path)])

    assert only(result).rule == "unreadable"
    assert not bench.kept.texts


# ------------------------------------------------------------------ contract-valid

CONTRACT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Windows", "version": "1"},
    "paths": {
        "/maintenance-windows": {
            "post": {
                "operationId": "createMaintenanceWindow",
                "responses": {"201": {"description": "created"}, "401": {"description": "who are you?"}},
            }
        }
    },
    "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
    "security": [{"token": []}],
}


def contract(**changed: object) -> str:
    return yaml.safe_dump(json.loads(json.dumps({**CONTRACT, **changed})))


def bomb() -> str:
    lines = ['a: &a ["x","x","x","x","x","x","x","x","x"]']
    lines += [f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    return contract() + "\n".join(lines) + "\n"


@pytest.mark.variant("contract-valid", "a contract with nothing but what OpenAPI demands")
async def test_a_contract_as_planned_passes(bench: Bench) -> None:
    result = await bench.judged(contract_valid.CHECK, after={PLAN.layout.contract: contract()})

    assert result.status == "passed", result.findings
    assert PLAN.layout.contract in bench.kept.texts


@pytest.mark.parametrize(
    ("text", "rule", "told"),
    faults(
        "contract-valid",
        {
            "OpenAPI 3.0": (contract(openapi="3.0.3"), "invalid", "not an OpenAPI 3.1"),
            "no title": (contract(info={}), "invalid", "title"),
            "a planned operation that is missing": (contract(paths={}), "routes-differ", "in the contract as None"),
            "another operation id": (contract().replace("createMaintenanceWindow", "other"), "routes-differ", "'other'"),
            "an operation that nobody planned": (
                contract(paths={**CONTRACT["paths"], "/admin": CONTRACT["paths"]["/maintenance-windows"]}),
                "routes-differ",
                "/admin",
            ),
            "an unplanned operation of a rare method (TRACE)": (
                contract(paths={**CONTRACT["paths"], "/admin": {"trace": {"responses": {"200": {"description": "x"}}}}}),
                "routes-differ",
                "TRACE /admin",
            ),
            "an unplanned operation behind a reference": (
                contract(paths={**CONTRACT["paths"], "/admin": {"$ref": "#/components/pathItems/x"}}),
                "routes-differ",
                "$REF /admin",
            ),
            "paths that are a list": (contract(paths=["x"]), "invalid", "not shaped like OpenAPI"),
            "a path that is a list": (contract(paths={"/maintenance-windows": ["x"]}), "invalid", "not shaped like OpenAPI"),
            "a reference to a file of the machine": (
                contract(components={"schemas": {"X": {"$ref": "file:///etc/passwd"}}}),
                "invalid",
                "outside the document",
            ),
            "a reference to a server": (
                contract(components={"schemas": {"X": {"$ref": "http://127.0.0.1:9/x"}}}),
                "invalid",
                "outside the document",
            ),
            "aliases that grow to millions (a YAML bomb)": (bomb(), "unreadable", "alias"),
            "a key that is there twice": (contract() + "openapi: 3.1.0\n", "unreadable", "openapi is there twice"),
            "brackets nested thousands deep": ("[" * 5000, "unreadable", "cannot be read"),
            "a list instead of a document": ("- just a list\n", "invalid", "not an OpenAPI 3.1"),
            "broken YAML": ("\t: {", "unreadable", "cannot be read"),
            "YAML that runs Python": ("!!python/object/apply:os.system [id]", "unreadable", "cannot be read"),
            "a contract of megabytes": (contract() + "#" * MOST_BYTES, "unreadable", "more than"),
        },
    ),
)
async def test_a_contract_that_cannot_stand_is_found(bench: Bench, text: str, rule: str, told: str) -> None:
    result = await bench.judged(contract_valid.CHECK, after={PLAN.layout.contract: text})

    assert result.status == "failed", result
    assert any(f.rule == rule and told in f.message for f in result.findings), result.findings
    assert {(f.file, f.mends) for f in result.findings} == {(PLAN.layout.contract, PhaseId.PLAN)}


@pytest.mark.fault("contract-valid", "no contract")
async def test_a_contract_that_is_not_there_is_found(bench: Bench) -> None:
    assert only(await bench.judged(contract_valid.CHECK, after={"x.md": "x\n"})).rule == "unreadable"


# ------------------------------------------------------------------ template-planned and cfn-lint

TYPES = {
    "Table": "AWS::DynamoDB::Table",
    "Api": "AWS::ApiGatewayV2::Api",
    "Authorizer": "AWS::ApiGatewayV2::Authorizer",
    "Create": "AWS::ApiGatewayV2::Route",
}
TEMPLATE: dict[str, Any] = {
    "AWSTemplateFormatVersion": "2010-09-09",
    "Resources": {
        "Table": {
            "Type": TYPES["Table"],
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
            "Properties": {
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": "key", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "key", "KeyType": "HASH"}],
            },
        },
        "Api": {"Type": TYPES["Api"], "Properties": {"Name": "windows", "ProtocolType": "HTTP"}},
        "Authorizer": {
            "Type": TYPES["Authorizer"],
            "Properties": {
                "ApiId": {"Ref": "Api"},
                "Name": "tokens",
                "AuthorizerType": "JWT",
                "IdentitySource": ["$request.header.Authorization"],
                "JwtConfiguration": {"Issuer": "https://issuer.example", "Audience": ["windows"]},
            },
        },
        "Create": {
            "Type": TYPES["Create"],
            "Properties": {
                "ApiId": {"Ref": "Api"},
                "RouteKey": "POST /maintenance-windows",
                "AuthorizationType": "JWT",
                "AuthorizerId": {"Ref": "Authorizer"},
            },
        },
    },
}
PLANNED = planned(resources=tuple(Resource(logical_id=n, type=t, purpose="x", stateful=False) for n, t in TYPES.items()))


def template(resource: str = "", /, top: dict[str, Any] | None = None, **changed: Any) -> str:
    """The template with members of `resource` (None deletes) or at the `top` otherwise."""
    resources = dict(TEMPLATE["Resources"])
    if resource:
        merged = {**resources.get(resource, {}), **changed}
        resources[resource] = {name: value for name, value in merged.items() if value is not None}
    return json.dumps({**TEMPLATE, "Resources": resources, **(top or {})}, indent=1)


def properties(resource: str, **changed: Any) -> str:
    return template(resource, Properties={**TEMPLATE["Resources"][resource]["Properties"], **changed})


@pytest.mark.variant("template-planned", "a template written as JSON")
async def test_a_template_as_planned_passes(bench: Bench) -> None:
    result = await bench.judged(template_planned.CHECK, after={PLAN.layout.template: template()}, deliverables=[PLANNED])

    assert result.status == "passed", result.findings


@pytest.mark.parametrize(
    ("text", "rule", "told"),
    faults(
        "template-planned",
        {
            "a resource that nobody planned": (template("Bucket", Type="AWS::SQS::Queue"), "resources-differ", "Bucket"),
            "a resource of another type": (template("Table", Type="AWS::DynamoDB::GlobalTable"), "resources-differ", "Table"),
            "a table without DeletionPolicy": (template("Table", DeletionPolicy=None), "data-lost", "Table"),
            "a table whose replacement deletes it": (template("Table", UpdateReplacePolicy="Delete"), "data-lost", "Table"),
            "a resource behind a condition": (template("Table", Condition="Never"), "conditional", "Table"),
            "properties that are a list": (template("Table", Properties=["x"]), "unreadable", "Table"),
            "a macro that rewrites the template": (template(top={"Transform": "AWS::Include"}), "macro", "rewrites the template"),
            "a macro within a resource": (properties("Table", **{"Fn::Transform": {"Name": "M"}}), "macro", "rewrites Table"),
            "a route that was not planned": (properties("Create", RouteKey="GET /admin"), "routes-differ", "GET /admin"),
            "a route whose key is computed": (
                properties("Create", RouteKey={"Fn::Sub": "POST /x"}),
                "routes-differ",
                "not written out",
            ),
            "a route without sign-in": (properties("Create", AuthorizationType="NONE"), "open-route", "Create"),
            "a route without authorizer": (properties("Create", AuthorizerId=None), "open-route", "Create"),
            "a route whose authorizer is no authorizer": (
                properties("Create", AuthorizerId={"Ref": "Api"}),
                "open-route",
                "Create",
            ),
            "an authorizer that is not JWT": (properties("Authorizer", AuthorizerType="REQUEST"), "open-route", "Create"),
            "an API that passes everything to a function, past the routes": (
                properties("Api", Target="arn:aws:lambda:us-east-1:1:function:f"),
                "open-route",
                "Api",
            ),
            "a function URL, past the routes": (
                template("Url", Type="AWS::Lambda::Url", Properties={"AuthType": "NONE"}),
                "open-route",
                "Url",
            ),
            "no resources": ("{}", "unreadable", "Resources"),
            "brackets nested thousands deep": ("[" * 5000, "unreadable", "cannot be read"),
            "a template of megabytes": (template() + " " * MOST_BYTES, "unreadable", "more than"),
        },
    ),
)
async def test_a_template_that_is_not_what_was_planned_is_found(bench: Bench, text: str, rule: str, told: str) -> None:
    result = await bench.judged(template_planned.CHECK, after={PLAN.layout.template: text}, deliverables=[PLANNED])

    assert result.status == "failed", result
    assert any(f.rule == rule and told in f.message for f in result.findings), result.findings
    assert {(f.file, f.mends) for f in result.findings} == {(PLAN.layout.template, PhaseId.IMPLEMENT)}


@pytest.mark.fault("template-planned", "an API that the plan calls stateful and the template does not keep")
async def test_what_the_plan_calls_stateful_is_kept_whatever_its_type(bench: Bench) -> None:
    stateful = planned(
        resources=tuple(r.model_copy(update={"stateful": True}) for r in PLANNED.resources[:2]) + PLANNED.resources[2:]
    )
    result = await bench.judged(template_planned.CHECK, after={PLAN.layout.template: template()}, deliverables=[stateful])

    assert (only(result).rule, "Api" in only(result).message) == ("data-lost", True)


@pytest.mark.variant("cfn-lint", "a template written as JSON")
async def test_a_valid_template_passes_cfn_lint(bench: Bench) -> None:
    result = await bench.judged(cfn_lint.CHECK, after={PLAN.layout.template: template()})

    assert result.status == "passed", result.findings


@pytest.mark.parametrize(
    ("text", "rule"),
    faults(
        "cfn-lint",
        {
            "a reference to nothing": (properties("Table", KeySchema={"Ref": "Nowhere"}), "E1020"),
            "a resource type that does not exist": (template("Table", Type="AWS::DynamoDB::Tabel"), "E3006"),
            "broken YAML": ("Resources: {", "E0000"),
            "a template that switches rules off": (
                template(top={"Metadata": {"cfn-lint": {"config": {"ignore_checks": ["E", "W"]}}}}),
                "switched-off",
            ),
            "a resource that switches rules off": (
                template("Table", Metadata={"cfn-lint": {"config": {"ignore_checks": ["E3006"]}}}),
                "switched-off",
            ),
        },
    ),
)
async def test_an_invalid_template_does_not_pass_cfn_lint(bench: Bench, text: str, rule: str) -> None:
    result = await bench.judged(cfn_lint.CHECK, after={PLAN.layout.template: text})

    assert rule in rules(result), result
    assert {(f.file, f.mends) for f in result.findings} == {(PLAN.layout.template, PhaseId.IMPLEMENT)}


@pytest.mark.fault("cfn-lint", "a configuration file that switches rules off")
async def test_a_file_beside_the_template_cannot_switch_cfn_lint_off(bench: Bench) -> None:
    broken = template("Table", Type="AWS::DynamoDB::Tabel")
    configured = {".cfnlintrc": "ignore_checks: [E, W]\n", ".cfnlintrc.yaml": "ignore_checks: [E, W]\n"}
    result = await bench.judged(cfn_lint.CHECK, after={PLAN.layout.template: broken, **configured})

    assert "E3006" in rules(result)


@pytest.mark.fault("cfn-lint", "no template")
@pytest.mark.fault("template-planned", "no template")
async def test_a_template_that_is_not_there_is_found_by_each_who_reads_it(bench: Bench) -> None:
    subject = await bench.subject(PhaseId.IMPLEMENT, after={CODE: GO})

    linted, compared = await judge(subject, [cfn_lint.CHECK, template_planned.CHECK], lambda *_: None)

    assert (only(linted).rule, only(compared).rule) == ("missing", "unreadable")


# ------------------------------------------------------------------ release-complete

ALARMED = planned(resources=(Resource(logical_id="Errors", type="AWS::CloudWatch::Alarm", purpose="x"),))
RELEASED: dict[str, str | bytes | None] = {
    PLAN.layout.notes: "# Release\n\nFR-1, FR-2\n",
    PLAN.layout.runbook: "# Runbook\n\nErrors: roll back\n",
    PLAN.layout.parameters: json.dumps([{"ParameterKey": "Stage", "ParameterValue": "demo"}]),
    PLAN.layout.template: json.dumps({"Parameters": {"Stage": {"Type": "String"}}, "Resources": {}}),
}


@pytest.mark.variant("release-complete", "notes and runbook of a line each")
async def test_a_whole_release_passes(bench: Bench) -> None:
    result = await bench.judged(release_complete.CHECK, after=RELEASED, deliverables=[ALARMED])

    assert result.status == "passed", result.findings


@pytest.mark.parametrize(
    ("changed", "rule", "file"),
    faults(
        "release-complete",
        {
            "notes that name FR-22 and not FR-2": ({PLAN.layout.notes: "FR-1 and FR-22\n"}, "not-named", PLAN.layout.notes),
            "empty notes": ({PLAN.layout.notes: " \n"}, "missing", PLAN.layout.notes),
            "a runbook that names no alarm of ours": (
                {PLAN.layout.runbook: "ErrorsOfOthers\n"},
                "not-named",
                PLAN.layout.runbook,
            ),
            "a runbook that is no text": ({PLAN.layout.runbook: b"\xff Errors"}, "missing", PLAN.layout.runbook),
            "broken parameters": ({PLAN.layout.parameters: "{"}, "unreadable", PLAN.layout.parameters),
            "parameters that are no list": ({PLAN.layout.parameters: '{"Stage": "demo"}'}, "unreadable", PLAN.layout.parameters),
            "a parameter that the template does not know": (
                {
                    PLAN.layout.parameters: '[{"ParameterKey": "Stage", "ParameterValue": "demo"}, '
                    '{"ParameterKey": "Sage", "ParameterValue": "x"}]'
                },
                "unknown-parameter",
                PLAN.layout.parameters,
            ),
            "a template that cannot be read": ({PLAN.layout.template: "{}"}, "unreadable", PLAN.layout.parameters),
        },
    ),
)
async def test_a_hole_in_the_releases_documents_is_found(bench: Bench, changed: Files, rule: str, file: str) -> None:
    result = await bench.judged(release_complete.CHECK, after={**RELEASED, **changed}, deliverables=[ALARMED])

    assert (only(result).rule, only(result).file, only(result).mends) == (rule, file, PhaseId.COMMIT)


@pytest.mark.parametrize(
    ("changed", "rule"),
    faults(
        "release-complete",
        {
            "no smoke test": ({"smoke": ()}, "no-smoke"),
            "a smoke test that is no scenario": ({"smoke": ("S-9",)}, "unknown-scenario"),
            "an empty way back": ({"rollback": ("",)}, "no-rollback"),
        },
    ),
)
async def test_a_hole_in_the_release_is_found(bench: Bench, changed: dict[str, object], rule: str) -> None:
    deliverables = [ALARMED, RELEASE.model_copy(update=changed)]

    assert only(await bench.judged(release_complete.CHECK, after=RELEASED, deliverables=deliverables)).rule == rule


@pytest.mark.fault("release-complete", "no scenarios to smoke with")
async def test_a_release_whose_scenarios_are_missing_is_not_passed(bench: Bench) -> None:
    assert (await bench.judged(release_complete.CHECK, after=RELEASED, without=[Validation])).status == "unavailable"


# ------------------------------------------------------------------ merge-clean


@pytest.mark.parametrize(
    ("moves",),
    variants(
        "merge-clean",
        {
            "the base branch as it was": (None,),
            "the base branch moved elsewhere": ({"OTHER.md": "x\n"},),
        },
    ),
)
async def test_work_that_merges_passes_and_says_whether_the_base_moved(bench: Bench, moves: Files | None) -> None:
    result = await bench.judged(merge_clean.CHECK, after={CODE: GO}, base_moves=moves)

    assert (result.status, result.figures) == ("passed", {"base_moved": float(bool(moves))})


@pytest.mark.parametrize(
    ("moves",),
    faults(
        "merge-clean",
        {
            "somebody else adds the same file otherwise": ({CODE: GO + "// theirs\n"},),
            "somebody else deletes a file that was changed": ({"README.md": None},),
        },
    ),
)
async def test_work_that_conflicts_with_the_base_branch_is_found(bench: Bench, moves: Files) -> None:
    after = {CODE: GO, "README.md": "# Project, ours\n"}
    result = await bench.judged(merge_clean.CHECK, after=after, base_moves=moves)

    assert (only(result).rule, only(result).file) == ("conflict", next(iter(moves)))


@pytest.mark.fault("merge-clean", "the base branch is gone")
async def test_a_base_branch_that_is_gone_is_not_passed(bench: Bench) -> None:
    subject = await bench.subject(PhaseId.COMMIT, after={CODE: GO})
    root = Path(subject.run.requested.repository)
    git(root, "switch", "--quiet", "--detach")
    git(root, "branch", "--quiet", "-D", "main")

    (result,) = await judge(subject, [merge_clean.CHECK], lambda *_: None)

    assert result.status == "unavailable"
    assert "main" in result.summary
