"""What a store can answer other than yes."""

from enum import Enum
from typing import Any

from attrs import define, frozen

from aicmo_core.kernel.errors import AicmoError


class ConflictKind(Enum):
    """Why a change was refused; each calls for another reaction."""

    FENCE = "fence"
    """A row that orders writers is taken or gone: read the journal again, decide again."""
    STALE = "stale"
    """The row was saved or removed by somebody else: read it again, run the step again."""
    UNIQUE = "unique"
    """The key or a unique value is taken."""


@frozen
class ConflictItem:
    """
    One refused change.

    Attributes:
        kind: Which reaction it calls for.
        collection: The collection's name.
        key: The row's encoded key, one scalar per key field.
        constraint: `"key"`, or the fields of the unique constraint joined by `,`.
        position: The change's index in the batch.
    """

    kind: ConflictKind
    collection: str
    key: tuple[Any, ...]
    constraint: str
    position: int

    def __str__(self) -> str:
        key = ", ".join(map(str, self.key))
        reason = {
            ConflictKind.FENCE: "another writer was first",
            ConflictKind.STALE: "saved or removed by somebody else since it was read",
            ConflictKind.UNIQUE: f"taken ({self.constraint})",
        }
        return f"{self.collection}[{key}]: {reason[self.kind]}"


@define
class Conflict(AicmoError):
    """
    The batch meets rows that are not as it expects. Nothing of it was written.

    Lists every refused change in batch order, the same on every backend. Read
    again and decide again; repeating the same batch cannot succeed.
    """

    items: tuple[ConflictItem, ...]

    def has(self, kind: ConflictKind) -> bool:
        return any(item.kind is kind for item in self.items)

    def __str__(self) -> str:
        return "nothing was written: " + "; ".join(map(str, self.items))


@define
class StaleItem(Conflict):
    """
    Another unit of work saved this item first. Nothing was written.

    Read it again and decide again; repeating the same write cannot succeed.
    """


@define
class BackendUnavailable(AicmoError):
    """
    The store cannot be used now. Nothing was written; trying again may succeed.

    Attributes:
        store: The store's address, without a password.
        reason: What the driver said, without values.
    """

    store: str
    reason: str

    def __str__(self) -> str:
        return f"{self.store} is not available: {self.reason}"


@define
class DatabaseLocked(BackendUnavailable):
    """Another process holds the lock for longer than the busy timeout. Try again later."""

    def __str__(self) -> str:
        return f"{self.store} is locked by another process: {self.reason}; try again when it ends"


@define
class DatabaseFull(BackendUnavailable):
    """The disk or the quota is full. Make room, then try again."""

    def __str__(self) -> str:
        return f"{self.store} is full: {self.reason}; make room on its disk and try again"


@define
class DatabaseReadOnly(BackendUnavailable):
    """The file, its folder or the server refuses writes. Change its permissions."""

    def __str__(self) -> str:
        return f"{self.store} is read-only: {self.reason}; give this user the right to write to it"


@define
class DatabaseMissing(BackendUnavailable):
    """There is no such database, or no folder to make it in. Create it first."""

    def __str__(self) -> str:
        return f"{self.store} does not exist: {self.reason}; create it first"


@define
class SchemaMismatch(BackendUnavailable):
    """The tables are not those of this code. `command` mends it."""

    command: str


@define
class DatabaseUnmigrated(SchemaMismatch):
    """The tables are missing or older than this code. Run `command`."""

    def __str__(self) -> str:
        return f"{self.store} is not migrated: {self.reason}; run: {self.command}"


@define
class DatabaseNewer(SchemaMismatch):
    """The tables were made by newer code. Install that release of the code."""

    def __str__(self) -> str:
        return f"{self.store} is newer than this code: {self.reason}; {self.command}"


@define
class DatabaseDiffers(SchemaMismatch):
    """
    Every migration was applied, and yet the tables are not those that are declared.

    A module changed a declaration without shipping a migration, or somebody altered a
    table. `command` lists every difference; `aicmo db revision` drafts the migration.
    """

    def __str__(self) -> str:
        return (
            f"the tables of {self.store} are not those that are declared: {self.reason}; the "
            f"module needs one more migration; for all differences run: {self.command}"
        )


@define
class NoMigrations(AicmoError):
    """A kind of store has no migrations. Its tables, if it has any, follow the declarations."""

    store: str

    def __str__(self) -> str:
        return f"{self.store} has no migrations: it follows the declarations by itself"


@define
class NothingToMigrate(AicmoError):
    """A module's tables agree with its declarations: there is no migration to write."""

    module: str

    def __str__(self) -> str:
        return f"the tables of module {self.module!r} agree with its declarations already"


@define
class OutcomeUnknown(AicmoError):
    """
    The answer to a commit was lost: it may be written, or may still be, or never.

    Do not find out by reading, for the commit may land after the read. Claim the
    batch's fence row by writing: whichever insert wins is the truth.
    """

    store: str
    reason: str

    def __str__(self) -> str:
        return f"the answer of {self.store} to a commit was lost: {self.reason}"


@define
class OwnershipError(AicmoError):
    """
    A module opened a collection that another module owns.

    Ask the owner through its port; a module's tables are its own.
    """

    module: str
    collection: str
    owner: str | None

    def __str__(self) -> str:
        owner = f"belongs to module {self.owner!r}" if self.owner else "is not registered"
        return (
            f"module {self.module!r} opened collection {self.collection!r}, which {owner}; "
            "use the owner's port"
        )


@define
class UnreadItem(AicmoError):
    """
    `replace` was called for an item that this unit of work has not read.

    Get it first, so that its version is known, or use `put` if the latest shall win.
    """

    collection: str
    key: tuple[Any, ...]

    def __str__(self) -> str:
        key = ", ".join(map(str, self.key))
        return f"{self.collection}[{key}] was not read here; get it before replace, or use put"


@define
class DeclarationError(AicmoError):
    """A collection is declared in a way that no backend could store. Mend the declaration."""

    collection: str
    reason: str

    def __str__(self) -> str:
        return f"collection {self.collection!r}: {self.reason}"


@define
class QueryRefused(AicmoError):
    """
    A finder names a field that is not indexed, or a value of the wrong type.

    Declare the field among the collection's indexes, or search by another.
    """

    collection: str
    reason: str

    def __str__(self) -> str:
        return f"cannot search {self.collection!r}: {self.reason}"
