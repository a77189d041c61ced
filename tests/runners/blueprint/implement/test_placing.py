"""Shared code is shared only where nothing is in its way."""

import pytest
from code_shapes import planned
from planned_features import notes, windows

from backend_factory.runners.blueprint.implement.rendering import Code, render

PROBLEM = "pkg/platform/problem/problem.go"


def beside(repository: dict[str, str]) -> Code:
    return render(planned(notes()), repository, repository.get)


def test_a_file_that_is_there_byte_for_byte_is_not_written_again() -> None:
    first = render(planned(windows())).texts
    second = beside(first)
    assert PROBLEM in second.reused
    assert PROBLEM not in second.texts
    assert "pkg/note/api.go" in second.texts
    assert not [path for path in second.texts if path.startswith("pkg/platform/") and path in first]


@pytest.mark.parametrize(
    "repository",
    [
        {PROBLEM: "package problem\n"},
        {"pkg/platform/problem/other.go": "package problem\n"},
        {"pkg/platform/table/table.go": "package table\n"},
    ],
)
def test_where_other_code_is_in_the_way_the_feature_gets_its_own_copy(repository: dict[str, str]) -> None:
    code = beside(repository)
    assert not [path for path in code.texts if path.startswith("pkg/platform/")]
    assert "pkg/note/platform/problem/problem.go" in code.texts
    assert not [text for text in code.texts.values() if "/pkg/platform/" in text]
    assert code.reused == frozenset()


@pytest.mark.parametrize("path", ["pkg/platform/problem/a_test.go", "pkg/platform/other/other.go", "pkg/platform/README.md"])
def test_tests_and_packages_of_others_are_in_nobodys_way(path: str) -> None:
    assert PROBLEM in beside({path: "package other\n"}).texts
