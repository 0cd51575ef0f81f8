"""The two engines of the library keep what an engine promises."""

from __future__ import annotations

from typing import Any

from aicmo_core.app import App
from aicmo_core.engines.worker import Worker
from aicmo_core.testing import EngineConformance


class TestWorker(EngineConformance):
    def engine(self, app: App) -> Worker:
        return app.worker(threads=2)

    def advance(self, engine: Any) -> None:
        engine.run_until_idle()

    def watch(self, engine: Any) -> None:
        engine.run_until_idle(watch=True)

    def stop(self, engine: Any) -> None:
        engine.stop()


class TestInline(EngineConformance):
    """The callers' threads advance runs; it has none of its own to stop."""

    drains = False

    def engine(self, app: App) -> App:
        return app

    def advance(self, engine: Any) -> None:
        engine.recover()

    def watch(self, engine: Any) -> None:
        engine.recover()
