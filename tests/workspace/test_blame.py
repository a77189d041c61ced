"""What the machine does to files is the operator's to mend; anything else is let through."""

import errno

import pytest

from backend_factory.errors import OperatorError
from backend_factory.workspace.machine import blamed


@pytest.mark.parametrize(
    ("number", "told"),
    [(errno.ENOSPC, "free some space"), (errno.EROFS, "writable"), (errno.EMFILE, "open files"), (errno.EIO, "the disk")],
)
def test_trouble_of_the_machine_says_what_to_do(number: int, told: str) -> None:
    with pytest.raises(OperatorError, match="the machine refuses") as caught, blamed():
        raise OSError(number, "no", "/state/file")
    assert "/state/file" in caught.value.message
    assert told in caught.value.hint


@pytest.mark.parametrize("error", [FileNotFoundError(errno.ENOENT, "no", "x"), TimeoutError(), ValueError("x")])
def test_what_is_not_the_machines_doing_is_let_through(error: Exception) -> None:
    with pytest.raises(type(error)), blamed():
        raise error
