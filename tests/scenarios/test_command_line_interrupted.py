"""Ctrl-C in the middle of a run, and what brings it to its end."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from scenarios.command_line import COMMAND, aicmo, environment, trial_plugin


@pytest.fixture
def site(tmp_path: Path) -> str:
    return trial_plugin(tmp_path)


def interrupted(tmp_path: Path, site: str, *words: str) -> subprocess.Popen[bytes]:
    """Start a run, send it SIGINT while its second step works, and return it when it has ended."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    os.mkfifo(tmp_path / "gate.open")
    (tmp_path / "nothing.json").write_text("{}")
    process = subprocess.Popen(
        [*COMMAND, "run", "waits", "nothing.json", *words],
        cwd=tmp_path,
        env=environment(PYTHONPATH=site, TRIAL_GATE=str(gate)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert gate.read_text() == "here"  # opening waits for the step to open its end
    process.send_signal(signal.SIGINT)
    process.wait(60)
    return process


def output(process: subprocess.Popen[bytes]) -> tuple[str, str]:
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        return process.stdout.read().decode(), process.stderr.read().decode()


def test_an_interrupted_run_is_recovered(tmp_path: Path, site: str) -> None:
    """Code 1 and the command that goes on; that command needs not wait, and completes it."""
    process = interrupted(tmp_path, site, "--key", "k")

    out, err = output(process)
    assert (process.returncode, out) == (1, "")
    assert "Traceback" not in err
    command = err.strip().partition("by: aicmo ")[2].split()
    recovered = aicmo(*command, "--json", folder=tmp_path, PYTHONPATH=site)
    assert recovered.code == 0
    assert [r["state"] for r in recovered.json["recovered"]] == ["completed"]
    again = aicmo(
        "run", "waits", "nothing.json", "--key", "k", "--json", folder=tmp_path, PYTHONPATH=site
    )
    assert again.json["run_id"] == recovered.json["recovered"][0]["run_id"]


def test_an_interrupted_run_on_a_named_database(tmp_path: Path, site: str) -> None:
    """The command names the database as well."""
    process = interrupted(tmp_path, site, "--db", "sqlite:///other.db")

    _, err = output(process)
    assert "aicmo recover --db sqlite:///other.db" in err


def test_an_interrupt_as_json(tmp_path: Path, site: str) -> None:
    """Is one object, with the command."""
    process = interrupted(tmp_path, site, "--json")

    out, _ = output(process)
    assert '"type": "Interrupted"' in out
    assert '"command": "aicmo recover"' in out


def test_an_interrupted_run_signs_off(tmp_path: Path, site: str) -> None:
    """Its step's writes are not there, its first step's entry is, and no executor is left."""
    output(interrupted(tmp_path, site))

    with closing(sqlite3.connect(tmp_path / "aicmo.db")) as connection:
        entries = connection.execute("select step, kind from aicmo_journal").fetchall()
        executors = connection.execute("select count(*) from aicmo_executors").fetchone()
    assert entries == [("first", "completed")]
    assert executors == (0,)


def test_the_same_key_after_an_interrupt(tmp_path: Path, site: str) -> None:
    """Goes on with the run where it stood, without a recovery."""
    output(interrupted(tmp_path, site, "--key", "k"))

    done = aicmo(
        "run", "waits", "nothing.json", "--key", "k", "--json", folder=tmp_path, PYTHONPATH=site
    )

    assert (done.code, done.json["state"]) == (0, "completed")
    with closing(sqlite3.connect(tmp_path / "aicmo.db")) as connection:
        assert connection.execute("select count(*) from aicmo_runs").fetchone() == (1,)
