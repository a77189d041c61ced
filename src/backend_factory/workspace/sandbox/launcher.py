"""Starts one command behind walls, watches what it uses up, and ends everything that it started.

A script of its own, which imports next to nothing: `python -I -S launcher.py ORDERS PROGRAM ARG...`. Exits as the command did, by
the same status or the same signal; by 126 where the walls could not be put up, and then nothing was started.
"""
# pathlib would take longer than all else that is imported here.
# ruff: noqa: PTH100, PTH118, PTH120

import os
import sys

if __name__ == "__main__":
    # Last, so that nothing installed beside the factory can take the place of a module of Python's.
    sys.path.append(os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 3)))

    from backend_factory.workspace.sandbox.attempt import main

    main(sys.argv[1], sys.argv[2:])
