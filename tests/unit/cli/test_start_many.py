"""`aicmo start` on several files: each has a run, and the same command may be given again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from aicmo_core.cli import exits, progress
from aicmo_core.cli.main import aicmo
from scenarios.stores import sample


@pytest.fixture
def briefs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with three briefs, and something else."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AICMO_DB", f"sqlite:///{tmp_path}/runs.db")
    folder = tmp_path / "briefs"
    folder.mkdir()
    for name in ("anna", "carl"):
        shutil.copy(sample(), folder / f"{name}.json")
    shutil.copy(sample("pottery_classes.yaml"), folder / "ben.yaml")
    (folder / "README").write_text("briefs")
    return folder


def start(*words: str) -> Result:
    return CliRunner().invoke(aicmo, ["start", "client_to_delivery", *words])


def plain(done: Result) -> Any:
    return json.loads(done.stdout)


def test_folder(briefs: Path) -> None:
    """Each of its JSON and YAML files has a run, in the order of their names."""
    done = start("briefs", "--key-by-name", "--json")

    assert done.exit_code == exits.COMPLETED
    new = plain(done)["new"]
    assert [one["key"] for one in new] == ["anna", "ben", "carl"]
    assert [one["file"] for one in new] == [
        "briefs/anna.json",
        "briefs/ben.yaml",
        "briefs/carl.json",
    ]
    listed = CliRunner().invoke(aicmo, ["runs", "list", "--json"])
    assert {run["run_id"] for run in plain(listed)["runs"]} == {one["run_id"] for one in new}


def test_same_command_again(briefs: Path) -> None:
    """Keys by name: what was started is not started again."""
    first = plain(start("briefs/anna.json", "--key-by-name", "--json"))["new"]

    done = start("briefs", "--key-by-name", "--json")

    assert [one["key"] for one in plain(done)["new"]] == ["ben", "carl"]
    assert plain(done)["existing"] == first
    again = start("briefs", "--key-by-name")
    assert again.stdout == "0 runs written, 3 were there, 0 refused\n"


def test_files_without_keys(briefs: Path) -> None:
    """The run's own id is its key, so that each call starts anew."""
    for _ in range(2):
        done = start("briefs/anna.json", "briefs/ben.yaml", "--json")

        assert [one["key"] for one in plain(done)["new"]] == [
            one["run_id"] for one in plain(done)["new"]
        ]


def test_key_of_another_input(briefs: Path) -> None:
    """The file is refused by its name, the others are started, and the exit code says so."""
    start("briefs/anna.json", "--key-by-name")
    shutil.copy(sample("pottery_classes.yaml"), briefs / "anna.yaml")
    (briefs / "anna.json").unlink()

    done = start("briefs", "--key-by-name", "--json")

    assert done.exit_code == exits.REFUSED
    (refused,) = plain(done)["refused"]
    assert (refused["file"], refused["key"], refused["type"]) == (
        "briefs/anna.yaml",
        "anna",
        "KeyReused",
    )
    told = start("briefs", "--key-by-name")
    assert "briefs/anna.yaml was refused: key 'anna' of workflow" in told.stderr
    assert told.stdout == "0 runs written, 2 were there, 1 refused\n"


def test_files_that_are_no_inputs(briefs: Path) -> None:
    """All that is wrong in all of them is told, by file, and nothing is written."""
    for name in ("anna", "carl"):
        data = json.loads((briefs / f"{name}.json").read_text())
        (briefs / f"{name}.json").write_text(json.dumps({**data, "colour": "red"}))

    done = start("briefs", "--json")

    assert done.exit_code == exits.REFUSED
    paths = [problem["path"] for problem in plain(done)["error"]["problems"]]
    assert paths == ["briefs/anna.json $", "briefs/carl.json $"]
    assert not Path("runs.db").exists()


def test_folder_without_inputs(briefs: Path) -> None:
    """Is refused: whoever named it meant another."""
    Path("empty").mkdir()

    done = start("empty", "--json")

    assert done.exit_code == exits.REFUSED
    assert "holds no file" in plain(done)["error"]["message"]


def test_one_key_for_several_files(briefs: Path) -> None:
    """Is refused, and the option that is meant is named."""
    for words in (("briefs",), ("briefs/anna.json", "--key-by-name")):
        done = start(*words, "--key", "a")

        assert done.exit_code == exits.REFUSED
        assert "--key-by-name" in done.stderr


def test_progress_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line that counts up; nothing where nobody looks."""
    assert progress.show_count() is None
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)

    show = progress.show_count()
    assert show is not None
    show(50, 1200)
    show(1200, 1200)

    assert capsys.readouterr().err == "\r50 of 1,200\r1,200 of 1,200\n"
