"""What is read from a repository before a run, and how little of it is believed."""

from pathlib import Path

from git_by_hand import commit_all, put

from backend_factory.domain.assignment import Survey
from backend_factory.workspace.repository import open_repository
from backend_factory.workspace.survey import survey
from backend_factory.workspace.worktree import create

GO_MOD = """\
module github.com/acme/chariot // the platform

go 1.24.3

require github.com/aws/aws-lambda-go v1.50.0

require (
	github.com/aws/aws-sdk-go-v2 v1.39.2
	github.com/stretchr/testify v1.11.1 // indirect
)
"""


async def surveyed(home: Path, folder: Path, files: dict[str, str]) -> Survey:
    put(home, files)
    commit_all(home)
    repository = await open_repository(home)
    return await survey(await create(repository, folder / "state" / "run-1", "run-1", "feature/x", repository.base_commit))


async def test_module_go_version_and_requirements_are_those_of_go_mod(home: Path, tmp_path: Path) -> None:
    seen = await surveyed(home, tmp_path, {"go.mod": GO_MOD})
    assert (seen.module, seen.go) == ("github.com/acme/chariot", "1.24.3")
    assert seen.requires == {
        "github.com/aws/aws-lambda-go": "v1.50.0",
        "github.com/aws/aws-sdk-go-v2": "v1.39.2",
        "github.com/stretchr/testify": "v1.11.1",
    }


async def test_the_files_are_those_of_the_commit_in_order(home: Path, tmp_path: Path) -> None:
    seen = await surveyed(home, tmp_path, {"a b/ü.txt": "x", "Z": "z"})
    assert seen.files == tuple(sorted(seen.files))
    assert {"a b/ü.txt", "Z", "README.md", "go.mod", "pkg/a.go"} == set(seen.files)


async def test_a_go_mod_that_says_nothing_sensible_is_no_module(home: Path, tmp_path: Path) -> None:
    seen = await surveyed(home, tmp_path, {"go.mod": "module $(rm -rf /)\ngo latest\nrequire x; y\n"})
    assert (seen.module, seen.go, seen.requires) == ("", "", {})


async def test_a_repository_without_go_mod_is_surveyed_all_the_same(home: Path, tmp_path: Path) -> None:
    (home / "go.mod").unlink()
    seen = await surveyed(home, tmp_path, {"main.py": "print()\n"})
    assert seen.module == ""
    assert "main.py" in seen.files


async def test_a_link_in_the_place_of_go_mod_is_not_followed(home: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("module example.com/secret\n")
    (home / "go.mod").unlink()
    (home / "go.mod").symlink_to(tmp_path / "secret")
    assert (await surveyed(home, tmp_path, {"x": "x"})).module == ""


async def test_an_enormous_go_mod_is_not_read_and_of_very_many_files_some_are_named(home: Path, tmp_path: Path) -> None:
    many = {f"data/{n}.txt": "" for n in range(2100)}
    seen = await surveyed(home, tmp_path, {"go.mod": GO_MOD + "//" + "x" * 300_000, **many})
    assert seen.module == ""
    assert len(seen.files) == 2000
