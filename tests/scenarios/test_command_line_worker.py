"""Workers as processes: they share a database, drain when they are told to, and lose nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scenarios.command_line import COMMAND, aicmo, environment, trial_plugin
from scenarios.stores import Oracle, SqliteOracle


class Gate:
    """What a step passes in two moves: it tells that it is here, and waits to be let on."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "gate"
        self.opened = folder / "gate.open"
        os.mkfifo(self.path)
        os.mkfifo(self.opened)

    def wait_for_somebody(self) -> None:
        """Return when a step is at the gate."""
        assert self.path.read_text() == "here"  # opening waits for the step to open its end

    def let_on(self) -> None:
        """Let the step that is at the gate go on."""
        self.opened.write_text("")


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(tmp_path)


@pytest.fixture
def site(tmp_path: Path) -> str:
    return trial_plugin(tmp_path)


@pytest.fixture
def oracle(tmp_path: Path) -> Oracle:
    return SqliteOracle(tmp_path)


@contextmanager
def worker(
    url: str, folder: Path, site: str, *words: str, gate: Gate | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Run a worker that is ready: it has said so."""
    more = {} if gate is None else {"TRIAL_GATE": str(gate.path)}
    process = subprocess.Popen(
        [*COMMAND, "worker", "--json", *words],
        cwd=folder,
        env=environment(PYTHONPATH=site, AICMO_DB=url, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stderr is not None
            assert "SIGTERM or Ctrl-C stops" in process.stderr.readline()
            yield process
        finally:
            process.kill()


def start(workflow: str, url: str, folder: Path, site: str, key: str = "k") -> str:
    """Write a run for a worker, and return its id."""
    (folder / "nothing.json").write_text("{}")
    done = aicmo(
        *("start", workflow, "nothing.json", "--key", key, "--json", "--db", url),
        folder=folder,
        PYTHONPATH=site,
    )
    assert done.code == 0, done.err
    return str(done.json["run_id"])


def told(process: subprocess.Popen[str], number: int) -> tuple[dict[str, Any], str]:
    """Send a signal that ends the worker; return what it said on both outputs."""
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    return json.loads(out), err


def journal(oracle: Oracle, run_id: str) -> list[tuple[str, str]]:
    """Return step and kind of each entry of a run, in order."""
    rows = sorted(r for r in oracle.rows("aicmo_journal") if r[0] == run_id)
    return [(r[3], r[2]) for r in rows]


def state(oracle: Oracle, run_id: str) -> tuple[str, str]:
    """Return the state of a run, and who has it."""
    (row,) = [r for r in oracle.rows("aicmo_runs") if r[0] == run_id]
    return row[7], row[8]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_in_the_middle_of_a_step(
    oracle: Oracle, tmp_path: Path, site: str, gate: Gate, number: signal.Signals
) -> None:
    """The step is finished, the next one is not begun, the run is let go, the worker signs off."""
    run_id = start("goes_on", oracle.url, tmp_path, site)
    with worker(oracle.url, tmp_path, site, gate=gate) as process:
        gate.wait_for_somebody()
        process.send_signal(number)
        assert process.stderr is not None
        assert f"{number.name}: every step that has begun is finished" in process.stderr.readline()
        gate.let_on()
        out, err = process.communicate(timeout=60)

    assert (process.returncode, err) == (0, "")
    assert json.loads(out)["stopped_by"] == number.name
    assert journal(oracle, run_id) == [("first", "completed"), ("gate", "completed")]
    assert state(oracle, run_id) == ("running", "")
    assert oracle.count("aicmo_executors") == 0


def test_run_that_was_let_go(oracle: Oracle, tmp_path: Path, site: str, gate: Gate) -> None:
    """Is gone on with by another worker at once, which does not repeat what was done."""
    run_id = start("goes_on", oracle.url, tmp_path, site)
    with worker(oracle.url, tmp_path, site, gate=gate) as process:
        gate.wait_for_somebody()
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        process.stderr.readline()
        gate.let_on()
        process.communicate(timeout=60)

    done = aicmo(
        "worker", "--until-idle", "--json", "--db", oracle.url, folder=tmp_path, PYTHONPATH=site
    )

    assert (done.code, done.json["advanced"], done.json["recovered"]) == (0, 1, 0)
    assert journal(oracle, run_id)[1:] == [("gate", "completed"), ("last", "completed")]
    assert state(oracle, run_id)[0] == "completed"


def test_second_signal(oracle: Oracle, tmp_path: Path, site: str, gate: Gate) -> None:
    """Ends at once; what was cut off is nowhere, and is recovered."""
    run_id = start("goes_on", oracle.url, tmp_path, site)
    with worker(oracle.url, tmp_path, site, gate=gate) as process:
        gate.wait_for_somebody()
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        process.wait(60)

    assert process.returncode == -signal.SIGTERM
    assert journal(oracle, run_id) == [("first", "completed")]
    recovered = aicmo("recover", "--now", "--db", oracle.url, folder=tmp_path, PYTHONPATH=site)
    assert recovered.code == 0
    assert state(oracle, run_id)[0] == "completed"


def test_told_to_stop_while_idle(oracle: Oracle, tmp_path: Path, site: str) -> None:
    """Nothing is under way, and nothing is waited for."""
    aicmo("db", "upgrade", "--db", oracle.url, folder=tmp_path)
    with worker(oracle.url, tmp_path, site) as process:
        done, err = told(process, signal.SIGTERM)

    assert process.returncode == 0
    assert done == {
        "stopped_by": "SIGTERM",
        "advanced": 0,
        "recovered": 0,
        "failed": 0,
        "relayed": 0,
    }
    assert "a second one ends at once" in err


def test_stop_before_idle(oracle: Oracle, tmp_path: Path, site: str, gate: Gate) -> None:
    """`--until-idle` drains as well, and leaves the rest."""
    first = start("goes_on", oracle.url, tmp_path, site, "first")
    second = start("goes_on", oracle.url, tmp_path, site, "second")
    process = subprocess.Popen(
        [*COMMAND, "worker", "--until-idle", "--json", "--db", oracle.url],
        cwd=tmp_path,
        env=environment(PYTHONPATH=site, TRIAL_GATE=str(gate.path)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            gate.wait_for_somebody()
            process.send_signal(signal.SIGTERM)
            assert process.stderr is not None
            process.stderr.readline()
            gate.let_on()
            out, _ = process.communicate(timeout=60)
        finally:
            process.kill()

    assert (process.returncode, json.loads(out)["stopped_by"]) == (0, "SIGTERM")
    assert len(journal(oracle, first)) == 2
    assert journal(oracle, second) == []


def test_two_workers_of_one_database(shared: Oracle, tmp_path: Path, site: str, gate: Gate) -> None:
    """While one is busy, the other does the rest; each step of each run is done once."""
    held = start("goes_on", shared.url, tmp_path, site, "held")
    with worker(shared.url, tmp_path, site, "--threads", "1", gate=gate) as busy:
        gate.wait_for_somebody()
        others = [start("goes_on", shared.url, tmp_path, site, f"k{n}") for n in range(4)]
        rest = aicmo(
            *("worker", "--until-idle", "--json", "--db", shared.url),
            folder=tmp_path,
            PYTHONPATH=site,
        )
        assert (rest.code, rest.json["advanced"]) == (0, 4), rest.err
        assert {state(shared, run_id)[0] for run_id in others} == {"completed"}
        busy.send_signal(signal.SIGTERM)
        assert busy.stderr is not None
        busy.stderr.readline()
        gate.let_on()
        out, _ = busy.communicate(timeout=60)

    assert json.loads(out)["advanced"] == 1
    assert journal(shared, held) == [("first", "completed"), ("gate", "completed")]
    assert all(len(journal(shared, run_id)) == 3 for run_id in others)


def test_second_worker_of_a_run_that_is_under_way(
    oracle: Oracle, tmp_path: Path, site: str, gate: Gate
) -> None:
    """Leaves it to the first, which is alive."""
    run_id = start("goes_on", oracle.url, tmp_path, site)
    with worker(oracle.url, tmp_path, site, gate=gate) as process:
        gate.wait_for_somebody()
        other = aicmo(
            *("worker", "--until-idle", "--json", "--db", oracle.url),
            folder=tmp_path,
            PYTHONPATH=site,
        )
        before = journal(oracle, run_id)
        gate.let_on()
        done, _ = told(process, signal.SIGTERM)

    assert other.json["advanced"] == 0
    assert before == [("first", "completed")]
    assert done["advanced"] == 1
