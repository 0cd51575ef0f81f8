"""A certificate says what was shown: no level is reached by what did not run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from aicmo_core.testing import BackendConformance, Level
from aicmo_core.testing.conformance.certificate import CERTIFICATE, Certificate, Origin, Verdict
from aicmo_core.testing.conformance.run import case_names

SUITE = """
import pytest
from aicmo_core.backends.memory import Memory, MemoryBackend
from aicmo_core.testing import BackendConformance, Level
from aicmo_core.testing.broken import DEFECTS

KINDS = dict({{d.__name__: d for d in DEFECTS}}, MemoryBackend=MemoryBackend)

class TestStore(BackendConformance):
    level = Level.{level}
    processes = False

    @pytest.fixture
    def open_store(self):
        memory = Memory()
        return lambda: KINDS["{backend}"](memory)
{more}
"""


def run(
    folder: Path,
    *arguments: str,
    backend: str = "MemoryBackend",
    level: str = "ATOMIC",
    more: str = "",
) -> dict[str, Any]:
    """Run the kit as a stranger does; return the certificate of the one backend."""
    (folder / "test_store.py").write_text(SUITE.format(backend=backend, level=level, more=more))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, CERTIFICATE: "kit.json"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    document = json.loads((folder / "kit.json").read_text("utf-8"))
    [found] = document.pop("backends")
    return {**document, **found}


def test_backend_that_keeps_all_reaches_what_it_claims(tmp_path: Path) -> None:
    """With its class, distribution and version, the kit's, and what it was run on."""
    found = run(tmp_path)

    assert (found["claims"], found["level"]) == ("atomic", "atomic")
    assert found["backend"] == "aicmo_core.backends.memory.backend.MemoryBackend"
    assert found["distribution"] == "aicmo_core"
    assert found["version"] == found["library"]
    assert found["suite"] == "test_store.TestStore"
    assert found["python"].endswith(".".join(map(str, sys.version_info[:3])))
    atomic, durable = found["cases"]["atomic"], found["cases"]["durable"]
    expected = {"passed": len(case_names(Level.ATOMIC)), "failed": [], "left_out": []}
    assert atomic == expected
    assert (durable["passed"], durable["left_out"]) == (0, case_names(Level.DURABLE))


def test_workers_of_one_run_write_one_certificate(tmp_path: Path) -> None:
    """Under pytest-xdist it says the same as without."""
    alone = run(tmp_path, level="DURABLE")

    shared = run(tmp_path, "-n", "2", level="DURABLE")

    assert shared.pop("run") != alone.pop("run")
    assert shared.pop("date") >= alone.pop("date")
    assert shared == alone
    assert shared["level"] == "durable"


def test_failing_case_lowers_the_level(tmp_path: Path) -> None:
    """To the one below its own, whatever passes above."""
    found = run(tmp_path, backend="Forgetful", level="CONCURRENT")

    assert found["level"] == "atomic"
    assert "test_what_was_committed_survives_closing" in found["cases"]["durable"]["failed"]
    assert found["cases"]["concurrent"]["failed"] == []


def test_failing_case_of_the_lowest_level_leaves_none(tmp_path: Path) -> None:
    """A store that loses updates is not anything."""
    found = run(tmp_path, backend="VersionsIgnored", level="DURABLE")

    assert found["level"] is None
    assert "test_replace_with_an_old_token_is_refused" in found["cases"]["atomic"]["failed"]


EXCUSES = """
    test_empty_batch_does_nothing = lambda self, backend: None

    @pytest.fixture(autouse=True)
    def excuse(self, request):
        if request.node.name == "test_limit_bounds_the_page":
            request.applymarker(pytest.mark.xfail(run=False))
        if request.node.name == "test_none_equals_nothing":
            pytest.skip("not today")
"""


def test_excuses_do_not_count(tmp_path: Path) -> None:
    """What was replaced, skipped or deselected shows nothing; who expects to fail has failed."""
    found = run(
        tmp_path,
        "--deselect",
        "test_store.py::TestStore::test_any_item_comes_back_equal",
        more=EXCUSES,
    )

    assert found["level"] is None
    assert found["cases"]["atomic"]["failed"] == ["test_limit_bounds_the_page"]
    assert found["cases"]["atomic"]["left_out"] == [
        "test_any_item_comes_back_equal",
        "test_empty_batch_does_nothing",
        "test_none_equals_nothing",
    ]


def test_nothing_is_written_unless_asked_for(tmp_path: Path) -> None:
    """The kit leaves no file of its own in a source tree."""
    (tmp_path / "test_store.py").write_text(
        SUITE.format(backend="MemoryBackend", level="ATOMIC", more="")
    )
    environment = {name: value for name, value in os.environ.items() if name != CERTIFICATE}

    subprocess.run(
        [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "empty_batch"],
        cwd=tmp_path,
        env=environment,
        timeout=60,
        check=True,
        capture_output=True,
    )

    assert [path.name for path in tmp_path.iterdir()] == ["test_store.py"]


def test_place_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """Before any case runs, with the name of the variable and the way out."""
    (tmp_path / "test_store.py").write_text(
        SUITE.format(backend="MemoryBackend", level="ATOMIC", more="")
    )

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={**os.environ, CERTIFICATE: "nowhere/kit.json"},
        timeout=60,
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode != 0
    assert "which is no folder; name a file in one that exists" in done.stdout + done.stderr
    assert " passed" not in done.stdout


class _Suite(BackendConformance):
    level = Level.DURABLE


def test_failure_seen_by_any_worker_stands() -> None:
    """Of two parts of one run, a failure outweighs a pass, and a pass outweighs nothing."""
    one, two = case_names(Level.DURABLE)[:2]
    first = Certificate(_Suite, Origin("a.B", "a", "1"), {one: Verdict.FAILED, two: Verdict.PASSED})
    second = Certificate(_Suite)
    second.note(one, Verdict.PASSED)

    second.merge(first.as_json())

    assert (second.verdict(one), second.verdict(two)) == (Verdict.FAILED, Verdict.PASSED)
    assert second.as_json()["distribution"] == "a"


def test_level_is_not_reached_beyond_the_claim() -> None:
    """Passing by chance what was not claimed is no claim."""
    passed = dict.fromkeys(case_names(), Verdict.PASSED)

    assert Certificate(_Suite, verdicts=passed).level is Level.DURABLE


def test_backend_of_an_installed_plugin_is_named_with_its_version() -> None:
    """By the distribution that offers it; a class of a loose file has none."""
    from aicmo_core.backends.memory import MemoryBackend

    assert Origin.of(MemoryBackend).distribution == "aicmo_core"
    loose = Origin.of(type("Loose", (), {"__module__": "no_such_package.store"}))
    assert loose == Origin("no_such_package.store.Loose", None, None)
