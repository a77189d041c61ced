"""Trouble that the machine makes with files, told as an error that says what to do about it."""

import contextlib
import errno
from collections.abc import Iterator

from backend_factory.errors import OperatorError

_SPACE = "free some space, then resume the run"
_RIGHTS = "make it writable for this user, then resume the run"
_HINTS = {
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EFBIG: "allow larger files (ulimit -f), then resume the run",
    errno.EROFS: _RIGHTS,
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EIO: "check the disk, then resume the run",
    errno.EMFILE: "allow more open files (ulimit -n), then resume the run",
    errno.ENFILE: "end some programs, then resume the run",
    errno.ENOMEM: "free some memory, then resume the run",
    errno.EAGAIN: "allow more processes (ulimit -u), then resume the run",
}


@contextlib.contextmanager
def blamed() -> Iterator[None]:
    """OperatorError in place of an OSError that neither the request nor the work can be the reason of."""
    try:
        yield
    except OSError as reason:
        hint = _HINTS.get(reason.errno or 0)
        if hint is None:
            raise
        place = f": {reason.filename}" if reason.filename else ""
        raise OperatorError(f"the machine refuses: {reason.strerror}{place}", hint=hint) from reason
