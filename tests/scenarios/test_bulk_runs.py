"""`aicmo run` on a folder: each file on its own, a line for each, and one code for all."""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import subprocess
import tracemalloc
import weakref
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from aicmo_core.app import App
from aicmo_core.cli import exits, progress
from aicmo_core.cli.bulk_run import BulkRow, worst_code
from aicmo_core.cli.main import aicmo
from aicmo_core.cli.run_outcome import RunOutcome
from aicmo_core.kernel import to_json
from aicmo_core.modules.delivery.internal.verification import PackageVerifier
from aicmo_core.storage import DatabaseFull
from scenarios.command_line import COMMAND, environment, trial_plugin
from scenarios.command_line import aicmo as in_a_process
from scenarios.stores import failing_order, sample

LINE = 100_000
"""Bytes that may be kept of a file whose run ended; its order takes a hundred times as many."""


@pytest.fixture
def briefs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two good briefs, and something else."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AICMO_DB", f"sqlite:///{tmp_path}/runs.db")
    folder = tmp_path / "briefs"
    folder.mkdir()
    shutil.copy(sample(), folder / "anna.json")
    shutil.copy(sample("pottery_classes.yaml"), folder / "ben.yaml")
    (folder / "README").write_text("briefs")
    return folder


@pytest.fixture
def mixed(briefs: Path) -> Path:
    """The same, and four that come to nothing, each in its own way."""
    shutil.copy(sample("incomplete_bike_shop.json"), briefs / "gaps.json")
    (briefs / "broken.json").write_text('{"client_id": ')
    (briefs / "strange.yaml").write_text("client_id: x\npack: no_such_pack\nresponses: {}\n")
    (briefs / "weak.json").write_text(to_json(failing_order()), "utf-8")
    return briefs


def run(*words: str) -> Result:
    return CliRunner().invoke(aicmo, ["run", "client_to_delivery", *words])


def plain(done: Result) -> Any:
    return json.loads(done.stdout)


def test_folder_of_good_briefs(briefs: Path, tmp_path: Path) -> None:
    """Each has a package that verifies; the table names it, and the code is 0."""
    done = run("briefs")

    assert done.exit_code == exits.COMPLETED
    *lines, total = done.stdout.splitlines()
    assert total == "2 files: 2 completed"
    assert [line.split()[:2] for line in lines] == [
        ["briefs/anna.json", "completed"],
        ["briefs/ben.yaml", "completed"],
    ]
    for line in lines:
        assert PackageVerifier().verify_package(line.split()[-1]).intact


def test_each_file_stands_for_itself(mixed: Path) -> None:
    """Whatever comes of one, the others run; the reason stands beside each that came to nothing."""
    done = run("briefs")

    assert done.exit_code == exits.COMPENSATED  # the worst of refused, compensated and completed
    *lines, total = done.stdout.splitlines()
    told = {line.split()[0]: " ".join(line.split()[1:]) for line in lines}
    assert total == "6 files: 3 refused, 2 completed, 1 compensated"
    assert list(told) == sorted(told)
    assert told["briefs/broken.json"].startswith("refused briefs/broken.json, line 1, column 15")
    assert "answers are missing" in told["briefs/gaps.json"]
    assert "industry" in told["briefs/gaps.json"]
    assert "no_such_pack" in told["briefs/strange.yaml"]
    assert told["briefs/weak.json"].startswith("compensated qc_evaluate: the draft failed")


def test_as_json(mixed: Path) -> None:
    """One object: all that is known of each file, clarifications and findings among it."""
    done = run("briefs", "--json")

    told = plain(done)
    by_file = {Path(one["file"]).stem: one for one in told["files"]}
    assert told["counts"] == {"compensated": 1, "completed": 2, "refused": 3}
    assert told["interrupted"] is False
    assert by_file["anna"]["package"].endswith(by_file["anna"]["run_id"])
    assert by_file["broken"]["error"]["line"] == 1
    assert {c["question_id"] for c in by_file["gaps"]["error"]["clarifications"]} >= {"industry"}
    assert by_file["weak"]["findings"]
    assert by_file["weak"]["package"] is None


def test_same_command_again(mixed: Path, tmp_path: Path) -> None:
    """Keys by name: what ran is told again, and does not run again."""
    first = plain(run("briefs", "--key-by-name", "--json"))
    packages = sorted(os.listdir(tmp_path / "out"))
    shutil.copy(sample("kayak_tours.json"), mixed / "late.json")

    again = plain(run("briefs", "--key-by-name", "--json"))

    known = {one["file"]: one for one in again["files"]}
    assert known.pop("briefs/late.json")["state"] == "completed"
    assert list(known.values()) == first["files"]
    assert set(packages) < set(os.listdir(tmp_path / "out"))
    assert len(os.listdir(tmp_path / "out")) == len(packages) + 1


def test_some_at_once(mixed: Path) -> None:
    """The same comes of each file, in the same order."""
    one = plain(run("briefs", "--json"))
    three = plain(run("briefs", "--threads", "3", "--json"))

    def told(of: Any) -> list[tuple[str, str]]:
        return [(one["file"], one["state"]) for one in of["files"]]

    assert told(three) == told(one)
    assert three["counts"] == one["counts"]


def test_only_a_row_is_kept_of_each_file(briefs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inputs and runs are let go before the next file is read: memory does not grow with them."""
    for number in range(6):
        (briefs / f"gaps{number}.json").write_text('{"client_id": "x"}')
        shutil.copy(sample("incomplete_bike_shop.json"), briefs / f"more{number}.json")
    held: list[weakref.ref[Any]] = []
    most_alive = 0

    def noted(app: App, workflow: Any, run_input: Any, key: Any = None) -> Any:
        nonlocal most_alive
        gc.collect()
        most_alive = max(most_alive, sum(one() is not None for one in held))
        held.append(weakref.ref(run_input))
        run = untouched(app, workflow, run_input, key)
        held.append(weakref.ref(run))
        return run

    untouched = App.run
    monkeypatch.setattr(App, "run", noted)

    rows = plain(run("briefs", "--json"))["files"]

    assert len(rows) == 14
    assert len(held) == 8 + 2  # the inputs that were structured, and the runs that were made
    assert most_alive == 0


def test_letters_that_no_font_has_are_told(briefs: Path) -> None:
    """Of each package whose reader would see boxes, in the table and in JSON, and of no other."""
    order = json.loads((briefs / "anna.json").read_text("utf-8"))
    order["responses"]["description"] += " A sign: \u0378."
    (briefs / "anna.json").write_text(json.dumps(order), "utf-8")
    words = ["run", "client_to_delivery", "briefs", "--key-by-name"]

    done = CliRunner().invoke(aicmo, ["--documents", "pdf", *words])
    told = plain(CliRunner().invoke(aicmo, ["--documents", "pdf", *words, "--json"]))["files"]

    assert done.exit_code == exits.COMPLETED
    anna, ben, _ = done.stdout.splitlines()
    assert anna.endswith("(boxes in report.pdf: '\\u0378')")
    assert "boxes" not in ben
    assert [one["undisplayed"] for one in told] == [{"report.pdf": ["\u0378"]}, {}]
    alone = CliRunner().invoke(aicmo, ["--documents", "pdf", *words[:2], "briefs/anna.json"])
    assert "boxes in place of letters that no font here has: report.pdf" in alone.stdout


def test_memory_does_not_grow_with_the_number_of_files(
    briefs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Three times as many orders leave no more than their lines in the bytes that are in use.

    Where what became of each run is kept, they leave more, and that is seen: at the limit,
    1,000 orders take 100 MB.
    """
    order = (briefs / "anna.json").read_text("utf-8")
    peaks: list[int] = []
    kept: list[RunOutcome] = []
    told = RunOutcome.of

    def leaking(app: App, run: Any) -> RunOutcome:
        kept.append(told(app, run))
        return kept[-1]

    for count in (4, 4, 12, 12):  # the first for what is built once, the last with a leak
        if len(peaks) == 3:
            monkeypatch.setattr(RunOutcome, "of", leaking)
        folder = briefs.parent / f"briefs-{len(peaks)}"
        folder.mkdir()
        for number in range(count):
            (folder / f"{number}.json").write_text(order.replace("Vier Tage", f"V {number}"))
        gc.collect()
        tracemalloc.start()
        done = run(folder.name)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert done.exit_code == exits.COMPLETED, done.output

    _, few, many, leaky = peaks
    assert many - few < 8 * LINE
    assert len(kept) == 12
    assert leaky - few > 8 * LINE


def test_progress_is_shown_at_a_terminal(briefs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many files are done, on standard error."""
    monkeypatch.setattr("aicmo_core.cli.run_command.show_count", lambda: progress._tell_count)

    done = run("briefs")

    assert done.stderr == "\r1 of 2\r2 of 2\n"


def test_database_that_fails_ends_it(briefs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails for one would fail for all: no further run is begun, and the code is 1."""

    def full(app: App, *_: Any) -> Any:
        raise DatabaseFull("sqlite:///runs.db", "the disk is full")

    monkeypatch.setattr(App, "run", full)

    done = run("briefs")

    assert done.exit_code == exits.UNEXPECTED
    *lines, total = done.stdout.splitlines()
    assert [" ".join(line.split()[1:3]) for line in lines] == [
        "failed sqlite:///runs.db",
        "not begun",
    ]
    assert total == "2 files: 1 failed, 1 not begun"
    assert "aicmo recover" in done.stderr


def test_bug_in_one_run_leaves_the_others(
    briefs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told with its file and its class, and the code is 1."""

    def fails_for_one(app: App, workflow: Any, run_input: Any, key: Any = None) -> Any:
        if "pottery" in str(run_input).lower():
            raise ZeroDivisionError
        return untouched(app, workflow, run_input, key)

    untouched = App.run
    monkeypatch.setattr(App, "run", fails_for_one)

    done = run("briefs")

    assert done.exit_code == exits.UNEXPECTED
    *lines, total = done.stdout.splitlines()
    assert total == "2 files: 1 completed, 1 failed"
    assert lines[1].split() == ["briefs/ben.yaml", "failed", "ZeroDivisionError"]


@pytest.mark.parametrize(
    ("codes", "worst"),
    [
        ([0, 0], 0),
        ([0, 2, 0], 2),
        ([2, 3, 0], 3),
        ([3, 5, 2], 5),
        ([5, 4, 3], 4),
        ([4, 1, 5], 1),
    ],
)
def test_one_code_for_all_is_that_of_the_worst(codes: list[int], worst: int) -> None:
    """Nobody who looks at the code alone takes a failure for success."""
    assert worst_code([BulkRow("file", "state", code, "", {}) for code in codes]) == worst


def test_key_is_for_one_file(briefs: Path) -> None:
    """Two inputs cannot have it."""
    done = run("briefs", "--key", "k")

    assert done.exit_code == exits.REFUSED
    assert "--key-by-name gives each its own" in done.output


def test_empty_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing done is not success."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()

    done = run("empty", "--db", "memory:")

    assert done.exit_code == exits.REFUSED
    assert "holds no file that ends with" in done.output


def test_parked_runs_are_told_with_their_ids(tmp_path: Path) -> None:
    """A person is needed, and needs the id."""
    site = trial_plugin(tmp_path)
    (tmp_path / "inputs").mkdir()
    for name in "ab":
        (tmp_path / "inputs" / f"{name}.json").write_text("{}")

    done = in_a_process("run", "parks", "inputs", folder=tmp_path, PYTHONPATH=site)
    listed = in_a_process("runs", "list", "--json", folder=tmp_path, PYTHONPATH=site).json["runs"]

    assert done.code == exits.PARKED
    assert len(listed) == 2
    assert all(f"run {one['run_id']}: " in done.out for one in listed)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_interrupt_finishes_the_run_that_has_begun(tmp_path: Path) -> None:
    """The others are not begun, each is told of, and the code is 1."""
    site, gate = trial_plugin(tmp_path), tmp_path / "gate"
    os.mkfifo(gate)
    os.mkfifo(tmp_path / "gate.open")
    for name in "abc":
        (tmp_path / f"{name}.json").write_text("{}")
    process = subprocess.Popen(
        [*COMMAND, "run", "waits", "a.json", "b.json", "c.json"],
        cwd=tmp_path,
        env=environment(PYTHONPATH=site, TRIAL_GATE=str(gate)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert gate.read_text() == "here"  # opening waits for the step to open its end
        process.send_signal(signal.SIGINT)
        assert process.stderr.readline().startswith(b"interrupted: every run that has begun")
        (tmp_path / "gate.open").write_text("")
        lines = process.stdout.read().decode().splitlines()

    assert process.returncode == exits.UNEXPECTED
    assert [" ".join(line.split()[:2]) for line in lines[:3]] == [
        "a.json completed",
        "b.json not",
        "c.json not",
    ]
    assert lines[3] == "3 files: 2 not begun, 1 completed"
