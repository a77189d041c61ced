"""Test programs outlive a gate, one gate at a time; which tests can reach which packages."""

from pathlib import Path

from backend_factory.gates.go_packages import Package, reaching_tests
from backend_factory.gates.kept_binaries import kept_binaries
from backend_factory.gates.test_programs import apart, programs


def scratch(place: Path, name: str) -> Path:
    folder = place / name
    folder.mkdir()
    return folder


def test_what_one_gate_linked_the_next_one_finds(tmp_path: Path) -> None:
    with kept_binaries(tmp_path / "cache", "race m", scratch(tmp_path, "one")) as folder:
        (folder / "a.test").write_bytes(b"linked")
    with kept_binaries(tmp_path / "cache", "race m", scratch(tmp_path, "two")) as folder:
        assert (folder / "a.test").read_bytes() == b"linked"
        assert folder.is_relative_to(tmp_path / "two")
    with kept_binaries(tmp_path / "cache", "race other", scratch(tmp_path, "three")) as folder:
        assert list(folder.iterdir()) == []


def test_of_two_gates_at_once_neither_sees_the_others_programs(tmp_path: Path) -> None:
    with kept_binaries(tmp_path / "cache", "race m", scratch(tmp_path, "one")) as first:
        (first / "a.test").write_bytes(b"first")
        with kept_binaries(tmp_path / "cache", "race m", scratch(tmp_path, "two")) as second:
            assert list(second.iterdir()) == []
            (second / "a.test").write_bytes(b"second")
        assert (first / "a.test").read_bytes() == b"first"
    with kept_binaries(tmp_path / "cache", "race m", scratch(tmp_path, "three")) as third:
        assert (third / "a.test").read_bytes() == b"second"


def test_programs_of_long_ago_are_given_up(tmp_path: Path) -> None:
    for number in range(10):
        with kept_binaries(tmp_path / "cache", f"race m{number}", scratch(tmp_path, str(number))) as folder:
            (folder / "a.test").write_bytes(b"linked")

    assert len(list((tmp_path / "cache" / "test-programs").iterdir())) == 6


def package(path: str, imports: tuple[str, ...] = (), test_imports: tuple[str, ...] = (), tested: bool = True) -> Package:
    tests = (f"{path}/a_test.go",) if tested else ()
    return Package(path, path, "p", (f"{path}/a.go",), tests, frozenset(imports), frozenset(test_imports))


def test_a_test_program_is_called_as_go_calls_it() -> None:
    assert [package(path).binary for path in ("m", "m/a", "m/a/v2", "m/v1", "m/vault")] == [
        "m.test",
        "a.test",
        "a.test",
        "v1.test",
        "vault.test",
    ]


def test_programs_of_one_name_are_put_apart() -> None:
    tested = (package("m/a"), package("m/b/a"), package("m/c"))

    assert [[each.path for each in group] for group in apart(tested)] == [["m/a", "m/c"], ["m/b/a"]]
    assert programs(tested, Path("/p")) == {
        "m/a": Path("/p/0/a.test"),
        "m/c": Path("/p/0/c.test"),
        "m/b/a": Path("/p/1/a.test"),
    }


def test_tests_that_can_reach_a_package_are_those_that_build_on_it() -> None:
    every = (
        package("m/low"),
        package("m/mid", ("m/low",), tested=False),
        package("m/top", ("m/mid",)),
        package("m/aside"),
        package("m/from_tests", (), ("m/top",)),
    )

    assert [each.path for each in reaching_tests(every, frozenset({"m/mid"}))] == ["m/top", "m/from_tests"]
    assert [each.path for each in reaching_tests(every, frozenset({"m/aside"}))] == ["m/aside"]
