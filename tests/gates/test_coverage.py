"""Coverage of changed lines, against a model that counts one line at a time."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend_factory.gates.coverage import Block, changed_lines, read_profile

MODULE = "example.com/chariot"
PATHS = ("pkg/a.go", "pkg/b.go", "cmd/api/main.go", "outside.go")

numbers = st.integers(1, 30)
blocks = st.builds(
    lambda path, first, length, covered: Block(f"{MODULE}/{path}", first, first + length, covered),
    st.sampled_from(PATHS),
    numbers,
    st.integers(0, 8),
    st.booleans(),
)
changes = st.dictionaries(st.sampled_from(PATHS), st.frozensets(numbers, max_size=20))


@given(st.lists(blocks, max_size=25), changes)
def test_each_changed_line_with_statements_counts_once_and_ran_if_any_block_did(
    measured: list[Block], changed: dict[str, frozenset[int]]
) -> None:
    counted, missed = 0, {}
    for path in sorted(changed):
        for line in sorted(changed[path]):
            here = [b.covered for b in measured if b.file == f"{MODULE}/{path}" and b.first <= line <= b.last]
            counted += bool(here)
            if here and not any(here):
                missed.setdefault(path, []).append(line)

    coverage = changed_lines(measured, MODULE, changed)

    assert coverage.counted == counted
    assert coverage.missed == {path: tuple(lines) for path, lines in missed.items()}
    assert coverage.covered == counted - sum(map(len, missed.values()))
    assert 0 <= coverage.percent <= 100


@given(st.lists(blocks, max_size=10), changes, st.randoms())
def test_neither_order_nor_repetition_of_blocks_matters(measured: list[Block], changed: dict, random: object) -> None:
    shuffled = [*measured, *measured]
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert changed_lines(shuffled, MODULE, changed) == changed_lines(measured, MODULE, changed)


@given(st.lists(blocks, max_size=10), changes)
def test_a_second_test_binary_can_only_add(measured: list[Block], changed: dict) -> None:
    better = [*measured, *(Block(b.file, b.first, b.last, True) for b in measured)]

    assert changed_lines(better, MODULE, changed).percent == 100
    assert changed_lines(better, MODULE, changed).counted == changed_lines(measured, MODULE, changed).counted


def test_files_of_another_module_do_not_count() -> None:
    measured = [Block("example.com/chariotx/pkg/a.go", 1, 9, True), Block("other/pkg/a.go", 1, 9, True)]

    assert changed_lines(measured, MODULE, {"pkg/a.go": frozenset({1})}).counted == 0


def test_a_profile_is_read_whole_and_empty_functions_hold_no_statement(tmp_path: Path) -> None:
    profile = tmp_path / "coverage.out"
    profile.write_text(
        "mode: atomic\nexample.com/m/a b.go:3.2,5.16 2 1\nexample.com/m/a b.go:5.16,7.3 1 0\nexample.com/m/c.go:1.1,1.1 0 0\n"
    )

    assert read_profile(profile) == (
        Block("example.com/m/a b.go", 3, 5, True, 2, 16),
        Block("example.com/m/a b.go", 5, 7, False, 16, 3),
    )


def test_no_profile_has_no_blocks(tmp_path: Path) -> None:
    assert read_profile(tmp_path / "none") == ()


@pytest.mark.parametrize(
    "text",
    ["", "example.com/m/a.go:3.2,5.16 2 1\n", "mode: set\nexample.com/m/a.go:3.2,5.16 2\n", "mode: set\n\x00\n", b"mode: \xff\n"],
)
def test_a_damaged_profile_is_refused_rather_than_read_in_part(tmp_path: Path, text: str | bytes) -> None:
    profile = tmp_path / "coverage.out"
    profile.write_bytes(text if isinstance(text, bytes) else text.encode())

    with pytest.raises(ValueError, match=r"cover profile|decode"):
        read_profile(profile)
