"""
A process that has the library imported, and forks for each command that it is told.

To start an interpreter and to import everything takes many times as long as most commands
do. A child has its own folder, environment, standard streams and exit code, and ends as an
interpreter does; only what it imports was imported before.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any


def warm() -> None:
    """Import what commands do, and make what is made once for each process."""
    import psycopg  # noqa: F401
    import pymysql  # noqa: F401

    from aicmo_core import open_app
    from aicmo_core.backends.sql import mariadb, postgres, sqlite  # noqa: F401
    from aicmo_core.cli import run_command, runs_command  # noqa: F401

    with open_app("memory:"):
        pass
    assert threading.active_count() == 1, "a thread does not survive a fork"


def serve() -> None:
    """Fork for each order on standard input, and answer its exit code; return in the child."""
    for line in sys.stdin:
        order: dict[str, Any] = json.loads(line)
        child = os.fork()
        if child == 0:
            become(order)
            return
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
    raise SystemExit


def become(order: dict[str, Any]) -> None:
    """Be a process as `subprocess.run` would have started it."""
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    flags = (os.O_RDONLY, os.O_WRONLY, os.O_WRONLY)
    for number, (path, flag) in enumerate(zip(order["streams"], flags, strict=True)):
        opened = os.open(path, flag)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = os.fdopen(0, closefd=False)  # the other one has read ahead
    sys.argv[1:] = order["words"]
    sys.path[0] = order["folder"]


if __name__ == "__main__":
    warm()
    serve()
    from aicmo_core.cli import main

    main()
