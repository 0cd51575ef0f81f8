"""What an erasure asks of a store that holds many runs about others."""

from __future__ import annotations

from math import ceil
from typing import Any

import pytest
from attrs import evolve, frozen

from aicmo_core import App, StepContext, Workflow, open_app, step
from aicmo_core.backends.memory import MemoryBackend
from aicmo_core.hooks import Module, provides
from aicmo_core.runtime.plugins import Plugins
from aicmo_core.runtime.records import JOURNAL, RUNS
from aicmo_core.runtime.retention import erasure
from aicmo_core.storage import Collection, Key, Query, Row, Store


@frozen
class Letter:
    number: int
    person: str
    text: str = ""


LETTERS = Collection("post_letters", Letter, key="number", subject="person", indexes=("person",))


class Post:
    """Keeps letters."""

    def __init__(self, store: Store) -> None:
        self.letters = store.open(LETTERS)


POST = Module("post", [LETTERS], [provides(Post).by(lambda scope: Post(scope.store))])


@step
def receive(context: StepContext[Letter]) -> None:
    context.port(Post).letters.put(context.input)


@step
def stamp(context: StepContext[Letter]) -> None:
    letter = context.port(Post).letters.require(context.input.number)
    context.port(Post).letters.replace(evolve(letter, text="stamped"))


sorting = Workflow("sorting", 1, Letter, [receive, stamp])
"""Says of nobody that it is about them: what its runs could put back is found in their undo."""


class Asked(MemoryBackend):
    """Notes in how many questions runs were asked for."""

    questions = 0

    def get(self, collection: Collection[Any], key: Key) -> Row | None:
        self.questions += collection is RUNS
        return super().get(collection, key)

    def find(self, collection: Collection[Any], query: Query) -> list[Row]:
        self.questions += collection is RUNS
        return super().find(collection, query)


def opened(backend: MemoryBackend) -> App:
    return open_app(backend, modules=[POST], workflows=[sorting], plugins=Plugins())


def questions_for(runs: int) -> int:
    """Return in how many questions an erasure asks for so many runs that could be undone."""
    backend = Asked()
    with opened(backend) as app:
        for number in range(runs):
            app.run(sorting, Letter(number, "ben"))
        backend.questions = 0
        assert app.retention.erase("anna", by="dora", why="asked for").finished
    return backend.questions


def test_runs_are_read_many_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more question for each `RUNS_AT_ONCE`, not for each run."""
    monkeypatch.setattr(erasure, "RUNS_AT_ONCE", 4)
    without = questions_for(0)

    assert [questions_for(n) - without for n in (1, 4, 5, 21)] == [
        ceil(n / 4) for n in (1, 4, 5, 21)
    ]


@pytest.mark.parametrize("runs", [1, 4, 5, 9])
def test_undo_of_every_run_is_looked_through(monkeypatch: pytest.MonkeyPatch, runs: int) -> None:
    """However they come together: nothing of the subject stays in any entry, all of others'."""
    monkeypatch.setattr(erasure, "RUNS_AT_ONCE", 4)
    backend = MemoryBackend()
    with opened(backend) as app:
        for number in range(runs):
            app.run(sorting, Letter(number, "anna" if number % 2 == 0 else "ben"))

        done = app.retention.erase("anna", by="dora", why="asked for")

    kept = [JOURNAL.decode(row).undo or "" for row in backend.find(JOURNAL, Query())]
    assert done.finished
    assert sum('"anna"' in undo for undo in kept) == 0
    assert sum('"ben"' in undo for undo in kept) == runs // 2
