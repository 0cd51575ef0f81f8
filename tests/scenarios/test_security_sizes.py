"""The largest item that is allowed is taken by every backend, whatever it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve

from aicmo_core.app import open_backend
from aicmo_core.kernel.errors import InvalidValue
from aicmo_core.runtime.plugins import load_plugins
from aicmo_core.storage import ROW_BYTES, DatabaseUnmigrated, Insert
from aicmo_core.testing.databases import fresh_mariadb, fresh_postgres, fresh_sqlite
from aicmo_core.testing.samples import KIT, TICKETS, Ticket


@pytest.fixture(params=["memory", "sqlite", "postgres", "mariadb"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    match request.param:
        case "memory":
            yield "memory:"
        case "sqlite":
            yield fresh_sqlite(tmp_path)
        case "postgres":
            with fresh_postgres() as fresh:
                yield fresh
        case _:
            with fresh_mariadb() as fresh:
                yield fresh


@pytest.mark.parametrize("character", ["'", "\\", "é"])
def test_largest_item(url: str, character: str) -> None:
    """Also of characters that a statement may spell as two; one byte more is refused."""
    ticket = Ticket(1, character * (ROW_BYTES // len(character.encode())))
    with open_backend(url, load_plugins(allow=[])) as backend:
        try:
            backend.prepare([KIT])
        except DatabaseUnmigrated:
            backend.upgrade()

        backend.commit([Insert(TICKETS, TICKETS.encode(ticket, "token"))])

        row = backend.get(TICKETS, (1,))
    assert row is not None
    assert TICKETS.decode(row) == ticket
    with pytest.raises(InvalidValue, match=f"at most {ROW_BYTES} bytes"):
        TICKETS.encode(evolve(ticket, text=ticket.text + "x"), "token")
