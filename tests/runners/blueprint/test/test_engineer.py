"""The Test Engineer's files: one case for each criterion, the same bytes each time, nobody's words outside of literals."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from go_repository import Feature, written
from tested_features import labelled, tickets, vulnerabilities, windows

from backend_factory.domain.deliverable import Requirements
from backend_factory.gates.checks.placeholders import _RULES

Make = Callable[[], Requirements]
SHAPES = (vulnerabilities, windows, tickets)


def texts(feature: Feature) -> dict[str, str]:
    return {each.path: (feature.root / each.path).read_text(encoding="utf-8") for each in feature.suite.files}


@pytest.mark.parametrize("make", SHAPES)
async def test_every_criterion_has_a_case_whose_test_is_in_the_files(make: Make, tmp_path: Path) -> None:
    feature = await written(tmp_path, make())
    assert {case.criterion for case in feature.suite.cases} == {each.id for each in feature.requirements.criteria}
    source = "".join(texts(feature).values())
    for case in feature.suite.cases:
        function, _, rest = case.name.partition("/")
        assert f"func {function}(t *testing.T)" in source
        assert rest and " " not in rest
        assert case.package == feature.plan.layout.package


@pytest.mark.parametrize("make", SHAPES)
async def test_only_test_files_are_written_and_each_is_declared_once(make: Make, tmp_path: Path) -> None:
    feature = await written(tmp_path, make())
    paths = [each.path for each in feature.suite.files]
    assert len(paths) == len(set(paths))
    assert all(path.endswith("_test.go") for path in paths)
    assert sorted(paths) == sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*_test.go"))


async def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    one, other = await written(tmp_path / "one", vulnerabilities()), await written(tmp_path / "other", vulnerabilities())
    assert one.suite == other.suite
    assert texts(one) == texts(other)


@pytest.mark.parametrize("make", SHAPES)
async def test_nothing_looks_unfinished(make: Make, tmp_path: Path) -> None:
    for path, text in texts(await written(tmp_path, make())).items():
        for rule, pattern, _ in _RULES:
            assert not [line for line in text.splitlines() if pattern.search(line)], (path, rule)


HOSTILE = ('"); panic("x', "*/ func init() {", "a\nfunc init() {", "`+x+`", "{{ 7 * 7 }} [[ x ]]", "\u202e\x00")


@pytest.mark.parametrize("label", HOSTILE)
async def test_words_of_strangers_stay_in_literals_and_comments(label: str, tmp_path: Path) -> None:
    for text in texts(await written(tmp_path, labelled(label))).values():
        code = re.sub(r'//[^\n]*|"(?:\\.|[^"\\\n])*"', '""', text)
        assert "func init" not in code
        assert "panic" not in re.sub(r"\w*panic\w*\s*:?=|Panic", "", code).replace("t.Run", "")
        assert "49" not in code
        assert "[[" not in code
        assert "\u202e" not in code and "\x00" not in text


async def test_tests_of_shared_code_come_with_the_code_alone(tmp_path: Path) -> None:
    first = {each.path for each in (await written(tmp_path, windows())).suite.files}
    assert "pkg/platform/input/timestamp_test.go" in first
    assert "pkg/platform/input/cve_test.go" not in first
    second = {each.path for each in (await written(tmp_path, tickets())).suite.files}
    assert "pkg/platform/input/choice_test.go" in second
    assert not {path for path in first & second if path.startswith("pkg/platform/")}
