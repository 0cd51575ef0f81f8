"""What became of a run that a command has run: its package, and what it found if it said no."""

from __future__ import annotations

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
    """

    run: Run
    folder: str | None
    files: tuple[str, ...]
    findings: tuple[dict[str, Any], ...]

    @classmethod
    def of(cls, app: App, run: Run) -> RunOutcome:
        """Return what became of *run*."""
        files = app.artifacts.list(run.id) if app.artifacts is not None else []
        folder = app.artifacts.locate(run.id) if app.artifacts is not None and files else None
        return cls(run, folder, tuple(files), _findings(app, run))

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
        }


def _findings(app: App, run: Run) -> tuple[dict[str, Any], ...]:
    from aicmo_core.runtime.records import RunState

    if run.state is not RunState.COMPENSATED:
        return ()
    for entry in reversed(app.runs.audit(run.id).entries):
        if entry.kind == "failed":
            said = ((entry.details or {}).get("details") or {}).get("details") or {}
            return tuple(f for f in said.get("findings", []) if isinstance(f, dict))
    return ()
