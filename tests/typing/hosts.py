"""What a host sees of the application and of stores. Checked by mypy, never executed."""

from typing import Any, assert_type

from attrs import frozen

import aicmo_core
from aicmo_core.kernel import Clock
from aicmo_core.saga import StepContext, Workflow, step
from aicmo_core.storage import Collection, Repository, Store


@frozen
class Note:
    note_id: str
    text: str


@frozen
class Order:
    number: int


@step
def write(ctx: StepContext[Order]) -> Note:
    return Note("n", "text")


NOTES = Collection("notes", Note, key="note_id")
jot = Workflow("jot", 1, Order, [write])


def with_a_store(store: Store) -> None:
    notes = store.open(NOTES)

    assert_type(notes, Repository[Note])
    assert_type(notes.get("n"), Note | None)
    assert_type(notes.add(Note("n", "text")), Note)
    notes.put(Order(1))  # type: ignore[arg-type]


def with_an_application(app: aicmo_core.App) -> None:
    run = app.run(jot, Order(1), key="order-1")

    assert_type(run, aicmo_core.Run)
    assert_type(run.state, aicmo_core.RunState)
    assert_type(run.result(write), Note)
    app.run(jot, Note("n", "text"))  # type: ignore[misc]
    app.run(jot)  # type: ignore[call-arg]


def with_a_unit_of_work(app: aicmo_core.App) -> None:
    with app.unit_of_work() as work:
        assert_type(work.port(Clock), Clock)
    assert_type(app.transact(lambda work: work.port(Clock).now().year), int)


def with_plain_data(form: dict[str, Any]) -> None:
    assert_type(aicmo_core.structure(form, Order), Order)
    with aicmo_core.open_app("memory:") as app:
        assert_type(app, aicmo_core.App)
