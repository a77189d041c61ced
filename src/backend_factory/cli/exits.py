"""Exit codes: what a script may rely on."""

from enum import IntEnum


class Exit(IntEnum):
    """Every status with which the program ends."""

    OK = 0
    ENDED = 1
    ASKER = 2
    OPERATOR = 3
    WAITING = 4
    NOT_BACKEND = 5
    INTERNAL = 70
    INTERRUPTED = 130
    PIPE = 141


MEANING = {
    Exit.OK: "Done; for a run: delivered.",
    Exit.ENDED: "The run ended without a delivery: a person stopped or cancelled it.",
    Exit.ASKER: "The request, an option or an answer cannot be used as it is; the message says why.",
    Exit.OPERATOR: "The machine lacks something: a tool, space, a port, a permission; the message says what.",
    Exit.WAITING: "The run waits for a person; the message says how to answer.",
    Exit.NOT_BACKEND: "The request asks for no backend work; no run was made.",
    Exit.INTERNAL: "A fault of the factory itself; what was recorded is kept.",
    Exit.INTERRUPTED: "Interrupted (Ctrl-C); the run is kept as it is and can be resumed.",
    Exit.PIPE: "Whoever read the output went away; a run can be resumed.",
}
