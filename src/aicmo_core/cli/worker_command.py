"""`aicmo worker`: advance whatever runs of a database are due, until told to stop."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from queue import SimpleQueue
from threading import Thread
from types import FrameType
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from aicmo_core.cli import exits
from aicmo_core.cli.options import database, json_output, out
from aicmo_core.cli.output import print_json, say
from aicmo_core.cli.progress import show_progress

if TYPE_CHECKING:
    from aicmo_core.engines.worker import Worker

IDLE = "idle"
"""Why a worker has stopped that was to stop when nothing was due any more."""

_SIGNALS = (signal.SIGTERM, signal.SIGINT)

News: TypeAlias = "SimpleQueue[str | BaseException]"
"""The name of a signal that came, `IDLE`, or what was raised."""


@click.command(name="worker")
@database
@out
@click.option(
    "--threads",
    type=click.IntRange(1),
    default=4,
    show_default=True,
    help="How many runs it advances at once.",
)
@click.option(
    "--until-idle",
    is_flag=True,
    help="Advance in one thread what is due, and stop when nothing is.",
)
@json_output
@exits.report_errors
def command(url: str, out: str, threads: int, until_idle: bool, as_json: bool) -> None:
    """
    Advance the runs of a database that are due, until told to stop.

    On SIGTERM, or Ctrl-C, it drains: every thread finishes the step that it is at, and
    lets its run go. A second signal ends it at once; then its runs are recovered by
    other workers.

    Exit codes: 0 it has drained, or nothing is due; 1 with --until-idle, a run could not
    be advanced.
    """
    from aicmo_core.app import open_app
    from aicmo_core.cli.documents import chosen_documents
    from aicmo_core.cli.installed import host_rules, installed
    from aicmo_core.cli.remedies import require_database

    require_database(url)
    news: News = SimpleQueue()
    plugins = installed()
    made = chosen_documents(plugins)
    with (
        told_by_signals(news),
        open_app(url, artifacts=out, plugins=plugins, documents=made, rules=host_rules()) as app,
    ):
        show_progress(app)
        worker = app.worker(threads)
        stopped_by = _work_until_idle(worker, news) if until_idle else _serve(worker, news, threads)
    worked = worker.worked
    done = {
        "advanced": worked.advanced,
        "recovered": worked.recovered,
        "failed": worked.failed,
        "relayed": worked.relayed,
    }
    if as_json:
        print_json({"stopped_by": stopped_by, **done})
    else:
        say(", ".join(f"{count} {what}" for what, count in done.items()))
    if stopped_by == IDLE and worked.failed:
        sys.exit(exits.UNEXPECTED)


@contextmanager
def told_by_signals(news: News) -> Iterator[None]:
    """
    Have the first signal put into *news*; a second one ends the process, as by default.

    Nothing but the queue is touched in a signal handler: whatever the main thread was at,
    it may hold the lock that anything else would ask for.
    """

    def tell(number: int, _: FrameType | None) -> None:
        for one in _SIGNALS:
            signal.signal(one, signal.SIG_DFL)
        news.put(signal.Signals(number).name)

    before: list[Any] = [signal.signal(one, tell) for one in _SIGNALS]
    try:
        yield
    finally:
        for one, handler in zip(_SIGNALS, before, strict=True):
            signal.signal(one, handler)


def _serve(worker: Worker, news: News, threads: int) -> str:
    with worker:
        many = "1 thread" if threads == 1 else f"{threads} threads"
        say(f"working in {many}; SIGTERM or Ctrl-C stops", err=True)
        return _drained(worker, news)


def _work_until_idle(worker: Worker, news: News) -> str:
    """Work in a thread of its own, so that this one can hear of signals."""

    def work() -> None:
        try:
            worker.run_until_idle()
        except BaseException as error:  # noqa: BLE001 - raised again in the main thread
            news.put(error)
        else:
            news.put(IDLE)

    thread = Thread(target=work, name="aicmo-worker-idle", daemon=True)
    thread.start()
    return _drained(worker, news, thread.join)


def _drained(worker: Worker, news: News, join: Callable[[], object] = lambda: None) -> str:
    """Wait for news, and drain; return why."""
    why = news.get()
    if isinstance(why, BaseException):
        raise why
    worker.stop(timedelta(0))  # first: who reads the line may rely on it
    if why != IDLE:
        say(f"{why}: every step that has begun is finished; a second one ends at once", err=True)
    worker.stop()
    join()
    return why
