"""Many runs of one command: an input a file, each on its own, and what became of all."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from attrs import frozen

from aicmo_core.cli import exits
from aicmo_core.cli.input_file import read_input
from aicmo_core.cli.output import say
from aicmo_core.cli.run_outcome import RunOutcome

if TYPE_CHECKING:
    from aicmo_core.app import App
    from aicmo_core.saga import Workflow

REFUSED = "refused"
FAILED = "failed"
NOT_BEGUN = "not begun"

_WORST_FIRST = (
    exits.UNEXPECTED,
    exits.PARKED,
    exits.WAITING,
    exits.COMPENSATED,
    exits.REFUSED,
    exits.COMPLETED,
)
_SHOWN = 160
"""How many characters of a reason stand in the table. JSON has it whole."""


@frozen
class BulkRow:
    """
    What became of one file.

    Attributes:
        state: The run's, or `refused`, `failed` or `not begun`.
        code: The exit code of a command for this file alone.
        about: The package, or why there is none.
        plain: All that is known, as plain data.
    """

    file: str
    state: str
    code: int
    about: str
    plain: dict[str, Any]


def worst_code(rows: Sequence[BulkRow]) -> int:
    """Return the one exit code: 0 only if every run is completed, else that of the worst."""
    codes = {row.code for row in rows}
    return next(code for code in _WORST_FIRST if code in codes)


class BulkRun:
    """
    Runs a workflow on many files, one after another or some at once.

    Each file is read when its turn comes, and of its run only a row is kept. When the
    database or the place for files fails, no further run is begun.
    """

    def __init__(
        self,
        app: App,
        workflow: Workflow[Any],
        files: Sequence[str],
        keys: Sequence[str] | None,
    ) -> None:
        self._app = app
        self._workflow = workflow
        self._files = files
        self._keys = keys
        self._next = 0
        self._lock = Lock()
        self._stopping = Event()

    def run(
        self, threads: int, progress: Callable[[int, int], None] | None
    ) -> tuple[list[BulkRow], bool]:
        """
        Return a row for each file, in order, and whether a person interrupted it.

        When it is interrupted, every run that has begun is finished; when it is once more,
        it ends at once.
        """
        done: SimpleQueue[tuple[int, BulkRow] | None] = SimpleQueue()
        for number in range(threads):
            Thread(target=self._work, args=(done,), name=f"aicmo-run-{number}", daemon=True).start()
        rows: dict[int, BulkRow] = {}
        interrupted = False
        while threads:
            try:
                one = done.get()
            except KeyboardInterrupt:
                if interrupted:
                    raise
                interrupted = True
                self._stopping.set()
                say("interrupted: every run that has begun is finished", err=True)
                continue
            if one is None:
                threads -= 1
                continue
            rows[one[0]] = one[1]
            if progress is not None:
                progress(len(rows), len(self._files))
        return [rows.get(n) or _not_begun(f) for n, f in enumerate(self._files)], interrupted

    def _work(self, done: SimpleQueue[tuple[int, BulkRow] | None]) -> None:
        try:
            while (place := self._take()) is not None:
                done.put((place, self._row(place)))
        finally:
            done.put(None)

    def _take(self) -> int | None:
        with self._lock:
            if self._stopping.is_set() or self._next == len(self._files):
                return None
            self._next += 1
            return self._next - 1

    def _row(self, place: int) -> BulkRow:
        from aicmo_core.hooks import ArtifactUnavailable
        from aicmo_core.kernel.errors import AicmoError
        from aicmo_core.kernel.structuring import structure
        from aicmo_core.storage import BackendUnavailable, OutcomeUnknown

        file = self._files[place]
        key = self._keys[place] if self._keys is not None else None
        try:
            run_input = structure(read_input(file), self._workflow.input)
            return _row(
                file, RunOutcome.of(self._app, self._app.run(self._workflow, run_input, key))
            )
        except (ArtifactUnavailable, BackendUnavailable, OutcomeUnknown) as error:
            self._stopping.set()
            return _failed_row(file, key, error, exits.UNEXPECTED)
        except AicmoError as error:
            code = exits.REFUSED if exits.is_callers(error) else exits.UNEXPECTED
            return _failed_row(file, key, error, code)
        except Exception as error:
            logging.getLogger("aicmo_core.cli").debug("unexpected: %s", file, exc_info=error)
            return _failed_row(file, key, error, exits.UNEXPECTED)


def tell_rows(rows: Sequence[BulkRow]) -> None:
    """Print a line for each file, and how many there are of each state."""
    file_width = max(len(row.file) for row in rows)
    state_width = max(len(row.state) for row in rows)
    for row in rows:
        say(f"{row.file:<{file_width}}  {row.state:<{state_width}}  {row.about}".rstrip())
    say(f"{len(rows):,} files: {_counted(rows)}")


def plain_rows(rows: Sequence[BulkRow]) -> dict[str, Any]:
    """Return the rows as plain data, with the number of each state."""
    counts = Counter(row.state for row in rows)
    return {"files": [row.plain for row in rows], "counts": dict(sorted(counts.items()))}


def _counted(rows: Sequence[BulkRow]) -> str:
    counts = Counter(row.state for row in rows).most_common()
    return ", ".join(f"{count:,} {state}" for state, count in counts)


def _row(file: str, outcome: RunOutcome) -> BulkRow:
    from aicmo_core.runtime.records import RunState

    run = outcome.run
    completed = run.state is RunState.COMPLETED
    about = (outcome.folder if completed else run.failure) or f"run {run.id}"
    if outcome.boxes:
        about += f" (boxes in {outcome.boxes})"
    if run.state in (RunState.PARKED, RunState.WAITING):
        about = f"run {run.id}: {run.failure or 'see aicmo runs show'}"
    return BulkRow(
        file, run.state.value, outcome.code, _line(about), {"file": file, **outcome.plain()}
    )


def _failed_row(file: str, key: str | None, error: Exception, code: int) -> BulkRow:
    from aicmo_core.saga import InputRefused

    about = str(error)
    if isinstance(error, InputRefused):
        asked = [str(d.get("question_id")) for d in error.details if d.get("blocking")]
        about = f"{error.reason}: {', '.join(asked)}" if asked else error.reason
    state = REFUSED if code == exits.REFUSED else FAILED
    plain = {"file": file, "key": key, "state": state, "error": exits.plain(error)}
    return BulkRow(file, state, code, _line(about or type(error).__name__), plain)


def _not_begun(file: str) -> BulkRow:
    plain = {"file": file, "state": NOT_BEGUN}
    return BulkRow(file, NOT_BEGUN, exits.UNEXPECTED, "", plain)


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
