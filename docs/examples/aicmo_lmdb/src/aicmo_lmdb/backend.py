"""The storage port on LMDB."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from aicmo_core.kernel import AicmoError
from aicmo_core.storage import (
    Backend,
    BackendUnavailable,
    Batch,
    Collection,
    Condition,
    Conflict,
    DatabaseNewer,
    DatabaseUnmigrated,
    Key,
    KeyValueLayout,
    ModuleSchema,
    Query,
    Row,
    SchemaState,
    SchemaStatus,
    schema_state,
    upgrade_shapes,
)
from aicmo_lmdb.address import Address
from aicmo_lmdb.environment import ENVIRONMENTS, Environment
from aicmo_lmdb.transaction import LmdbPairs

LONGEST_KEY = 511
"""What every build of LMDB takes. Part of how rows are laid out: it never changes."""


class LmdbBackend(Backend):
    """
    Rows in a folder, for any number of threads and processes of one machine.

    Readers never wait. One writer at a time is at work; the others wait for it, without
    a limit, and go on when its process dies. A commit has reached the disk when it
    returns. Do not keep the folder on a network file system.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._layout = KeyValueLayout(LONGEST_KEY)
        self._environment: Environment | None = None
        self._latest = datetime.min.replace(tzinfo=UTC)

    # -- the schema

    def prepare(self, schemas: Sequence[ModuleSchema]) -> None:
        self._layout.declare(schemas)
        if self._environment is None:
            self._environment = ENVIRONMENTS.acquire(self._address)
        state = self._open().read(self._state)
        if state.status is SchemaStatus.MISSING:
            self.upgrade()
        else:
            self._refuse(state, SchemaStatus.NEWER, SchemaStatus.OLDER)

    def schema(self) -> SchemaState:
        return self._open().read(self._state)

    def upgrade(self) -> Sequence[str]:
        return self._open().write(self._upgraded)

    def _upgraded(self, pairs: LmdbPairs) -> list[str]:
        self._refuse(self._state(pairs), SchemaStatus.NEWER)
        lines, writes = upgrade_shapes(self._layout, pairs)
        pairs.apply(writes)
        return lines

    def _state(self, pairs: LmdbPairs) -> SchemaState:
        state = schema_state(self._layout, pairs, self._address.upgrade_command)
        if state.status is SchemaStatus.MISSING and not pairs.is_empty():
            reason = "another program keeps its data in this folder; name a folder of its own"
            raise BackendUnavailable(self._address.url, reason)
        return state

    def _refuse(self, state: SchemaState, *statuses: SchemaStatus) -> None:
        if state.status in statuses:
            newer = state.status is SchemaStatus.NEWER
            error = DatabaseNewer if newer else DatabaseUnmigrated
            raise error(self._address.url, state.detail, state.command)

    # -- reading

    def get(self, collection: Collection[Any], key: Key) -> Row | None:
        return self._open().read(lambda pairs: self._layout.get(pairs, collection, key))

    def find(self, collection: Collection[Any], query: Query) -> list[Row]:
        return self._open().read(lambda pairs: self._layout.find(pairs, collection, query))

    def count(self, collection: Collection[Any], where: Sequence[Condition] = ()) -> int:
        return self._open().read(lambda pairs: self._layout.count(pairs, collection, where))

    # -- writing

    def commit(self, changes: Batch) -> None:
        self._open().write(lambda pairs: pairs.apply(self._layout.changes(pairs, changes)))

    def commit_many(self, batches: Sequence[Batch]) -> list[AicmoError | None]:
        """Commit each batch by itself, all within one transaction: one wait for the disk."""

        def act(pairs: LmdbPairs) -> list[AicmoError | None]:
            return [self._verdict(pairs, batch) for batch in batches]

        try:
            return self._open().write(act)
        except AicmoError as error:
            return [error] * len(batches)

    def _verdict(self, pairs: LmdbPairs, batch: Batch) -> AicmoError | None:
        try:
            writes = self._layout.changes(pairs, batch)
        except Conflict as conflict:
            return conflict
        pairs.apply(writes)
        return None

    # -- the rest

    def now(self) -> datetime:
        """Return this machine's time, which all users of an embedded store share."""
        self._latest = max(self._latest, datetime.now(UTC))
        return self._latest

    def close(self) -> None:
        environment, self._environment = self._environment, None
        if environment is not None:
            ENVIRONMENTS.release(environment)

    def _open(self) -> Environment:
        environment = self._environment
        if environment is None:
            raise BackendUnavailable(self._address.url, "it is not open: prepare it first")
        if not environment.is_open:  # this process is a fork of the one that opened it
            self._environment = environment = ENVIRONMENTS.acquire(self._address)
        return environment
