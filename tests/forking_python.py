"""
A process that has the library imported, and forks for each program that it is told to run.

To start an interpreter and to import everything takes many times as long as what most
programs of tests do. A child has its own arguments, environment, path of imports, standard
streams and exit code, and ends as an interpreter does; only what it imports was imported
before. Nothing was opened before.

Usage: forking_python.py NUMBER, of a socket. Each message is a JSON object, with the open
files that become the child's standard streams, and one that is told of the child: its
number, and then each status that it has, as `os.waitpid` has it.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import select
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from typing import Any


def warm() -> None:
    """Import what programs do, and nothing that a thread belongs to."""
    import sqlalchemy.dialects.mysql.pymysql
    import sqlalchemy.dialects.postgresql.psycopg
    import sqlalchemy.dialects.sqlite.pysqlite  # noqa: F401

    import aicmo_core.backends.sql.migrate
    import aicmo_core.testing.faulty
    import aicmo_core.testing.samples  # noqa: F401
    from aicmo_core import open_app
    from aicmo_core.backends.sql import mariadb, postgres, sqlite  # noqa: F401

    with open_app("memory:"):
        pass
    assert threading.active_count() == 1, "a thread does not survive a fork"
    gc.collect()
    gc.freeze()  # so that children share what they do not change


def serve(orders: socket.socket) -> dict[str, Any]:
    """Fork for each order, and tell what becomes of the children; return in a child."""
    told: dict[int, int] = {}
    woken, waker = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(waker)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        watched: list[Any] = [orders, woken]
        ready, _, _ = select.select(watched, [], [])
        if woken in ready:
            os.read(woken, 4096)
            look_after(told)
        if orders not in ready:
            continue
        message, files, _, _ = socket.recv_fds(orders, 1 << 20, 4)
        if not message:
            raise SystemExit
        child = os.fork()
        if child == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for number in (woken, waker, orders.detach(), *told.values(), files.pop()):
                os.close(number)
            return become(json.loads(message), files)
        *streams, told[child] = files
        os.write(told[child], b"%d\n" % child)
        for number in streams:
            os.close(number)


def look_after(told: dict[int, int]) -> None:
    """Tell of each child that stopped or ended since."""
    while told:
        child, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED)
        if not child:
            return
        os.write(told[child], b"%d\n" % status)
        if not os.WIFSTOPPED(status):
            os.close(told.pop(child))


def become(order: dict[str, Any], streams: Sequence[int]) -> dict[str, Any]:
    """Be a process as `subprocess.Popen` would have started it."""
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.argv = [order["program"], *order["arguments"]]
    sys.path[0] = os.path.dirname(order["program"])
    return order


if __name__ == "__main__":
    warm()
    runpy.run_path(serve(socket.socket(fileno=int(sys.argv[1])))["program"], run_name="__main__")
