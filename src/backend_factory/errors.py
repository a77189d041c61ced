"""The one tree of errors; the branch says who can act.

    FactoryError
    ├── AskerError       the person who asked can mend it: the text, the option, the answer   (exit 2)
    ├── OperatorError    whoever runs the machine can: toolchain, disk, port, permissions     (exit 3)
    └── InternalError    only we can: an invariant of the factory is broken                   (exit 70)

What is expected to happen (a gate that fails, a member that is blocked) is a value, not an error.
"""


class FactoryError(Exception):
    """Something that stops the factory; `message` names the thing and the reason, `hint` what to do next."""

    exit_code = 70

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class AskerError(FactoryError):
    """The request, an option or an answer cannot be used as it is."""

    exit_code = 2


class OperatorError(FactoryError):
    """The machine lacks something: a tool, space, a port, a permission."""

    exit_code = 3


class InternalError(FactoryError):
    """An invariant of the factory does not hold; recorded data is reported, never guessed."""

    exit_code = 70
