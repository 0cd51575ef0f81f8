"""The kit fails every backend that is broken on purpose, and by the case that says why."""

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from aicmo_core.backends.memory import Memory, MemoryBackend
from aicmo_core.backends.sql.plugin import open_sqlite
from aicmo_core.testing import BackendConformance, Level
from aicmo_core.testing.broken import DEFECTS, case_of
from aicmo_core.testing.broken.hardship import (
    BatchInParts,
    NewestClockWins,
    OwnClock,
    TokensRenewed,
    UniqueByBeginning,
)
from aicmo_core.testing.broken.reads import ChildrenTorn, NoneLast
from aicmo_core.testing.broken.writes import RequireUnlocked, TwiceNamed
from aicmo_core.testing.conformance.levels import kit_cases
from aicmo_core.testing.conformance.run import case_names, failure, level_of

KILLERS = {defect: case_of(defect) for defect in DEFECTS}
ELSEWHERE = {
    name
    for name, case in kit_cases(BackendConformance).items()
    if "other_process" in inspect.signature(case).parameters
}
"""Cases that need rows which processes share: no subclass of the memory backend passes them."""

ONLY_FOUND_BY = {
    Level.ATOMIC: (TwiceNamed, NoneLast),
    Level.DURABLE: (TokensRenewed, OwnClock),
    Level.CONCURRENT: (RequireUnlocked, ChildrenTorn),
    Level.HARDENED: (NewestClockWins, BatchInParts, UniqueByBeginning),
}
"""Defects that pass all cases of all other levels: without this level nobody would know."""


def verdict(backend: type[MemoryBackend], case: str) -> BaseException | None:
    memory = Memory()
    return failure(lambda: backend(memory), case)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda d: d.__name__)
def test_defect_is_failed_by_the_case_that_names_it(defect: type[MemoryBackend]) -> None:
    """Each defect breaks a promise, and the case of that promise fails."""
    assert verdict(defect, KILLERS[defect]) is not None


@pytest.mark.parametrize("case", sorted(set(KILLERS.values()) - ELSEWHERE))
def test_killing_case_passes_the_sound_backend(case: str) -> None:
    """A case that failed everything would prove nothing."""
    assert verdict(MemoryBackend, case) is None


@pytest.mark.parametrize("case", sorted(ELSEWHERE))
def test_case_of_several_processes_passes_a_sound_file(case: str, tmp_path: Path) -> None:
    """Nor would one that no backend passes whose rows are in memory."""
    assert failure(lambda: open_sqlite(f"sqlite:///{tmp_path}/kit.db"), case) is None


def test_every_defect_has_its_case() -> None:
    """A defect that is added names the case that fails it, the case exists, and none is twice."""
    assert set(KILLERS.values()) <= set(case_names())
    assert len({defect.__name__ for defect in DEFECTS}) == len(DEFECTS)


@pytest.mark.parametrize(
    ("level", "defect"),
    [(level, defect) for level, found in ONLY_FOUND_BY.items() for defect in found],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_level_finds_what_no_other_finds(level: Level, defect: type[MemoryBackend]) -> None:
    """A defect that one level fails passes all that the other levels ask."""
    others = [case for case in case_names() if level_of(case) is not level]

    failed = {case for case in others if case not in ELSEWHERE and verdict(defect, case)}

    assert level_of(KILLERS[defect]) is level
    assert failed == set()


def test_every_level_has_such_defects() -> None:
    """A level that is added needs a reason."""
    assert list(ONLY_FOUND_BY) == list(Level)


SUITE = """
import pytest
from aicmo_core.backends.memory import Memory
from aicmo_core.testing import BackendConformance
from aicmo_core.testing.broken.writes import VersionsIgnored

class TestVersionsIgnored(BackendConformance):
    @pytest.fixture
    def open_store(self):
        memory = Memory()
        return lambda: VersionsIgnored(memory)
"""


def test_third_party_sees_what_differed(tmp_path: Path) -> None:
    """In another project's pytest, a failing case shows the values that it compared."""
    (tmp_path / "test_broken.py").write_text(SUITE)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_broken.py"]

    result = subprocess.run(
        [*command, "-k", "row_comes_back or judged_by_the_outcome"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert result.returncode == 1, result.stdout
    assert "1 failed, 1 passed" in result.stdout
    assert "assert [True, True, True, False] == [True, False, True, False]" in result.stdout
