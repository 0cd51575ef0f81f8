"""What the tests of this distribution store."""

from __future__ import annotations

from aicmo_lmdb.plugin import open_lmdb
from attrs import frozen

from aicmo_core.storage import Backend, Collection, Insert, ModuleSchema, compile_query


@frozen
class Note:
    note_id: str
    text: str = ""


@frozen
class LongerNote:
    note_id: str
    text: str = ""
    author: str | None = None


NOTES = Collection("notes", Note, key="note_id")
LONGER_NOTES = Collection("notes", LongerNote, key="note_id", indexes=("author",))


def opened(url: str, collection: Collection[Note] = NOTES) -> Backend:
    """Return a prepared backend."""
    backend = open_lmdb(url)
    backend.prepare([ModuleSchema("notes", (collection,))])
    return backend


def add(backend: Backend, *note_ids: str, text: str = "") -> None:
    """Insert notes in one commit."""
    backend.commit([Insert(NOTES, NOTES.encode(Note(n, text), f"token-{n}")) for n in note_ids])


def ids(backend: Backend) -> list[str]:
    """Return the ids of all notes, in order."""
    return [row.key[0] for row in backend.find(NOTES, compile_query(NOTES))]
