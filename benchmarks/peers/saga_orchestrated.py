"""
python-saga-orchestrator: five steps, whose state, history and events it keeps by SQLAlchemy.

A step has no part in the transaction that notes it, so its rows are in one of their own.
Documents are handed from step to step in memory. It needs Python 3.12 and PostgreSQL.
"""

from __future__ import annotations

import asyncio
import sys
import uuid
from importlib import import_module
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from benchmarks.floors.rows import new_id, step_rows
from benchmarks.floors.tables import count_sql
from benchmarks.measure import Variant
from benchmarks.peers.serving import serve
from benchmarks.peers.store import MODULE_TABLES, Store, insert
from benchmarks.work import STEPS

saga: Any = import_module("saga_orchestrator")
BaseModel: Any = import_module("pydantic").BaseModel


class Base(DeclarativeBase):
    pass


class History(Base, saga.SagaStepHistoryMixin):  # type: ignore[misc]
    __tablename__ = "saga_history"

    saga_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("saga_state.id"), index=True)


class State(Base, saga.SagaStateMixin):  # type: ignore[misc]
    __tablename__ = "saga_state"

    step_history: Mapped[list[History]] = relationship(
        "History", cascade="all, delete-orphan", order_by="History.id"
    )


class Outbox(Base, saga.OutboxMessageMixin):  # type: ignore[misc]
    __tablename__ = "saga_outbox"


class Given(BaseModel):  # type: ignore[misc]
    run: str


class Stored(BaseModel):  # type: ignore[misc]
    key: str
    document: str


class SagaOrchestrated(Variant):
    def __init__(self, url: str, threads: int) -> None:
        assert threads == 1, "its sessions belong to one event loop"
        self._store = Store(url)
        self._made: dict[str, list[Any]] = {}

    def open(self) -> None:
        self._store.make(MODULE_TABLES)
        self.durability = self._store.durability
        engine = self._store.engine()
        Base.metadata.create_all(engine)
        engine.dispose()
        self._loop = asyncio.new_event_loop()
        self._engine = create_async_engine(self._store.sqlalchemy_url(driver="asyncpg"))
        self._sessions = async_sessionmaker(self._engine)
        self._orchestrator = saga.SagaOrchestrator(
            model_class=State,
            history_model_class=History,
            session_maker=self._sessions,
            outbox_model_class=Outbox,
        )
        builder = saga.SagaBuilder()
        for number in range(len(STEPS)):
            builder.add_step(
                step=self._step(number),
                input_map=lambda context: Given(run=context.initial_data["run"]),
                outbox_map=lambda given, stored: [
                    saga.OutboxEvent(topic="stored", payload={"key": stored.key})
                ],
            )
        self._orchestrator.register("five_steps", builder.build())

    def _step(self, number: int) -> Any:
        sessions, everything = self._sessions, self._made

        class Storing(saga.BaseStep[Given, Stored]):  # type: ignore[misc]
            async def execute(
                self, inp: Given, event_type: str | None = None, event_payload: Any = None
            ) -> Stored:
                made = everything[inp.run]
                written = step_rows(number, inp.run, made)
                async with sessions.begin() as session:
                    for table, rows in written:
                        if table in MODULE_TABLES:
                            await session.execute(*insert(table, rows))
                journal = dict(written)["aicmo_journal"][0]
                return Stored(key=written[0][1][0][0], document=journal[6])

        return Storing()

    def one(self) -> None:
        run = new_id()
        self._made[run] = []
        start = self._orchestrator.start(
            saga_name="five_steps", initial_data={"run": run}, aggregation_id=run
        )
        self._loop.run_until_complete(start)
        assert len(self._made.pop(run)) == len(STEPS)

    def counts(self) -> int:
        engine = self._store.engine()
        with engine.connect() as connection:
            names = [*MODULE_TABLES, *(table.name for table in Base.metadata.sorted_tables)]
            found = int(connection.execute(sa.text(count_sql(names))).scalar_one())
        engine.dispose()
        return found

    def close(self) -> None:
        self._loop.run_until_complete(self._engine.dispose())
        self._loop.close()


if __name__ == "__main__":
    serve("python-saga-orchestrator", SagaOrchestrated(sys.argv[1], int(sys.argv[2])))
