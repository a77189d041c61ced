"""What a test program says, and what only looks like it."""

from backend_factory.gates.test_output import read_output

MARK = "\x16"
BOTH = (
    f"-test.shuffle 7\n{MARK}=== RUN   TestA\n{MARK}=== NAME  TestA\n    a_test.go:9: said\n{MARK}--- PASS: TestA (0.00s)\n"
    f"{MARK}=== RUN   TestB\n{MARK}=== RUN   TestB/sub\n    \x0fb_test.go:3: wrong\x0e\n{MARK}    --- FAIL: TestB/sub (0.10s)\n"
    f"{MARK}--- FAIL: TestB (0.10s)\n{MARK}=== NAME  \nFAIL\n"
)


def test_results_are_read_test_by_test_with_what_each_said() -> None:
    spoken = read_output(BOTH)

    assert spoken.outcomes == {"TestA": "pass", "TestB/sub": "fail", "TestB": "fail"}
    assert "a_test.go:9: said" in spoken.said["TestA"]
    assert "    b_test.go:3: wrong\n" in spoken.said["TestB/sub"]
    assert (spoken.unfinished, spoken.odd) == (frozenset(), ())
    assert MARK not in spoken.text


def test_a_result_after_a_line_that_was_not_ended_is_a_result() -> None:
    assert read_output(f"{MARK}=== RUN   TestA\nno end{MARK}--- PASS: TestA (0.00s)\n").outcomes == {"TestA": "pass"}


def test_what_a_test_prints_without_the_mark_is_no_result() -> None:
    spoken = read_output(f"{MARK}=== RUN   TestA\n--- PASS: TestA (0.00s)\n")

    assert (spoken.outcomes, spoken.unfinished) == ({}, {"TestA"})


def test_a_result_of_a_test_that_never_began_or_a_second_one_is_odd() -> None:
    assert read_output(f"{BOTH}{MARK}--- PASS: TestNever (0.00s)\n").odd == ("TestNever",)
    assert read_output(f"{BOTH}{MARK}--- PASS: TestB (0.00s)\n").odd == ("TestB",)


def test_of_two_rounds_the_worse_counts() -> None:
    one = f"{MARK}=== RUN   TestA\n{MARK}--- %s: TestA (0.00s)\n"
    spoken = read_output(one % "FAIL" + one % "PASS")

    assert (spoken.outcomes, spoken.odd) == ({"TestA": "fail"}, ())
