"""
The LMDB environments of this process.

LMDB's rules, and who keeps them here:

- A process opens a file once, for its locks belong to the process: all backends on one
  folder share an `Environment`, counted by `Environments`.
- An environment is of no use after a fork: no transaction is open while the process
  forks, and the child opens anew what it uses.
- The map has a size. It is replaced by a larger one when it is full, and when another
  process has done so; meanwhile no transaction is open in this process.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TypeVar

import lmdb

from aicmo_core.kernel import InvalidValue, Problem
from aicmo_core.storage import DatabaseFull, DatabaseMissing
from aicmo_lmdb.address import Address
from aicmo_lmdb.errors import after_commit, translated
from aicmo_lmdb.gate import Gate
from aicmo_lmdb.transaction import LmdbPairs

T = TypeVar("T")

_READERS = 1024


class Environment:
    """
    One folder, open in this process.

    Attributes:
        address: Where it is, and how it was opened.
        gate: Held by every transaction; closed to replace the map, to fork and to close.
        users: How many backends share it.
        is_open: False after the last of them has left, and in a child process.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        self.gate = Gate()
        self.users = 0
        self.is_open = True
        # A size of 0 is that of the stored map, or 1 MiB for a new one.
        self._lmdb = lmdb.open(
            str(address.folder),
            map_size=0,
            max_readers=_READERS,
            metasync=address.syncs_meta,
        )
        self._lmdb.reader_check()  # free the places of readers that were killed
        self._size = self._lmdb.info()["map_size"]

    def read(self, ask: Callable[[LmdbPairs], T]) -> T:
        """
        Return what *ask* finds in a transaction that sees all that was committed before.

        Raises:
            BackendUnavailable: The store cannot be read.
        """
        while True:
            try:
                with self.gate.shared(), self._lmdb.begin() as transaction:
                    return ask(LmdbPairs(transaction))
            except lmdb.MapResizedError:
                self._adopt_size()
            except (lmdb.Error, OSError) as error:
                raise translated(error, self.address.url) from error

    def write(self, act: Callable[[LmdbPairs], T]) -> T:
        """
        Return what *act* returns, and commit what it wrote; nothing, if it raises.

        It waits for other writers, in any process. *act* is called again, in a
        new transaction, when the map is full.

        Raises:
            DatabaseFull: The disk is full, or the map has its largest size.
            BackendUnavailable: The store cannot be written.
            OutcomeUnknown: The disk did not confirm the commit.
        """
        while True:
            size = self._size
            try:
                with self.gate.shared():
                    return self._written(act)
            except lmdb.MapFullError:
                self._grow(size)
            except lmdb.MapResizedError:
                self._adopt_size()
            except (lmdb.Error, OSError) as error:
                raise translated(error, self.address.url) from error

    def _written(self, act: Callable[[LmdbPairs], T]) -> T:
        transaction = self._lmdb.begin(write=True)
        try:
            pairs = LmdbPairs(transaction)
            result = act(pairs)
        except BaseException:
            transaction.abort()
            raise
        if not pairs.is_changed:
            transaction.abort()
            return result
        try:
            transaction.commit()
        except lmdb.MapFullError:
            raise
        except lmdb.Error as error:
            raise after_commit(error, self.address.url, self.address.folder) from error
        return result

    def _grow(self, seen: int) -> None:
        """Double the map, unless another thread has done so since *seen* was its size."""
        with self.gate.exclusive():
            if self._size > seen:
                return
            largest = self.address.max_size
            if self._size >= largest:
                raise DatabaseFull(self.address.url, f"it has reached max_size={largest}")
            try:
                self._lmdb.set_mapsize(min(2 * self._size, largest))
            except lmdb.Error as error:
                raise translated(error, self.address.url) from error
            self._size = self._lmdb.info()["map_size"]

    def _adopt_size(self) -> None:
        """Take over the size to which another process has grown the map."""
        with self.gate.exclusive():
            self._lmdb.set_mapsize(0)
            self._size = self._lmdb.info()["map_size"]

    def close(self) -> None:
        """Close the files. The gate is closed; who waits at it is told that they are too."""
        self.is_open = False
        self._lmdb.close()
        self.gate.open()


class Environments:
    """The environments that are open in this process, by the identity of their file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_file: dict[tuple[int, int], Environment] = {}
        self._watches_forks = False

    def acquire(self, address: Address) -> Environment:
        """
        Return the folder's environment, opened if it is not open; `release` it later.

        The folder is made where its parent is there.

        Raises:
            BackendUnavailable: It cannot be opened.
            InvalidValue: It is open in this process with other options.
        """
        with self._lock:
            self._watch_forks()
            environment = self._opened(address)
            environment.users += 1
            return environment

    def release(self, environment: Environment) -> None:
        """Close it if nobody else in this process uses it."""
        with self._lock:
            environment.users -= 1
            if environment.users or not environment.is_open:
                return
            self._by_file = {k: e for k, e in self._by_file.items() if e is not environment}
            environment.gate.close()
            environment.close()

    def _opened(self, address: Address) -> Environment:
        try:
            address.folder.mkdir(exist_ok=True)
            known = self._by_file.get(_file(address))
            if known is None:
                known = Environment(address)
                self._by_file[_file(address)] = known
        except FileNotFoundError as error:
            reason = (
                f"there is no folder {str(address.folder.parent)!r} to make it in"
                " (lmdb:///a/b is relative to the working directory, lmdb:////a/b absolute)"
            )
            raise DatabaseMissing(address.url, reason) from error
        except (lmdb.Error, OSError) as error:
            raise translated(error, address.url) from error
        options = known.address.max_size, known.address.syncs_meta
        if options != (address.max_size, address.syncs_meta):
            message = f"this process has it open as {known.address.url!r}, with other options"
            raise InvalidValue("database URL", (Problem("$", message),))
        return known

    # -- forks

    def _watch_forks(self) -> None:
        if not self._watches_forks and hasattr(os, "register_at_fork"):
            os.register_at_fork(
                before=self._before_fork,
                after_in_parent=self._after_fork_in_parent,
                after_in_child=self._after_fork_in_child,
            )
        self._watches_forks = True

    def _before_fork(self) -> None:
        self._lock.acquire()
        for environment in self._by_file.values():
            environment.gate.close()

    def _after_fork_in_parent(self) -> None:
        for environment in self._by_file.values():
            environment.gate.open()
        self._lock.release()

    def _after_fork_in_child(self) -> None:
        for environment in self._by_file.values():
            environment.close()
        self._by_file.clear()
        self._lock.release()


def _file(address: Address) -> tuple[int, int]:
    """Return what tells the store's file from every other; (0, 0) while there is none."""
    try:
        found = (address.folder / "data.mdb").stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_dev, found.st_ino


ENVIRONMENTS = Environments()
"""Those of this process. Nothing is opened before a backend is prepared."""
