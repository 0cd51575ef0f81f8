"""What became of a run that a command has run: its package, and what it found if it said no."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from attrs import frozen

from aicmo_core.cli import exits

if TYPE_CHECKING:
    from aicmo_core.app import App
    from aicmo_core.runtime.runs import Run


@frozen
class RunOutcome:
    """
    A run at rest.

    Attributes:
        folder: Where a person finds its files; None if it has none.
        files: Their paths in the artifact store.
        findings: What the step that said no gave as its findings.
        undisplayed: Of each document whose reader sees boxes: the first text in no font.
    """

    run: Run
    folder: str | None
    files: tuple[str, ...]
    findings: tuple[dict[str, Any], ...]
    undisplayed: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, app: App, run: Run) -> RunOutcome:
        """Return what became of *run*."""
        files = app.artifacts.list(run.id) if app.artifacts is not None else []
        folder = app.artifacts.locate(run.id) if app.artifacts is not None and files else None
        return cls(run, folder, tuple(files), _findings(app, run), _undisplayed(app, files))

    @property
    def boxes(self) -> str:
        """Which documents have boxes and what for, in a few words; empty where none has."""
        told = (
            f"{name}: {', '.join(map(repr, texts))}" for name, texts in self.undisplayed.items()
        )
        return "; ".join(told)

    @property
    def code(self) -> int:
        """The exit code that tells it."""
        from aicmo_core.runtime.records import RunState

        return {
            RunState.COMPLETED: exits.COMPLETED,
            RunState.COMPENSATED: exits.COMPENSATED,
            RunState.CANCELLED: exits.COMPENSATED,
            RunState.PARKED: exits.PARKED,
            RunState.WAITING: exits.WAITING,
        }.get(self.run.state, exits.UNEXPECTED)

    def plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        from aicmo_core.kernel.values import datetime_to_text

        return {
            "run_id": self.run.id,
            "workflow": self.run.workflow,
            "version": self.run.version,
            "key": self.run.key,
            "state": self.run.state.value,
            "failure": self.run.failure,
            "findings": list(self.findings),
            "created_at": datetime_to_text(self.run.created_at),
            "package": self.folder,
            "files": list(self.files),
            "undisplayed": {name: list(texts) for name, texts in self.undisplayed.items()},
        }


def _undisplayed(app: App, files: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return what the manifests among *files* say of letters that no font has."""
    found: dict[str, tuple[str, ...]] = {}
    for path in files:
        if app.artifacts is not None and path.rpartition("/")[2] == "manifest.json":
            told = json.loads(app.artifacts.get(path)).get("undisplayed", {})
            found |= {name: tuple(texts) for name, texts in told.items()}
    return found


def _findings(app: App, run: Run) -> tuple[dict[str, Any], ...]:
    from aicmo_core.runtime.records import RunState

    if run.state is not RunState.COMPENSATED:
        return ()
    for entry in reversed(app.runs.audit(run.id).entries):
        if entry.kind == "failed":
            said = ((entry.details or {}).get("details") or {}).get("details") or {}
            return tuple(f for f in said.get("findings", []) if isinstance(f, dict))
    return ()
