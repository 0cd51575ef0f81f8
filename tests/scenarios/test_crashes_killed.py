"""`kill -9` after each commit of the main workflow, and recovery by another process."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from aicmo_core.kernel.structuring import unstructure
from aicmo_core.modules.delivery.internal.verification import PackageVerifier
from forked import Forked
from scenarios import command_line, killed_process
from scenarios.stores import Oracle, failing_order, order

pytestmark = pytest.mark.skipif(os.name == "nt", reason="this system does not kill by signal")


def aicmo(*arguments: object) -> dict[str, Any]:
    """Run the command line in a process of its own; return what it prints."""
    done = command_line.aicmo(*map(str, arguments), "--json", folder=Path.cwd())
    assert done.code == 0, done.err
    return done.json


@pytest.mark.parametrize("ending", ["completed", "compensated"])
def test_killed_after_each_commit(shared: Oracle, tmp_path: Path, ending: str) -> None:
    """Whoever recovers it finishes it or takes it back, and the ledger balances."""
    wanted = order() if ending == "completed" else failing_order()
    brief = tmp_path / "order.json"
    brief.write_text(json.dumps(unstructure(wanted)), encoding="utf-8")
    number = killed = 0

    while True:
        number += 1
        out = tmp_path / f"out-{number}"
        known = {row[0] for row in shared.rows("aicmo_runs")} if number > 1 else set()
        code = Forked(killed_process.__file__, shared.url, out, brief, number).wait()
        if code == 0:
            break
        assert code == -signal.SIGKILL
        killed += 1
        report = aicmo("recover", "--now", "--db", shared.url, "--out", out)
        new = {row[0] for row in shared.rows("aicmo_runs")} - known
        check(shared, out, report, new, ending)

    # preparation, executor, five entries or seven, and the farewell
    assert killed == (2 + 5 + 1 if ending == "completed" else 2 + 3 + 1 + 3 + 1)


def check(store: Oracle, out: Path, report: dict[str, Any], new: set[str], ending: str) -> None:
    """Hold the one new run, if it came to be, to its ending; the driver and SQL are the oracle."""
    assert report["left"] == []
    assert [run["state"] for run in report["recovered"]] in ([], [ending])
    assert {run["run_id"] for run in report["recovered"]} <= new
    assert len(new) <= 1
    if ending == "compensated":
        assert store.orphans() == {}
        assert [p for p in out.rglob("*") if p.is_file()] == []
    else:
        completed = [row for row in store.rows("aicmo_runs") if ending in row]
        assert store.count("aicmo_runs") == len(completed) == store.count("delivery_packages")
    for run_id in new:
        audit = aicmo("runs", "audit", run_id, "--db", store.url)
        assert audit["run"]["state"] == ending
        assert audit["balanced"]
        if ending == "completed":
            checked = PackageVerifier().verify_package(str(out / run_id))
            assert checked.problems == ()
            assert checked.files > 0
