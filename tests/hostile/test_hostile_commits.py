"""What a member may hand in that does harm later: commits that no sandbox stands before, met by the checks of the gate."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from battery import User, attack, attacks
from subjects import Bench, Files, git
from subjects import commit as committed

from backend_factory.domain.phase import PhaseId
from backend_factory.errors import AskerError
from backend_factory.gates.judge import all_checks, judge
from backend_factory.gates.repository_policy import read_policy
from backend_factory.workspace.commit import commit
from backend_factory.workspace.golang import GoToolchain
from backend_factory.workspace.repository import open_repository
from backend_factory.workspace.worktree import create
from backend_factory.workspace.writing import PathRefused

I, T, P, V = PhaseId.IMPLEMENT, PhaseId.TEST, PhaseId.PLAN, PhaseId.VALIDATE  # noqa: E741 - phases
GO = "package a\n\nfunc A() error {\n\treturn nil\n}\n"
TEST = 'package a\n\nimport "testing"\n\nfunc TestA(t *testing.T) {}\n\nfunc TestB(t *testing.T) {}\n'
MODULE = "module example.com/a\n\ngo 1.26\n"
KEY = "AKIA" + "Q7RZPLM3X5VNWT2K"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """None of these checks starts Go."""
    return Bench(tmp_path, GoToolchain(tmp_path, "go1.26"), tmp_path / "cache")


async def found(bench: Bench, check: str, phase: PhaseId, **wanted: object) -> list[str]:
    """What the check objects to; and where it is the lane's, nothing else of the gate is believed."""
    subject = await bench.subject(phase, **wanted)  # type: ignore[arg-type]
    (result,) = await judge(subject, [each for each in all_checks() if each.id == check], lambda *_: None)
    assert result.status == "failed", result
    return [f"{finding.rule}: {finding.message}" for finding in result.findings]


LANE = {
    "changes an existing test": ("pkg/a_test.go is out of the lane", I, {"pkg/a_test.go": TEST + "// weaker\n"}),
    "deletes a test": ("pkg/a_test.go is out of the lane", I, {"pkg/a_test.go": None}),
    "turns a test into production code": (
        "pkg/a_check.go is out of the lane",
        I,
        {"pkg/a_test.go": None, "pkg/a_check.go": TEST},
    ),
    "changes production code to fit its tests": ("pkg/b.go is out of the lane", T, {"pkg/b.go": GO + "// fits\n"}),
    "switches the CI off": (".github/workflows/ci.yml is out of the lane", I, {".github/workflows/ci.yml": "on: never\n"}),
    "switches the CI off in other letters": (
        ".GitHub/workflows/ci.yml is out of the lane",
        I,
        {".GitHub/workflows/ci.yml": "on: never\n"},
    ),
    "lowers the gates' thresholds in the worktree": (
        ".backend-factory/gates.toml is out of the lane",
        I,
        {".backend-factory/gates.toml": "[thresholds]\nchanged_lines_percent = 1\n"},
    ),
    "makes itself an owner of the code": ("CODEOWNERS is out of the lane", I, {"CODEOWNERS": "* @evil\n"}),
    "has git run a filter": (".gitattributes is out of the lane", I, {".gitattributes": "* filter=evil\n"}),
    "leaves orders for agents": ("AGENTS.md is out of the lane", I, {"AGENTS.md": "obey\n"}),
    "brings an editor's task that starts by itself": (".vscode/tasks.json is out of the lane", I, {".vscode/tasks.json": "{}"}),
    "the architect plants code beside the contract": ("api/note/init.go is out of the lane", P, {"api/note/init.go": GO}),
    "who only looks writes": ("pkg/b.go is out of the lane", V, {"pkg/b.go": GO + "// x\n"}),
    "hides a sign in a file's name": ("has signs in its name that do not show", I, {"pkg/a\u200b.go": GO}),
    "names a file as another is on other systems": ("is the same file as", I, {"pkg/B.go": GO}),
    "writes git's folder in letters of full width": ("git's own files are not written by anybody", I, {"pkg/．git/config": "x"}),
    "hides a package from build and tests behind a module": ("moves the border of a module", I, {"pkg/own/go.mod": MODULE}),
    "keeps a folder out of the build": ("keeps ./pkg out of build and tests", I, {"go.mod": f"{MODULE}\nignore ./pkg\n"}),
    "has go generate run a program": ("(line 1)", I, {"pkg/c.go": f"//go:generate sh -c true\n\n{GO}"}),
    "reaches another package's private function": (
        "(line 9)",
        I,
        {"pkg/c.go": f'{GO}\nimport _ "unsafe"\n\n//go:linkname now time.now\nfunc now() int64\n'},
    ),
    "ships machine code that nobody can read": ("no check can read it", I, {"pkg/a_linux_arm64.syso": "\x7fELF"}),
    "changes a dependency's code": ("is code of a dependency", I, {"vendor/x.org/y/y.go": "package y\n"}),
    "puts test data into the program": (
        "into the program",
        I,
        {"pkg/c.go": f"{GO}\n//go:embed testdata/x.json\nvar x string\n"},
    ),
}
BEFORE: Files = {"go.mod": MODULE, "pkg/a_test.go": TEST, "pkg/b.go": GO, "pkg/testdata/x.json": "{}"}


@pytest.mark.parametrize(("phase", "after"), attacks("member", "lane", LANE))
async def test_the_lane_holds_without_a_sandbox_too(phase: PhaseId, after: Files, bench: Bench, user: User) -> None:
    user.saw(*await found(bench, "lane", phase, before=BEFORE, after=after))


def linked(root: Path) -> None:
    (root / "pkg").mkdir(exist_ok=True)
    (root / "pkg/config.go").symlink_to("/etc/passwd")


def a_submodule(root: Path) -> None:
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},third")
    (root / "third").mkdir()


def a_program(root: Path) -> None:
    (root / "pkg").mkdir(exist_ok=True)
    (root / "pkg/tool").write_bytes(b"\x7fELF\x02\x01\x01")
    (root / "pkg/tool").chmod(0o755)


def a_repository(root: Path) -> None:
    inner = root / "pkg/inner"
    inner.mkdir(parents=True)
    git(inner, "init", "--quiet")
    committed(inner, {"a.go": GO})


TRICKS = {
    "commits a link to a file of the machine": ("is a link or a submodule, not a file", linked),
    "commits a submodule from elsewhere": ("is a link or a submodule, not a file", a_submodule),
    "commits a repository inside, whose files nobody sees": ("is a link or a submodule, not a file", a_repository),
    "commits a program": ("is made executable, and is no script", a_program),
}


@pytest.mark.parametrize(("trick",), attacks("member", "lane", TRICKS))
async def test_only_ordinary_files_are_handed_in(trick: Callable[[Path], None], bench: Bench, user: User) -> None:
    user.saw(*await found(bench, "lane", I, touch=trick))


@pytest.mark.parametrize(
    ("path",),
    attacks(
        "member",
        "factory",
        {
            "leaves git's own folder in other letters": ("git's own files are not written by anybody", ".GIT/hooks/pre-commit"),
            "leaves git's own folder under its short name": ("git's own files are not written by anybody", "git~1/hooks/x"),
        },
    ),
)
async def test_gits_own_files_never_come_into_a_commit(path: str, bench: Bench, tmp_path: Path, user: User) -> None:
    subject = await bench.subject()
    repository = await open_repository(subject.repository.root, "main")
    worktree = await create(repository, tmp_path / "tree", "run-2", "feature/x", subject.base)
    (worktree.folder / path).parent.mkdir(parents=True)
    (worktree.folder / path).write_text("[core]\n\tfsmonitor = touch /tmp/owned\n")
    with pytest.raises(PathRefused) as refused:
        await commit(worktree, "feat: x", {}, datetime(2026, 11, 22, tzinfo=UTC), subject.base)
    user.saw(refused.value)


@attack("has the factory's own git run a hook and a filter", "member", "factory", "git did as it should", control=True)
async def test_the_factorys_git_runs_nothing_of_the_worktree(bench: Bench, tmp_path: Path, user: User) -> None:
    subject = await bench.subject(before={"a.txt": "a\n"})
    root, owned = subject.repository.root, tmp_path / "owned"
    (root / ".git/hooks").mkdir(exist_ok=True)
    (root / ".git/hooks/pre-commit").write_text(f"#!/bin/sh\ntouch '{owned}'\n")
    (root / ".git/hooks/pre-commit").chmod(0o755)
    git(root, "config", "filter.evil.clean", f"touch '{owned}'; cat")
    git(root, "config", "core.fsmonitor", f"touch '{owned}'")
    worktree = await create(await open_repository(root, "main"), tmp_path / "tree", "run-2", "feature/x", subject.base)
    for name, text in ((".gitattributes", "* filter=evil\n"), ("b.txt", "b\n")):
        (worktree.folder / name).write_text(text)
    made = await commit(worktree, "feat: x", {}, datetime(2026, 11, 22, tzinfo=UTC), subject.base)
    assert not owned.exists()
    user.saw("git did as it should" if made else "nothing")
    committed(root, {".gitattributes": "* filter=evil\n", "b.txt": "b\n"})
    user.without(owned.exists())


def other_checks() -> list[object]:
    """Each: what -> (check, what the user saw, phase, files)."""
    secret = f'package a\n\nconst key = "{KEY}"\n'
    table = {
        "placeholders": {
            "hides code in a comment that reads backwards": (
                "hidden-character: pkg/c.go:6",
                I,
                {"pkg/c.go": GO + "// if admin { // \u2067 } only admins \u2066\n"},
            ),
            "moves findings to another file": ("line-directive: pkg/c.go:1", I, {"pkg/c.go": f"//line elsewhere.go:9999\n{GO}"}),
            "swallows an error": (
                "swallowed-error: pkg/c.go:4",
                I,
                {"pkg/c.go": "package a\n\nfunc F() {\n\tif err := g(); err != nil {\n\t}\n}\n"},
            ),
        },
        "secrets": {
            "ships a key": ("AWS Access Key", I, {"pkg/c.go": secret}),
            "ships a key under a comment that silences scanners": (
                "AWS Access Key",
                I,
                {"pkg/c.go": secret.replace('"\n', '" // pragma: allowlist secret\n')},
            ),
        },
        "tests-kept": {"takes a test out of a file": ("TestB", T, {"pkg/a_test.go": TEST.replace("TestB", "testB")})},
    }
    return [
        parameter
        for check, rows in table.items()
        for parameter in attacks("member", f"gate `{check}`", {what: (saw, check, *row) for what, (saw, *row) in rows.items()})
    ]


@pytest.mark.parametrize(("check", "phase", "after"), other_checks())
async def test_what_is_in_the_lane_meets_the_other_checks(
    check: str, phase: PhaseId, after: Files, bench: Bench, user: User
) -> None:
    user.saw(*await found(bench, check, phase, before=BEFORE, after=after))


POLICY = {
    "the base branch lowers a threshold without a name": (
        "80 asks for less than the factory does",
        "[thresholds]\nchanged_lines_percent = 80\n",
    ),
    "the base branch switches a check off": ("gates", "[gates]\nlane = false\n"),
    "the base branch accepts the risk of no lane": (
        "nobody can accept a failing lane",
        '[[risk]]\ncheck = "lane"\nreason = "x"\naccepted_by = "ada"\nuntil = 2099-01-01\n',
    ),
}


@pytest.mark.parametrize(("text",), attacks("text", "factory", POLICY))
def test_a_repository_asks_for_less_in_vain(text: str, user: User) -> None:
    with pytest.raises(AskerError) as refused:
        read_policy(text, tuple(check.id for check in all_checks()), datetime(2026, 11, 22, tzinfo=UTC))
    user.saw(refused.value.message)
