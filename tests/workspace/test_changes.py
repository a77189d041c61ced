"""A diff names every path and every added line, whatever the repository's attributes say."""

from git_by_hand import commit_all, git, put
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend_factory.workspace.changes import Change, diff
from backend_factory.workspace.repository import Repository


async def _diff(repository: Repository) -> dict[str, Change]:
    sha = commit_all(repository.root)
    return {change.path: change for change in await diff(repository.git, repository.base_commit, sha)}


async def test_each_kind_of_change_is_told_apart(repository: Repository) -> None:
    home = repository.root
    put(home, {"long.txt": "".join(f"{n}\n" for n in range(30)), "type": "x\n"})
    before = commit_all(home)
    git(home, "mv", "long.txt", "moved.txt")
    put(home, {"moved.txt": "".join(f"{n}\n" for n in range(30)) + "added\n", "new file": "a\nb\n"})
    (home / "README.md").unlink()
    (home / "type").unlink()
    (home / "type").symlink_to("go.mod")
    (home / "go.mod").chmod(0o755)
    found = {change.path: change for change in await diff(repository.git, before, commit_all(home))}
    assert {path: change.status for path, change in found.items()} == {
        "README.md": "D", "go.mod": "M", "moved.txt": "R", "new file": "A", "type": "T",
    }  # fmt: skip
    assert found["moved.txt"].old_path == "long.txt"
    assert found["moved.txt"].added == ((31, 31),)
    assert found["new file"].added_lines == {1, 2}
    assert (found["go.mod"].old_mode, found["go.mod"].mode, found["go.mod"].added) == ("100644", "100755", ())
    assert found["type"].is_link
    assert (found["README.md"].mode, found["README.md"].added) == ("000000", ())


async def test_strange_names_and_contents_are_read_right(repository: Repository) -> None:
    names = ["a\nb", "tab\there", '"quoted"', "ünï.go", " spaces ", "-dash", "x => y", "a/b/c"]
    hostile = "diff --git a/x b/x\n@@ -1 +1,99 @@\n+++ b/y\nx\rdiff --git\x0c\x85\n"
    put(repository.root, dict.fromkeys(names, hostile))
    found = await _diff(repository)
    assert set(found) == set(names)
    assert all(change.added == ((1, 4),) for change in found.values())


async def test_attributes_cannot_hide_lines(repository: Repository) -> None:
    git(repository.root, "config", "diff.trap.command", "true")
    git(repository.root, "config", "diff.trap.textconv", "true")
    put(repository.root, {".gitattributes": "*.go -diff\n*.txt diff=trap\n", "b.go": "1\n2\n", "c.txt": "1\n"})
    put(repository.root, {"raw.bin": b"\0\1\n\0"})
    found = await _diff(repository)
    assert found["b.go"].added_lines == {1, 2}
    assert found["c.txt"].added_lines == {1}
    assert found["raw.bin"].status == "A"


async def test_a_submodule_is_seen(repository: Repository) -> None:
    git(repository.root, "init", "--quiet", "sub")
    commit_all(repository.root / "sub")
    assert (await _diff(repository))["sub"].is_submodule


async def test_nothing_changed_is_no_change(repository: Repository) -> None:
    assert await diff(repository.git, repository.base_commit, repository.base_commit) == ()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.lists(st.sampled_from("abc")), after=st.lists(st.sampled_from("abcd")), end=st.sampled_from(["", "\n"]))
async def test_added_lines_are_those_that_were_not_there(
    repository: Repository, before: list[str], after: list[str], end: str
) -> None:
    put(repository.root, {"f": "\n".join(before) + end})
    old = commit_all(repository.root)
    put(repository.root, {"f": "\n".join(after) + end})
    added = {line for each in await diff(repository.git, old, commit_all(repository.root)) for line in each.added_lines}
    text = "\n".join(after) + end
    lines = text.removesuffix("\n").split("\n") if text else []
    assert {number for number, line in enumerate(lines, 1) if line == "d"} <= added
    assert added <= set(range(1, len(lines) + 1))
