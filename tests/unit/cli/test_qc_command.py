"""`aicmo qc`: a reader of a report finds each finding's place, section and rule."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from aicmo_core.cli import exits, qc_command
from aicmo_core.cli.main import aicmo
from aicmo_core.testing.databases import fresh_sqlite

SAMPLE = files("aicmo_core.samples").joinpath("kayak_tours.json")


def call(*words: str) -> Result:
    return CliRunner().invoke(aicmo, ["--allow", "aicmo_core", *words])


def plain(done: Result) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(done.stdout)
    return data


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database for the runs of all of these tests."""
    return fresh_sqlite(tmp_path_factory.mktemp("qc"))


@pytest.fixture
def run_with(database: str, tmp_path: Path) -> Any:
    """Run the sample with an acceptance block; return what `aicmo run` says, in JSON."""

    def run(**acceptance: Any) -> dict[str, Any]:
        order = json.loads(SAMPLE.read_text("utf-8")) | {"acceptance": acceptance}
        file = tmp_path / "order.json"
        file.write_text(json.dumps(order))
        out = str(tmp_path / "out")
        return plain(
            call("run", "client_to_delivery", str(file), "--db", database, "--out", out, "--json")
        )

    return run


def test_findings_of_a_run_that_was_taken_back_are_shown(run_with: Any, database: str) -> None:
    """Its draft is gone, and its journal says what was found in it."""
    run = run_with(required_terms=["submarine"], forbidden_terms=["KAYAK"])

    shown = call("qc", "show", run["run_id"], "--db", database)
    (check,) = plain(call("qc", "show", run["run_id"], "--db", database, "--json"))["checks"]

    assert run["state"] == "compensated"
    assert " failed: " in shown.stdout
    assert "  critical: the whole report\n    found 'submarine' nowhere" in shown.stdout
    assert "[acceptance_forbidden_terms]" in shown.stdout
    assert check["issues"] == run["findings"]
    assert check["step"] == "qc_evaluate"
    places = {issue["place"] for issue in check["issues"] if issue["section"] == "overview"}
    assert any(place.startswith("line ") and "kayak" in place for place in places)


def test_check_of_a_draft_is_shown_by_run_and_by_draft(run_with: Any, database: str) -> None:
    """The journal and the store say the same."""
    run = run_with()

    (of_run,) = plain(call("qc", "show", run["run_id"], "--db", database, "--json"))["checks"]
    of_draft = call("qc", "show", of_run["draft_id"], "--db", database, "--json")
    shown = call("qc", "show", of_run["draft_id"], "--db", database).stdout

    assert plain(of_draft)["checks"] == [of_run | {"step": ""}]
    assert shown.splitlines() == [
        f"draft {of_run['draft_id']} passed: 100 of 100, 80 are needed",
        "  rules: quick_social_basic",
        "  nothing was found",
    ]


def test_sections_that_were_written_twice_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever reads a report knows that it is the second."""
    check = {"step": "", "draft_id": "d", "passed": True, "score": 98.0, "threshold": 80.0}

    qc_command._tell(check | {"benchmark_ids": ["a", "b"], "rewritten": ["overview"], "issues": []})

    assert "  rules: a, b\n  written twice: overview\n" in capsys.readouterr().out


def test_id_that_nobody_has_is_an_error(database: str) -> None:
    """Of neither a run nor a draft that was checked."""
    done = call("qc", "show", "nobody", "--db", database)

    assert done.exit_code == exits.REFUSED
    assert "there is no run, or checked draft, 'nobody'" in done.output
