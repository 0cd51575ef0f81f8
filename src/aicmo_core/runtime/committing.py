"""
Commits, and what becomes of one whose answer is lost.

An unknown outcome is settled by writing, never by reading: a read may come before
the commit lands. The row that fences the batch is claimed with another content.
Whichever insert wins is the truth.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from aicmo_core.kernel.clock import Clock, Waiter
from aicmo_core.runtime.records import COMMITS, CommitRecord
from aicmo_core.storage import (
    Backend,
    BackendUnavailable,
    Change,
    Collection,
    Conflict,
    ConflictItem,
    ConflictKind,
    Insert,
    OutcomeUnknown,
    Replace,
    Require,
    Row,
    Token,
)

_log = logging.getLogger("aicmo_core.commit")

_SETTLE_WAITS = tuple(timedelta(milliseconds=ms) for ms in (0, 50, 200, 1000, 3000))


class Lost(Exception):
    """A batch whose answer was lost is known now never to land. Its fence row is used up."""


def write_row(
    backend: Backend, waiter: Waiter, change: Insert | Replace, required: Sequence[Require] = ()
) -> None:
    """
    Commit one row by itself, if the rows that are *required* are as they were read.

    A lost answer is settled by writing the same row again: its token, which nobody
    else has, tells whether an earlier delivery landed.

    Raises:
        Conflict: Nothing was written, or somebody wrote over it at once.
        BackendUnavailable: Nothing was written.
        OutcomeUnknown: The answer was lost each time.
    """
    for wait in _SETTLE_WAITS:
        try:
            backend.commit([*required, change])
            return
        except Conflict:
            if not _is_there(backend, change.collection, change.row):
                raise
            return
        except OutcomeUnknown as error:
            _log.warning("%s; writing it again", error)
            lost = error
        waiter.wait(wait)
    raise lost


def _is_there(backend: Backend, collection: Collection[Any], row: Row) -> bool:
    stored = backend.get(collection, row.key)
    return stored is not None and stored.token == row.token


class Committer:
    """Commits fenced batches to one backend."""

    def __init__(self, backend: Backend, clock: Clock, waiter: Waiter) -> None:
        self._backend = backend
        self._clock = clock
        self._waiter = waiter

    def commit(
        self,
        changes: Sequence[Change],
        fence: Insert,
        void: Callable[[], Sequence[Change]],
    ) -> None:
        """
        Commit *changes*, of which the insert of *fence* is one.

        Args:
            void: Makes a batch whose last change inserts a row with the fence's key that
                says that nothing happened.

        Raises:
            Conflict: Nothing was written.
            BackendUnavailable: Nothing was written.
            Lost: Nothing was written and nothing will be; the void row is there instead.
            OutcomeUnknown: The answer was lost, and the store cannot be asked either.
        """
        try:
            self._backend.commit(changes)
        except Conflict as conflict:
            # A batch that was delivered twice meets itself.
            if not conflict.has(ConflictKind.FENCE) or not _is_there(self._backend, *fence):
                raise
        except OutcomeUnknown as error:
            if not self._settle(fence, void(), error):
                raise Lost from error

    def _settle(self, fence: Insert, void: Sequence[Change], lost: OutcomeUnknown) -> bool:
        """Return whether the batch with this *fence* landed."""
        _log.warning("%s; settling it", lost)
        for wait in _SETTLE_WAITS:
            self._waiter.wait(wait)
            try:
                return self._claim(fence, void)
            except (BackendUnavailable, OutcomeUnknown) as error:
                _log.warning("not settled yet: %s", error)
        raise lost

    def _claim(self, fence: Insert, void: Sequence[Change]) -> bool:
        try:
            self._backend.commit(void)
        except Conflict:
            return self._is_stored(fence, void)
        return False

    def _is_stored(self, fence: Insert, void: Sequence[Change]) -> bool:
        """The claim was refused for good, and the batch or what refused it is to be seen."""
        claim = void[-1]
        assert isinstance(claim, Insert)
        stored = self._backend.get(fence.collection, fence.key)
        if stored is not None and stored.token == claim.row.token:
            return False  # this settler's own claim, whose answer was lost as well
        if stored is not None and stored.token == fence.row.token:
            return True
        # Somebody else's: the batch was refused, and only the refusal was lost.
        raise Conflict(
            (ConflictItem(ConflictKind.FENCE, fence.collection.name, fence.key, "key", 0),)
        )

    def commit_marked(self, changes: Sequence[Change], commit_id: str, token: Token) -> None:
        """
        Commit a batch that has no journal entry, with a mark of its own.

        Raises:
            Conflict: Nothing was written.
            BackendUnavailable: Nothing was written.
            OutcomeUnknown: The answer was lost, and the store cannot be asked either.
        """
        mark = COMMITS.encode(CommitRecord(commit_id, self._clock.now()), token)

        def void() -> list[Change]:
            record = CommitRecord(commit_id, self._clock.now(), True)
            return [Insert(COMMITS, COMMITS.encode(record, token + "v"))]

        fence = Insert(COMMITS, mark)
        try:
            self.commit([fence, *changes], fence, void)
        except Lost as lost:
            raise BackendUnavailable("the store", "the answer was lost before it landed") from lost
