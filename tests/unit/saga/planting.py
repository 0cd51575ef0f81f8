"""Plants a defect into a copy of the decision, and looks for a run that shows it."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from types import ModuleType

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from aicmo_core import saga

from .defects import Defect
from .simulation import Run, runs

FILES = ("paths", "standing", "decide")
"""What a decision is made of, each after those that it imports."""

SEARCH = settings(
    max_examples=3000,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


NAMES = {file: f"{saga.__name__}.{file}" for file in FILES}
SOURCES = {file: inspect.getsource(sys.modules[name]) for file, name in NAMES.items()}


def planted(defect: Defect) -> ModuleType:
    """Return a copy of `decide.py` that has *defect*, or is built on a file that has it."""
    right = {name: sys.modules[name] for name in NAMES.values()}
    try:
        for file, name in NAMES.items():
            copy = sys.modules[name] = ModuleType(name)
            exec(compile(_patched(defect, file), f"<{file}.py with a defect>", "exec"), vars(copy))
    finally:
        sys.modules.update(right)
    return copy


class _Found(BaseException):
    """Ends a search: hypothesis would go on looking for a simpler run."""

    def __init__(self, run: Run) -> None:
        self.run = run


def search(
    core: ModuleType, wanted: Callable[[Run], bool], examples: int = 3000, seed: int | None = None
) -> Run | None:
    """Return a run of *core* that is *wanted*, or None if there is none among so many."""

    @settings(SEARCH, max_examples=examples)
    @given(runs(core))
    def look(run: Run) -> None:
        if wanted(run):
            raise _Found(run)

    try:
        (look if seed is None else seeded(seed)(look))()
    except _Found as found:
        return found.run
    return None


def _patched(defect: Defect, file: str) -> str:
    source = SOURCES[file]
    if file != defect.file:
        return source
    assert source.count(defect.found) == 1, f"the patch {defect.name!r} does not fit {file}.py"
    return source.replace(defect.found, defect.patched)
