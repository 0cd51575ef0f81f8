"""Each thread keeps a connection; none is leaked, shared, or taken over from a parent."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from aicmo_core.backends.sql.address import read_address
from aicmo_core.backends.sql.connections import Connections
from aicmo_core.backends.sql.sqlite import Sqlite
from aicmo_core.storage import BackendUnavailable


class Counting(Sqlite):
    """A database that notes its connections, and whose connections can be lost."""

    def __init__(self, folder: Path) -> None:
        super().__init__(read_address(f"sqlite:///{folder}/kept.db"))
        self.opened: list[object] = []
        self.lost: list[object] = []

    def connect(self):  # type: ignore[no-untyped-def]
        self.opened.append(super().connect())
        return self.opened[-1]

    def is_alive(self, connection: object) -> bool:
        return connection not in self.lost


@pytest.fixture
def database(tmp_path: Path) -> Counting:
    return Counting(tmp_path)


def _in_thread(connections: Connections) -> object:
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(connections.get()))
    thread.start()
    thread.join()
    return found[0]


def test_thread_keeps_its_connection(database: Counting) -> None:
    """What the driver prepared for it stays prepared."""
    connections = Connections(database)

    first, second = connections.get(), connections.get()

    assert first is second
    connections.close()


def test_threads_do_not_share(database: Counting) -> None:
    """Two threads that live at once have a connection each."""
    connections = Connections(database)
    mine = connections.get()

    theirs = _in_thread(connections)

    assert theirs is not mine
    connections.close()


def test_connection_of_an_ended_thread_is_used_again(database: Counting) -> None:
    """A server with many short threads does not run out of connections."""
    connections = Connections(database)

    used = [_in_thread(connections) for _ in range(10)]

    assert len(database.opened) == 1
    assert set(map(id, used)) == {id(database.opened[0])}
    connections.close()


def test_lost_connection_is_replaced(database: Counting) -> None:
    """A connection that was lost while nobody used it is not given out again."""
    connections = Connections(database)
    lost = connections.get()
    database.lost.append(lost)

    found = connections.get()

    assert found is not lost
    assert len(database.opened) == 2
    connections.close()


def test_idle_connection_that_was_lost_is_not_given_out(database: Counting) -> None:
    """The same for one that an ended thread left behind."""
    connections = Connections(database)
    lost = _in_thread(connections)
    database.lost.append(lost)

    assert connections.get() is not lost
    connections.close()


def test_closed_connections_stay_closed(database: Counting) -> None:
    """Closing is for good, for every thread, and may be repeated."""
    connections = Connections(database)
    connections.get()
    connections.close()
    connections.close()

    with pytest.raises(BackendUnavailable, match="closed"):
        connections.get()


def test_forked_child_uses_connections_of_its_own(tmp_path: Path) -> None:
    """A child commits although its parent held connection and lock; the parent goes on."""
    script = f"""
import os
from aicmo_core.backends.sql.plugin import open_sqlite
from aicmo_core.storage import Insert
from aicmo_core.testing.samples import KIT, TICKETS, Ticket

def write(number):
    backend.commit([Insert(TICKETS, TICKETS.encode(Ticket(number), str(number)))])

backend = open_sqlite("sqlite:///{tmp_path}/fork.db?timeout=5")
backend.prepare([KIT])
write(1)
inherited = id(backend._connections.get())
backend._database._turns._mutex.acquire()
child = os.fork()
if child == 0:
    assert id(backend._connections.get()) != inherited
    write(2)
    backend.close()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
backend._database._turns._mutex.release()
write(3)
assert id(backend._connections.get()) == inherited
assert backend.count(TICKETS) == 3
backend.close()
"""

    ended = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)

    assert ended.returncode == 0, ended.stderr.decode()
