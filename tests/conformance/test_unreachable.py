"""A store that cannot be reached says so, whatever it is asked."""

from collections.abc import Callable
from pathlib import Path

import pytest

from aicmo_core.backends.sql.plugin import open_postgres, open_sqlite
from aicmo_core.storage import Backend, BackendUnavailable, compile_query
from aicmo_core.testing.conformance.base import insert
from aicmo_core.testing.samples import CARDS, KIT, Card

CALLS: dict[str, Callable[[Backend], object]] = {
    "prepare": lambda backend: backend.prepare([KIT]),
    "get": lambda backend: backend.get(CARDS, ("a",)),
    "find": lambda backend: backend.find(CARDS, compile_query(CARDS)),
    "count": lambda backend: backend.count(CARDS),
    "commit": lambda backend: backend.commit([insert(CARDS, Card(card_id="a"))]),
    "now": lambda backend: backend.now(),
    "upgrade": lambda backend: backend.upgrade(),
    "downgrade": lambda backend: backend.downgrade("kit", "base"),
    "draft_migration": lambda backend: backend.draft_migration("kit", "words"),
}


@pytest.mark.parametrize("call", CALLS)
def test_server_that_is_not_there_is_told_by_every_method(call: str) -> None:
    """BackendUnavailable, and nothing of the driver's."""
    with open_postgres("postgresql://nobody@127.0.0.1:1/none") as backend:
        with pytest.raises(BackendUnavailable):
            backend.prepare([KIT])

        with pytest.raises(BackendUnavailable, match=r"127\.0\.0\.1:1"):
            CALLS[call](backend)


@pytest.mark.parametrize("call", CALLS)
def test_folder_that_is_not_there_is_told_by_every_method(call: str, tmp_path: Path) -> None:
    """With its path; nothing is made in its place."""
    with open_sqlite(f"sqlite:///{tmp_path}/nowhere/kit.db") as backend:
        with pytest.raises(BackendUnavailable):
            backend.prepare([KIT])

        with pytest.raises(BackendUnavailable, match="nowhere"):
            CALLS[call](backend)

    assert list(tmp_path.iterdir()) == []
