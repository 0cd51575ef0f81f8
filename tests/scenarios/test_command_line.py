"""What the commands print and where, and with which code they end."""

from __future__ import annotations

import json
import os
import pty
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from scenarios.command_line import COMMAND, ORDER, aicmo, environment, run, trial_plugin
from scenarios.stores import sample


@pytest.fixture
def nothing(tmp_path: Path) -> str:
    """An input for workflows that need none."""
    path = tmp_path / "nothing.json"
    path.write_text("{}")
    return str(path)


def refused_order(folder: Path) -> str:
    """Write an order that quality control cannot pass; return its path."""
    data = json.loads(Path(ORDER).read_text())
    data["acceptance"] = {"required_terms": ["a term that nobody writes"]}
    path = folder / "refused.json"
    path.write_text(json.dumps(data))
    return str(path)


def test_a_completed_run(tmp_path: Path) -> None:
    """Ends with 0, says where the package lies, and says nothing on stderr that is no terminal."""
    done = run(ORDER, folder=tmp_path)

    assert (done.code, done.err) == (0, "")
    state, package = done.out.splitlines()
    assert state.endswith(": completed")
    folder = Path(package.removeprefix("package: "))
    assert folder.parent == tmp_path / "out"
    assert sorted(p.name for p in folder.iterdir()) == [
        "budget.svg",
        "calendar.csv",
        "calendar.ics",
        "index.html",
        "manifest.json",
        "package.zip",
        "report.md",
        "targets.svg",
        "timeline.svg",
    ]


def test_the_default_database(tmp_path: Path) -> None:
    """Is a SQLite file in the working directory."""
    done = run(ORDER, "--json", folder=tmp_path)

    with closing(sqlite3.connect(tmp_path / "aicmo.db")) as connection:
        runs = connection.execute("select run_id, state from aicmo_runs").fetchall()
    assert runs == [(done.json["run_id"], "completed")]


def test_no_database(tmp_path: Path) -> None:
    """`--db memory:` leaves the package, and nothing else."""
    done = run(ORDER, "--db", "memory:", folder=tmp_path)

    assert done.code == 0
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_json_of_a_completed_run(tmp_path: Path) -> None:
    """One object on stdout: what happened, where the package is, and its files."""
    done = run(ORDER, "--json", "--key", "order-42", folder=tmp_path)

    assert (done.code, done.err) == (0, "")
    assert done.json["state"] == "completed"
    assert done.json["key"] == "order-42"
    assert done.json["package"] == str(tmp_path / "out" / done.json["run_id"])
    assert f"{done.json['run_id']}/package.zip" in done.json["files"]


def test_json_of_a_compensated_run(tmp_path: Path) -> None:
    """Code 3, why, and each finding; no package and no file."""
    done = run(refused_order(tmp_path), "--json", "--db", "memory:", folder=tmp_path)

    assert (done.code, done.err) == (3, "")
    assert done.json["state"] == "compensated"
    assert "quality control" in done.json["failure"]
    assert any("a term that nobody writes" in f["reason"] for f in done.json["findings"])
    assert (done.json["package"], done.json["files"]) == (None, [])


def test_a_compensated_run_for_people(tmp_path: Path) -> None:
    """Says what quality control found."""
    done = run(refused_order(tmp_path), "--db", "memory:", folder=tmp_path)

    assert done.code == 3
    assert "a term that nobody writes" in done.out


def test_a_parked_run(tmp_path: Path, nothing: str) -> None:
    """Code 4, and the command that shows what a person has to know, which works."""
    site = trial_plugin(tmp_path)

    done = aicmo("run", "parks", nothing, folder=tmp_path, PYTHONPATH=site)

    assert done.code == 4
    assert "the way back is closed" in done.out
    hint = next(line for line in done.out.splitlines() if line.startswith("a person is needed"))
    words = hint.partition("aicmo ")[2].split()
    audit = aicmo(*words, folder=tmp_path, PYTHONPATH=site)
    assert audit.code == 0
    assert "not balanced" in audit.out
    assert "act (not known whether it acted)" not in audit.out
    parked = aicmo("runs", "list", "--state", "parked", "--json", folder=tmp_path, PYTHONPATH=site)
    assert [r["workflow"] for r in parked.json["runs"]] == ["parks"]


def test_a_reason_with_terminal_orders(tmp_path: Path, nothing: str) -> None:
    """What steers a terminal is spelled out, on stdout and in lists."""
    site = trial_plugin(tmp_path)

    done = aicmo("run", "refuses", nothing, folder=tmp_path, PYTHONPATH=site)
    listed = aicmo("runs", "list", folder=tmp_path, PYTHONPATH=site)

    assert done.code == 3
    assert "on purpose \\x1b[2J" in done.out
    assert "\x1b" not in done.out + listed.out


def test_standard_input(tmp_path: Path) -> None:
    """`-` reads JSON and YAML alike."""
    as_json = run("-", "--json", folder=tmp_path, stdin=Path(ORDER).read_bytes())
    yaml = sample("pottery_classes.yaml").read_bytes()
    as_yaml = run("-", "--json", folder=tmp_path, stdin=yaml)

    assert (as_json.code, as_yaml.code) == (0, 0), as_yaml.out
    assert as_json.json["run_id"] != as_yaml.json["run_id"]


def test_the_same_key_twice(tmp_path: Path) -> None:
    """Is the same run, with the same package."""
    first = run(ORDER, "--key", "order-42", "--json", folder=tmp_path)
    second = run(ORDER, "--key", "order-42", "--json", folder=tmp_path)

    assert first.json == second.json
    with closing(sqlite3.connect(tmp_path / "aicmo.db")) as connection:
        assert connection.execute("select count(*) from aicmo_runs").fetchone() == (1,)


def test_the_same_key_with_another_input(tmp_path: Path) -> None:
    """Is refused, with the run that has the key."""
    first = run(ORDER, "--key", "order-42", "--json", folder=tmp_path)

    done = run(refused_order(tmp_path), "--key", "order-42", "--json", folder=tmp_path)

    assert done.code == 2
    assert done.json["error"]["type"] == "KeyReused"
    assert first.json["run_id"] in done.err


@pytest.mark.parametrize("key", ["", "k" * 600])
def test_a_key_that_cannot_be_kept(tmp_path: Path, key: str) -> None:
    """Is refused before anything is written: no intake either."""
    done = run(ORDER, "--key", key, "--json", folder=tmp_path)

    assert done.code == 2
    assert "error" in done.json
    if (tmp_path / "aicmo.db").exists():
        with closing(sqlite3.connect(tmp_path / "aicmo.db")) as connection:
            for table in ("onboarding_intakes", "aicmo_runs", "aicmo_outbox", "aicmo_executors"):
                assert connection.execute(f"select count(*) from {table}").fetchone() == (0,)


def on_a_terminal(*words: str, folder: Path) -> tuple[str, str]:
    """Run a command whose stderr is a terminal; return its stdout and what the terminal got."""
    ours, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            [*COMMAND, *words],
            cwd=folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=theirs,
        )
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # how a pseudo-terminal says that its other end is closed
                break
            if not part:
                break
            shown += part
        out, _ = process.communicate()
    finally:
        os.close(ours)
    return out.decode(), shown.decode()


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_progress_on_a_terminal(tmp_path: Path, more: tuple[str, ...]) -> None:
    """A line a step, on stderr only; stdout is what it is without one."""
    out, shown = on_a_terminal("run", "client_to_delivery", ORDER, *more, folder=tmp_path)

    steps = [line.split()[-2:] for line in shown.splitlines()]
    assert steps == [
        [step, "completed"]
        for step in (
            "normalize_brief",
            "generate_strategy",
            "generate_draft",
            "qc_evaluate",
            "create_package",
        )
    ]
    assert "normalize_brief" not in out
    if more:
        assert json.loads(out)["state"] == "completed"


def test_a_reader_that_goes_away(tmp_path: Path) -> None:
    """The command ends with 1 and no traceback; the run is kept."""
    with subprocess.Popen(
        [*COMMAND, "run", "client_to_delivery", ORDER, "--json"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
        code = process.wait()

    assert (code, err) == (1, b"")
    assert len(aicmo("runs", "list", "--json", folder=tmp_path).json["runs"]) == 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_an_output_of_another_encoding(tmp_path: Path, encoding: str) -> None:
    """What cannot be encoded is spelled out; the code is that of the run."""
    order = json.loads(Path(ORDER).read_text())
    order["acceptance"] = {"required_terms": ["日本語 – ж"]}
    path = tmp_path / "order.json"
    path.write_text(json.dumps(order))

    plain = run(str(path), folder=tmp_path, PYTHONIOENCODING=encoding)
    as_json = run(str(path), "--json", folder=tmp_path, PYTHONIOENCODING=encoding)

    assert (plain.code, as_json.code) == (3, 3)
    assert any("日本語 – ж" in f["reason"] for f in as_json.json["findings"])


def test_looking_at_runs(tmp_path: Path) -> None:
    """List, show and audit tell of the run; as text and as one JSON object."""
    run_id = run(ORDER, "--json", folder=tmp_path).json["run_id"]

    listed = aicmo("runs", "list", "--json", folder=tmp_path).json
    shown = aicmo("runs", "show", run_id, "--json", folder=tmp_path).json
    audit = aicmo("runs", "audit", run_id, "--json", folder=tmp_path).json
    texts = [
        aicmo("runs", *words, folder=tmp_path).out
        for words in (["list"], ["show", run_id], ["audit", run_id])
    ]

    assert [r["run_id"] for r in listed["runs"]] == [run_id]
    assert listed["next"] is None
    assert shown["state"] == "completed"
    assert audit["balanced"] is True
    assert [line["closing"] for line in audit["ledger"]] == ["kept"] * 5
    assert [entry["kind"] for entry in audit["journal"]] == ["completed"] * 5
    assert all(run_id in text for text in texts)
    assert texts[2].splitlines()[-1] == "balanced"


def test_a_page_of_runs(tmp_path: Path, nothing: str) -> None:
    """The cursor of one page gives the next; nothing is twice or left out."""
    site = trial_plugin(tmp_path)
    for _ in range(3):
        aicmo("run", "refuses", nothing, folder=tmp_path, PYTHONPATH=site)

    first = aicmo("runs", "list", "--limit", "2", "--json", folder=tmp_path).json
    second = aicmo("runs", "list", "--after", first["next"], "--json", folder=tmp_path).json

    ids = [r["run_id"] for r in first["runs"] + second["runs"]]
    assert ids == sorted(set(ids), reverse=True)
    assert len(ids) == 3
    assert second["next"] is None


@pytest.mark.parametrize("verb", ["show", "audit"])
def test_a_run_that_does_not_exist(tmp_path: Path, verb: str) -> None:
    """Is named; code 2."""
    run(ORDER, folder=tmp_path)

    done = aicmo("runs", verb, "no-such-run", "--json", folder=tmp_path)

    assert done.code == 2
    assert done.json["error"]["message"] == "there is no run 'no-such-run'"


def test_a_cursor_that_is_none(tmp_path: Path) -> None:
    """Is wrong usage."""
    run(ORDER, folder=tmp_path)

    assert aicmo("runs", "list", "--after", "x", folder=tmp_path).code == 2


def test_plugins(tmp_path: Path) -> None:
    """What is installed and from where; what was left out and why."""
    site = Path(trial_plugin(tmp_path))
    (site / "trial-1.2.dist-info" / "entry_points.txt").write_text(
        "[aicmo_core]\ntrial = trial_plugin\nbroken = trial_that_is_not_there\n"
    )

    done = aicmo("plugins", "--json", folder=tmp_path, PYTHONPATH=str(site))
    text = aicmo("plugins", folder=tmp_path, PYTHONPATH=str(site)).out

    found = {p["name"]: p for p in done.json["plugins"]}
    assert "module qc" in found["qc"]["offers"]
    assert found["trial"]["distribution"] == "trial"
    assert found["trial"]["version"] == "1.2"
    assert "workflow parks" in found["trial"]["offers"]
    assert "ModuleNotFoundError" in found["broken"]["left_out"]
    assert "broken (trial 1.2): left out, because" in text


def test_plugins_that_are_denied(tmp_path: Path, nothing: str) -> None:
    """An installed distribution that the environment denies adds nothing to any command."""
    site = trial_plugin(tmp_path)

    done = aicmo("run", "refuses", nothing, folder=tmp_path, PYTHONPATH=site, AICMO_DENY="trial")
    text = aicmo("--deny", "Trial", "plugins", folder=tmp_path, PYTHONPATH=site).out

    assert done.code == 2
    assert "unknown workflow 'refuses'" in done.err
    assert "trial (trial 1.2): left out, because its distribution is among the denied" in text


def test_a_package_is_verified(tmp_path: Path) -> None:
    """Wherever it was copied to; a changed file is named."""
    package = Path(run(ORDER, "--json", folder=tmp_path).json["package"])
    intact = aicmo("package", "verify", str(package / "package.zip"), folder=tmp_path)
    (package / "calendar.csv").write_text("changed")

    done = aicmo("package", "verify", str(package), "--json", folder=tmp_path)

    assert intact.code == 0
    assert intact.out.rstrip().endswith("intact")
    assert done.code == 1
    assert any("calendar.csv" in problem for problem in done.json["problems"])
    assert aicmo("package", "verify", "nowhere", folder=tmp_path).code == 2


def test_recover_with_nothing_to_do(tmp_path: Path) -> None:
    """Says so; code 0."""
    run(ORDER, folder=tmp_path)

    done = aicmo("recover", "--json", folder=tmp_path)

    assert done.code == 0
    assert done.json == {
        "recovered": [],
        "left": [],
        "counts": {"recovered": 0, "parked": 0, "left": 0},
        "executors_alive": 0,
        "events_relayed": 0,
    }
