"""Tricks to get past a lane: by names, modes, links, repositories inside, and what Go's tools make of files."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from subjects import Bench, Files, git, only, rules

from backend_factory.domain.assignment import Lane
from backend_factory.domain.gate import CheckResult
from backend_factory.domain.phase import PhaseId
from backend_factory.gates.build_reach import embedded, ignored_folders
from backend_factory.gates.checks import lane
from backend_factory.gates.judge import judge
from backend_factory.gates.odd_names import disguise
from backend_factory.team.lanes import LANES, TESTS
from backend_factory.workspace.changes import diff
from backend_factory.workspace.commit import commit
from backend_factory.workspace.repository import open_repository
from backend_factory.workspace.worktree import create, reset
from backend_factory.workspace.writing import PathRefused
from planting import faults, variants

GO = "package a\n\nfunc A() error {\n\treturn nil\n}\n"
TEST = 'package a\n\nimport "testing"\n\nfunc TestA(t *testing.T) {}\n'
MODULE = "module example.com/a\n\ngo 1.26\n"

Trick = Callable[[Path], None]


async def judged(bench: Bench, phase: PhaseId = PhaseId.IMPLEMENT, **wanted: object) -> CheckResult:
    return await bench.judged(lane.CHECK, phase, **wanted)


def staged(path: str, mode: str = "100644") -> Trick:
    """Straight into git's index, past what git would refuse in a folder."""

    def trick(root: Path) -> None:
        blob = git(root, "hash-object", "-w", "README.md")
        lax = ("-c", "core.protectNTFS=false", "-c", "core.protectHFS=false")
        git(root, *lax, "update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}")
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes((root / "README.md").read_bytes())

    return trick


# ------------------------------------------------------------------ names


@pytest.mark.parametrize(
    ("path",),
    faults(
        "lane",
        {
            "git's folder in letters of full width": ("pkg/．git/config",),
            "a short name of .gitmodules (NTFS)": ("GITMOD~1",),
            "a short name of .github with an ending": ("pkg/GITHUB~1.YML",),
            "a name with a stream (NTFS)": ("pkg/a.go:hidden",),
            "a name with a dot after it": ("pkg/a.go.",),
            "a folder with a blank after it": ("pkg /a.go",),
            "a name with a backslash": ("pkg/a\\..\\b.go",),
            "the name of a device": ("pkg/aux.go",),
        },
    ),
)
async def test_a_name_that_is_another_elsewhere_is_found(bench: Bench, path: str) -> None:
    result = await judged(bench, after={path: GO})

    assert "disguised-name" in rules(result)


@pytest.mark.parametrize(
    ("path", "rule"),
    faults(
        "lane",
        {
            "git's folder with a sign that HFS leaves out": (".g\u200cit/hooks/pre-commit", "hidden-name"),
            "git's folder behind a sign that HFS leaves out": ("pkg/\ufeff.git/config", "hidden-name"),
            "attributes with a dot after them": ("pkg/.gitattributes.", "out-of-lane"),
            "orders to agents with a blank after them": ("CLAUDE.md ", "out-of-lane"),
            "orders to agents in letters of full width": ("ＡＧＥＮＴＳ.md", "out-of-lane"),
            "CI with a stream": (".github::$INDEX_ALLOCATION/workflows/ci.yml", "out-of-lane"),
            "CI in mixed case, deeper down": ("pkg/.GitHub/workflows/ci.yml", "out-of-lane"),
            "a workspace of Go below the root": ("pkg/go.work", "out-of-lane"),
            "settings of the static analysis": ("pkg/staticcheck.conf", "out-of-lane"),
            "an editor's tasks": (".vscode/tasks.json", "out-of-lane"),
            "where git finds large files": (".lfsconfig", "out-of-lane"),
        },
    ),
)
async def test_what_is_nobodys_is_found_under_other_spellings(bench: Bench, path: str, rule: str) -> None:
    result = await judged(bench, after={path: GO})

    assert rule in rules(result)


@pytest.mark.parametrize(("path",), faults("lane", [("git~1/hooks/pre-commit",), ("pkg/GIT~2/config",)], "{0} in the commit"))
async def test_gits_folder_by_its_short_name_is_found(bench: Bench, path: str) -> None:
    # `git add` would refuse it; the commit has it all the same.
    def trick(root: Path) -> None:
        git(root, "config", "core.protectNTFS", "false")
        staged(path)(root)

    result = await judged(bench, touch=trick)

    assert "disguised-name" in rules(result)


@pytest.mark.fault("lane", "a name with bytes that are no text")
async def test_a_name_that_is_no_text_is_found(bench: Bench) -> None:
    def trick(root: Path) -> None:
        Path(os.fsdecode(os.fsencode(root) + b"/\xff.go")).write_text(GO)

    assert only(await judged(bench, touch=trick)).rule == "disguised-name"


@pytest.mark.fault("lane", "a test under the name of another in other letters")
async def test_two_names_of_one_file_are_found(bench: Bench) -> None:
    result = await judged(bench, PhaseId.TEST, before={"pkg/a_test.go": TEST}, after={"pkg/A_test.go": TEST})

    assert (only(result).rule, only(result).file) == ("same-name", "pkg/A_test.go")


@pytest.mark.fault("lane", "a file under the name of another in another composition")
async def test_two_compositions_of_one_name_are_found(bench: Bench) -> None:
    result = await judged(bench, before={"pkg/\u00fcber.go": GO}, after={"pkg/u\u0308ber.go": GO})

    assert only(result).rule == "same-name"


@pytest.mark.parametrize(
    ("path",),
    variants(
        "lane",
        [("pkg/com10.go",), ("pkg/console/aux_table.go",), ("pkg/.hidden.go",), ("cmd/git/main.go",), ("pkg/vendors/a.go",)],
        "the name {0}",
    ),
)
async def test_names_that_only_look_odd_pass(bench: Bench, path: str) -> None:
    result = await judged(bench, after={path: GO})

    assert result.status == "passed", result.findings


@pytest.mark.variant("lane", "letters of another case that were there before")
async def test_two_names_that_were_there_before_are_nobodys_doing(bench: Bench) -> None:
    result = await judged(bench, before={"docs/a.md": "a", "docs/A.md": "A"}, after={"pkg/a.go": GO})

    assert result.status == "passed", result.findings


@pytest.mark.parametrize("path", ["pkg/a.go", "pkg/über uns.go", "docs/x/design.md", "pkg/a~b.go", "deploy/x/template.yaml"])
def test_honest_names_are_not_disguised(path: str) -> None:
    assert disguise(path) == ""


# ------------------------------------------------------------------ modes and links


def executable(root: Path) -> None:
    (root / "pkg/a.go").chmod(0o755)


def a_program(root: Path) -> None:
    (root / "pkg/tool").write_bytes(b"\x7fELF\x02\x01\x01")
    (root / "pkg/tool").chmod(0o755)


def a_submodule_taken_out(root: Path) -> None:
    git(root, "rm", "--quiet", "--cached", "third")


def another_commit_of_a_submodule(root: Path) -> None:
    git(root, "update-index", "--cacheinfo", f"160000,{'2' * 40},third")


def a_repository_inside(root: Path) -> None:
    inner = root / "pkg/inner"
    inner.mkdir(parents=True)
    git(inner, "init", "--quiet")
    (inner / "a.go").write_text(GO)
    git(inner, "add", "a.go")
    git(inner, "commit", "--quiet", "--message", "hidden")


@pytest.mark.parametrize(
    ("trick", "rule"),
    faults(
        "lane",
        {
            "source that is made executable": (executable, "executable"),
            "a program": (a_program, "executable"),
            "a repository inside, whose files nobody sees": (a_repository_inside, "not-a-file"),
        },
    ),
)
async def test_modes_are_those_of_source(bench: Bench, trick: Trick, rule: str) -> None:
    assert only(await judged(bench, before={"pkg/a.go": GO}, touch=trick)).rule == rule


@pytest.mark.parametrize(
    ("trick",),
    faults(
        "lane",
        {"a submodule is taken out": (a_submodule_taken_out,), "a submodule is moved": (another_commit_of_a_submodule,)},
    ),
)
async def test_submodules_stay_as_they_are(bench: Bench, trick: Trick) -> None:
    def with_submodule(root: Path) -> None:
        (root / "third").mkdir(exist_ok=True)
        git(root, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},third")
        git(root, "commit", "--quiet", "--message", "before")
        trick(root)

    subject = await bench.subject(PhaseId.IMPLEMENT, touch=with_submodule)
    before = await subject.repository.git.line("rev-parse", f"{subject.commit}^")
    changes = await diff(subject.repository.git, before, subject.commit)
    moved = replace(subject, parent=before, changes=changes)
    (result,) = await judge(moved, [lane.CHECK], lambda *_: None)
    assert "not-a-file" in rules(result)


@pytest.mark.variant("lane", "a script that can be started")
async def test_a_script_may_be_executable(bench: Bench) -> None:
    def script(root: Path) -> None:
        (root / "scripts").mkdir()
        (root / "scripts/local.sh").write_text("#!/bin/sh\nset -e\n")
        (root / "scripts/local.sh").chmod(0o755)

    result = await judged(bench, touch=script)

    assert result.status == "passed", result.findings


@pytest.mark.fault("lane", "a test is written through a hard link to it")
async def test_a_hard_link_to_another_members_file_is_found_where_it_leads(bench: Bench) -> None:
    def trick(root: Path) -> None:
        os.link(root / "pkg/a_test.go", root / "pkg/b.go")
        (root / "pkg/b.go").write_text(GO)

    result = await judged(bench, before={"pkg/a_test.go": TEST}, touch=trick)

    assert {(f.rule, f.file) for f in result.findings} == {("out-of-lane", "pkg/a_test.go")}


@pytest.mark.fault("lane", "CI is written through a link to its folder")
async def test_writing_through_a_link_is_found_where_it_leads(bench: Bench) -> None:
    def trick(root: Path) -> None:
        (root / ".github/workflows").mkdir(parents=True)
        (root / "docs").symlink_to(".github")
        git(root, "add", "--all")
        git(root, "commit", "--quiet", "--message", "a link that was there before")
        (root / "docs/workflows/release.md").write_text("steps:\n")

    result = await judged(bench, PhaseId.COMMIT, touch=trick)

    assert ".github/workflows/release.md" in {finding.file for finding in result.findings}


async def test_what_a_hard_link_leads_to_outside_is_not_changed_when_the_work_is_put_back(tmp_path: Path, bench: Bench) -> None:
    subject = await bench.subject()
    outside = tmp_path / "outside.txt"
    outside.write_text("mine")
    worktree = await create(
        await open_repository(subject.repository.root, "main"), tmp_path / "tree", "run-2", "feature/x", subject.base
    )
    (worktree.folder / "README.md").unlink()
    os.link(outside, worktree.folder / "README.md")

    await reset(worktree, subject.base)

    assert outside.read_text() == "mine"
    assert (worktree.folder / "README.md").read_text() == "# Project\n"


@pytest.mark.parametrize(
    "path", [".claude/settings.local.json", "pkg/a/zz_generated.go", "go.work", "vendor/modules.txt", "bin/tool"]
)
async def test_ignored_files_reach_neither_the_judged_checkout_nor_the_next_member(
    tmp_path: Path, bench: Bench, path: str
) -> None:
    ignoring = ".claude/\n*_generated.go\ngo.work\nvendor/\nbin/\n"
    subject = await bench.subject(before={".gitignore": ignoring}, touch=lambda root: _write(root / path))
    assert not (subject.checkout / path).exists()
    repository = await open_repository(subject.repository.root, "main")
    worktree = await create(repository, tmp_path / "tree", "run-2", "feature/x", subject.base)
    _write(worktree.folder / path)

    await reset(worktree, subject.base)

    assert not (worktree.folder / path).exists()


def _write(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(GO)


@pytest.mark.parametrize("path", [".GIT/hooks/pre-commit", "pkg/.Git/config", "pkg/.git./config", "git~1/hooks/x", "pkg/.GIT"])
async def test_gits_own_files_in_another_spelling_are_refused_before_there_is_a_commit(
    tmp_path: Path, bench: Bench, path: str
) -> None:
    subject = await bench.subject()
    repository = await open_repository(subject.repository.root, "main")
    worktree = await create(repository, tmp_path / "tree", "run-2", "feature/x", subject.base)
    (worktree.folder / path).parent.mkdir(parents=True, exist_ok=True)
    (worktree.folder / path).write_text("[core]\n\tfsmonitor = touch /tmp/owned\n")

    with pytest.raises(PathRefused, match="git's own files"):
        await commit(worktree, "feat: x", {}, datetime(2026, 11, 22, tzinfo=UTC), subject.base)


# ------------------------------------------------------------------ what Go's tools make of it


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    faults(
        "lane",
        {
            "a module inside takes packages out of build and tests": (
                {"pkg/a/a.go": GO},
                {"pkg/a/go.mod": MODULE},
                "module-border",
            ),
            "a module inside is taken away": ({"tools/go.mod": MODULE}, {"tools/go.mod": None}, "module-border"),
            "go.mod keeps a folder out of the build": (
                {"go.mod": MODULE},
                {"go.mod": f"{MODULE}\nignore ./pkg/old\n"},
                "hidden-folder",
            ),
            "go.mod keeps folders out of the build, in a block": (
                {"go.mod": f"{MODULE}\nignore (\n\t./web\n)\n"},
                {"go.mod": f"{MODULE}\nignore (\n\t./web\n\tpkg/old // slow\n)\n"},
                "hidden-folder",
            ),
            "a dependency's code is changed": ({}, {"vendor/github.com/x/y/y.go": "package y\n"}, "vendored"),
            "a list of dependencies' code": ({}, {"vendor/modules.txt": "# x\n"}, "vendored"),
            "a dependency's code, deeper down": ({}, {"pkg/vendor/y/y.go": "package y\n"}, "vendored"),
            "machine code": ({}, {"pkg/a/a_linux_arm64.syso": "\x7fELF"}, "unread-code"),
            "assembly": ({}, {"pkg/a/a_arm64.s": "TEXT ·A(SB), $0\n\tRET\n"}, "unread-code"),
            "a command for go generate": ({}, {"pkg/a/a.go": f"//go:generate sh -c true\n\n{GO}"}, "reaching-out"),
            "another package's private function": (
                {},
                {"pkg/a/a.go": f'{GO}\nimport _ "unsafe"\n\n//go:linkname now time.now\nfunc now() int64\n'},
                "reaching-out",
            ),
            "test data in the program": (
                {"pkg/a/testdata/x.json": "{}"},
                {"pkg/a/a.go": f"{GO}\n//go:embed testdata/x.json\nvar x string\n"},
                "embedded-test",
            ),
            "test data in the program, by a pattern in a block": (
                {"pkg/a/testdata/x.json": "{}"},
                {"pkg/a/a.go": f'{GO}\nvar (\n\t//go:embed "all:*" other\n\tx embed.FS\n)\n'},
                "embedded-test",
            ),
            "tests in the program, from the root": (
                {"a_test.go": TEST},
                {"root.go": f"{GO}\n//go:embed *.go\nvar x embed.FS\n"},
                "embedded-test",
            ),
            "source that is too long to be read": ({}, {"pkg/a/a.go": GO + "// x\n" * 300_000}, "too-large"),
        },
    ),
)
async def test_what_the_build_would_pick_up_past_the_gates_is_found(bench: Bench, before: Files, after: Files, rule: str) -> None:
    result = await judged(bench, before=before, after=after)

    assert rules(result) == {rule}


@pytest.mark.fault("lane", "the tester writes test data that the program embeds")
async def test_a_tester_writes_nothing_that_is_shipped(bench: Bench) -> None:
    code = f"{GO}\n//go:embed testdata\nvar rules embed.FS\n"
    result = await judged(
        bench,
        PhaseId.TEST,
        before={"pkg/a/a.go": code, "pkg/a/testdata/rules/open.json": "{}"},
        after={"pkg/a/testdata/rules/open.json": '{"everybody": true}'},
    )

    assert (only(result).rule, only(result).file) == ("embedded-test", "pkg/a/testdata/rules/open.json")


@pytest.mark.parametrize(
    ("path",),
    faults("lane", [("api/note/init.go",), ("api/note/go.mod",), ("api/note/openapi_test.go",)], "the architect writes {0}"),
)
async def test_an_architect_writes_no_code_beside_the_contract(bench: Bench, path: str) -> None:
    result = await judged(bench, PhaseId.PLAN, after={path: GO})

    assert "out-of-lane" in rules(result)


@pytest.mark.parametrize(
    ("phase", "before", "after"),
    variants(
        "lane",
        {
            "a template and pages in the program": (
                PhaseId.IMPLEMENT,
                {"pkg/a/testdata/x.json": "{}"},
                {"pkg/a/a.go": f"{GO}\n//go:embed pages/*.html\nvar x embed.FS\n", "pkg/a/pages/a.html": "<p>"},
            ),
            "a test embeds test data": (
                PhaseId.TEST,
                {},
                {"pkg/a/a_test.go": f"{TEST}\n//go:embed testdata/x.json\nvar x string\n", "pkg/a/testdata/x.json": "{}"},
            ),
            "test data that is a module of its own": (PhaseId.TEST, {}, {"pkg/a/testdata/go.mod": MODULE}),
            "a go.mod inside that was there is kept up to date": (
                PhaseId.IMPLEMENT,
                {"tools/go.mod": MODULE},
                {"tools/go.mod": f"{MODULE}\nrequire x.org/y v1.0.0\n"},
            ),
            "a go.mod that ignored a folder before": (
                PhaseId.IMPLEMENT,
                {"go.mod": f"{MODULE}\nignore ./web\n"},
                {"go.mod": f"{MODULE}\nignore ./web\n\nrequire x.org/y v1.0.0\n"},
            ),
            "a command for go generate that was there before": (
                PhaseId.IMPLEMENT,
                {"pkg/a/a.go": f"//go:generate stringer\n\n{GO}"},
                {"pkg/a/a.go": f"//go:generate stringer\n\n{GO}\nfunc B() {{}}\n"},
            ),
            "directives in the middle of a text": (
                PhaseId.IMPLEMENT,
                {},
                {"pkg/a/a.go": f'{GO}\nvar s = "//go:generate x" // see //go:linkname\n'},
            ),
            "documents about vendors": (PhaseId.COMMIT, {}, {"docs/vendor/release.md": "# Vendors\n"}),
        },
    ),
)
async def test_what_stays_in_the_lane_passes(bench: Bench, phase: PhaseId, before: Files, after: Files) -> None:
    result = await judged(bench, phase, before=before, after=after)

    assert result.status == "passed", result.findings


def test_the_tests_that_may_not_be_shipped_are_the_test_engineers() -> None:
    assert Lane(writes=TESTS, never=()) == lane._TESTS
    assert LANES[PhaseId.TEST].writes == TESTS


@pytest.mark.parametrize(
    ("directive", "found"),
    [
        ("//go:embed x", {"pkg/x"}),
        ("//go:embed dir", {"pkg/dir/a", "pkg/dir/b/c"}),
        ("//go:embed dir/", {"pkg/dir/a", "pkg/dir/b/c"}),
        ("//go:embed dir/*", {"pkg/dir/a", "pkg/dir/b/c"}),
        ('\t//go:embed "x" `dir/a`', {"pkg/x", "pkg/dir/a"}),
        ("//go:embed [^x] y", set()),
        ("//go:embed all:.", {"pkg/x", "pkg/dir/a", "pkg/dir/b/c"}),
        ("//go:embed ../x", set()),
    ],
)
def test_patterns_of_embed_are_read_as_go_reads_them(directive: str, found: set[str]) -> None:
    assert {*embedded("pkg/a.go", directive, ["x", "pkg/x", "pkg/dir/a", "pkg/dir/b/c", "other/x"])} == found


def test_folders_that_a_module_ignores_are_read_in_both_forms() -> None:
    assert ignored_folders("module m\n\nignore ./a // b\nignore (\n\tc\n\t// d\n\t./e\n)\nrequire x v1\n") == {"./a", "c", "./e"}
    assert ignored_folders("module ignore.org/x\n") == frozenset()
