"""A disk that fills, and a file that turns read-only, before every commit of a run."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aicmo_core import App
from aicmo_core.backends.sql.address import read_address
from aicmo_core.backends.sql.backend import SqlBackend
from aicmo_core.backends.sql.sqlite import Sqlite
from aicmo_core.providers.folder_artifacts import FolderArtifactStore
from aicmo_core.storage import BackendUnavailable, DatabaseFull, DatabaseReadOnly
from scenarios.ferry import Horn, Passenger, lettered, open_ferry, passage, ready
from scenarios.ferry_stores import Report, Witness
from scenarios.ferry_verdict import half_steps, judge
from scenarios.stores import SqliteOracle

ROOM = 16 << 20
"""The size of the disk: more than the log of all commits, and the files."""


def _mount(*arguments: str) -> bool:
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of this test's own, in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if sys.platform != "linux" or not _mount(
        "-t", "tmpfs", "-o", f"size={ROOM}", "none", str(folder)
    ):
        pytest.skip("a disk of one's own needs Linux, and the right to mount one")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


class Ballast:
    """Fills a disk to the last byte, and makes room again."""

    def __init__(self, disk: Path) -> None:
        self._file = disk / "ballast"

    def load(self) -> None:
        with self._file.open("ab", buffering=0) as file:
            for size in (1 << 16, 1 << 12, 1 << 8, 1):
                try:
                    while file.write(b"x" * size) == size:
                        pass
                except OSError:  # full for this size
                    continue

    def drop(self) -> None:
        self._file.unlink(missing_ok=True)


class Turning(Sqlite):
    """A file whose connections can be forbidden to write."""

    def __init__(self, url: str) -> None:
        super().__init__(read_address(url))
        self._opened: list[Any] = []
        self._read_only = False

    def connect(self) -> Any:
        connection = super().connect()
        self._opened.append(connection)
        connection.execute(f"PRAGMA query_only={int(self._read_only)}")
        return connection

    def turn(self, *, read_only: bool) -> None:
        self._read_only = read_only
        for connection in self._opened:
            connection.execute(f"PRAGMA query_only={int(read_only)}")


class Voyages:
    """
    Runs that meet a fault before one commit each, until a run has no more commits.

    Attributes:
        errors: What the callers were told, by the class.
        names: Whom they carried.
    """

    def __init__(self, witness: Witness, app: App, oracle: SqliteOracle) -> None:
        self._witness, self._app, self._oracle = witness, app, oracle
        self.errors: Counter[str] = Counter()
        self.names: list[str] = []

    def carry(self, passenger: Passenger, workflow: Any = passage) -> None:
        """Carry somebody whom nothing hinders."""
        self.names.append(passenger.name)
        self._app.run(workflow, passenger, key=passenger.name)

    def hinder_each(
        self, workflow: Any, refused: bool, hinder: Callable[[], None], relent: Callable[[], None]
    ) -> int:
        """Return at how many commits a run was hindered; each of them goes on afterwards."""
        number = 0
        while True:
            number += 1
            passenger = Passenger(f"p{workflow.name}{refused}{number}", refused)
            self.names.append(passenger.name)
            place = self._witness.commits + number
            self._witness.plan = {place: lambda _: hinder()}
            stopped = self._meets(workflow, passenger)
            reached = self._witness.commits >= place
            self._witness.plan = {}
            relent()
            assert reached or not stopped
            run = self._app.run(workflow, passenger, key=passenger.name)
            assert run.state.value == ("compensated" if refused else "completed")
            if not reached:
                return number - 1

    def _meets(self, workflow: Any, passenger: Passenger) -> bool:
        """Run, and return whether an error stopped it; then nothing is there by halves."""
        try:
            self._app.run(workflow, passenger, key=passenger.name)
        except BackendUnavailable as error:
            self.errors[type(error).__name__] += 1
            assert half_steps(self._oracle) == []
            return True
        return False


def test_a_disk_that_is_full_before_each_commit(
    disk: Path, tmp_path: Path, horn: Horn, report: Report
) -> None:
    """Its caller is told that it is full; with room made, the run goes on where it was."""
    oracle, ballast = SqliteOracle(disk), Ballast(disk)
    ready(oracle.backend())
    witness = Witness(oracle.backend())

    with open_ferry(witness, horn, artifacts=FolderArtifactStore(disk / "files")) as app:
        voyages = Voyages(witness, app, oracle)
        voyages.carry(Passenger("first"))
        hindered = sum(
            voyages.hinder_each(workflow, refused, ballast.load, ballast.drop)
            for workflow in (passage, lettered)
            for refused in (False, True)
        )

    verdict = judge(oracle, horn, voyages.names)
    assert verdict.wrong == []
    # SQLite writes over a log that it has read back, for which it needs no room: some get through.
    assert hindered // 2 < voyages.errors[DatabaseFull.__name__] == voyages.errors.total()
    report(f"{hindered} commits on a full disk, callers were told {dict(voyages.errors)}")


def test_a_file_that_turns_read_only_before_each_commit(
    tmp_path: Path, horn: Horn, report: Report
) -> None:
    """Its caller is told so; when it may be written again, the run goes on where it was."""
    oracle = SqliteOracle(tmp_path)
    ready(oracle.backend())
    database = Turning(oracle.url)
    witness = Witness(SqlBackend(database))

    with open_ferry(witness, horn) as app:
        voyages = Voyages(witness, app, oracle)
        voyages.carry(Passenger("first"))
        hindered = sum(
            voyages.hinder_each(
                passage,
                refused,
                lambda: database.turn(read_only=True),
                lambda: database.turn(read_only=False),
            )
            for refused in (False, True)
        )

    verdict = judge(oracle, horn, voyages.names)
    assert verdict.wrong == []
    assert voyages.errors == {DatabaseReadOnly.__name__: hindered}
    report(f"{hindered} commits on a read-only file, callers were told {dict(voyages.errors)}")


def test_a_disk_that_is_mounted_read_only_between_two_processes(disk: Path, horn: Horn) -> None:
    """The application does not open, and says why; once it does, the run is there."""
    oracle = SqliteOracle(disk)
    ready(oracle.backend())
    with open_ferry(oracle.backend(), horn) as app:
        app.run(passage, Passenger("anna"), key="anna")
    assert _mount("-o", "remount,ro", str(disk))

    with pytest.raises(BackendUnavailable) as caught:
        open_ferry(oracle.backend(), horn)

    assert _mount("-o", f"remount,rw,size={ROOM}", str(disk))
    assert isinstance(caught.value, DatabaseReadOnly)
    with open_ferry(oracle.backend(), horn) as app:
        assert app.run(passage, Passenger("anna"), key="anna").state.value == "completed"
    assert judge(oracle, horn, ["anna"]).wrong == []
