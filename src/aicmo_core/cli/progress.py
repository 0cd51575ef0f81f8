"""Progress on standard error, where that is a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from aicmo_core.cli.output import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aicmo_core.app import App
    from aicmo_core.runtime.records import RunRecord
    from aicmo_core.saga import Entry


def show_progress(app: App) -> None:
    """Tell a person at a terminal of every entry that this process adds to a journal."""
    if sys.stderr.isatty():
        app.observe(_tell)


def show_count() -> Callable[[int, int], None] | None:
    """Return what tells a person at a terminal how many of how many are done; None if nobody is."""
    return _tell_count if sys.stderr.isatty() else None


def _tell_count(done: int, of: int) -> None:
    click.echo(f"\r{done:,} of {of:,}", nl=done == of, err=True)


def _tell(record: RunRecord, entries: Sequence[Entry]) -> None:
    for entry in entries:
        step = getattr(entry, "step", "")
        word = type(entry).__name__.lower()
        say(f"{record.workflow} {record.run_id} {step} {word}", err=True)
