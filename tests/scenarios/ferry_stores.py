"""Fresh stores with the ferry's tables, by the name of their kind, and how often on which."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import pytest

from aicmo_core.app import open_backend
from aicmo_core.runtime.plugins import load_plugins
from aicmo_core.storage import Backend, Batch
from aicmo_core.testing.databases import fresh_mariadb, fresh_postgres
from aicmo_core.testing.faulty import FaultyBackend
from scenarios.ferry import ready
from scenarios.stores import (
    BACKENDS,
    MariaDbOracle,
    MemoryOracle,
    Oracle,
    PostgresOracle,
    SqliteOracle,
)

MANY = 10 if os.environ.get("AICMO_SOAK") == "1" else 1
"""How many times as many rounds the long run makes."""

Rounds: TypeAlias = tuple[Oracle, int]
"""A store, and how many rounds a test makes on it."""

Report: TypeAlias = Callable[[str], None]
"""Prints what a test counted."""


class FerryPostgres(PostgresOracle):
    """A database with the ferry's tables, and no other module's."""

    def __init__(self, url: str) -> None:
        self.url = url


class FerryMariaDb(MariaDbOracle):
    """The same on MariaDB."""

    def __init__(self, url: str) -> None:
        self.url = url


@contextmanager
def fresh_store(kind: str, folder: Path) -> Iterator[Oracle]:
    """A store of this kind that nobody else uses, with the ferry's tables."""
    match kind:
        case "memory":
            yield _made(MemoryOracle())
        case "sqlite":
            yield _made(SqliteOracle(folder))
        case "postgres":
            with fresh_postgres() as url:
                yield _made(FerryPostgres(url))
        case _:
            with fresh_mariadb() as url:
                yield _made(FerryMariaDb(url))


def _made(oracle: Oracle) -> Oracle:
    ready(open_backend(oracle.url, load_plugins()) if oracle.url != "memory:" else oracle.backend())
    return oracle


class Witness(FaultyBackend):
    """
    Remembers what its commits were answered.

    Attributes:
        refused: The errors of commits, by the class.
    """

    def __init__(self, inner: Backend) -> None:
        super().__init__(inner)
        self.refused: Counter[str] = Counter()

    def commit(self, changes: Batch) -> None:
        try:
            super().commit(changes)
        except Exception as error:
            self.refused[type(error).__name__] += 1
            raise


def on(**asked: int) -> pytest.MarkDecorator:
    """Parametrize `rounds`: a test's number of rounds on each kind of store."""
    chosen = [(kind, number) for kind, number in asked.items() if kind in BACKENDS]
    return pytest.mark.parametrize("rounds", chosen, indirect=True, ids=lambda found: found[0])
