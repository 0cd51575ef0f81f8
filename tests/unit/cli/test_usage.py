"""Wrong usage and help, without a process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from aicmo_core import __version__
from aicmo_core.cli import exits
from aicmo_core.cli.main import _COMMANDS, aicmo
from aicmo_core.cli.options import database, json_output


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AICMO_DB", raising=False)
    return CliRunner()


def test_every_command_has_a_help(shell: CliRunner) -> None:
    """The list and the commands agree."""
    listed = shell.invoke(aicmo, ["--help"]).stdout

    for name, line in _COMMANDS.items():
        assert name in listed
        assert line in listed
        done = shell.invoke(aicmo, [name, "-h"])
        assert done.exit_code == 0
        assert f" {name} [OPTIONS]" in done.stdout


def test_the_version(shell: CliRunner) -> None:
    """Is that of the package."""
    assert shell.invoke(aicmo, ["--version"]).stdout == f"aicmo_core {__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        ["rnu"],
        ["runs", "lst"],
        ["run"],
        ["runs", "show", "a", "b"],
        ["runs", "list", "--limit", "0"],
    ],
)
def test_wrong_usage_as_json(shell: CliRunner, words: list[str]) -> None:
    """One object on stdout, the usual words on stderr, code 2."""
    done = shell.invoke(aicmo, [*words, "--json"])

    assert done.exit_code == 2
    assert json.loads(done.stdout)["error"]["type"] == "UsageError"
    assert "Usage:" in done.stderr


def test_wrong_usage_for_people(shell: CliRunner) -> None:
    """Nothing on stdout."""
    done = shell.invoke(aicmo, ["rnu"])

    assert (done.exit_code, done.stdout) == (2, "")
    assert "did you mean 'run'?" in done.stderr


@pytest.mark.parametrize("words", [["list"], ["show", "x"], ["audit", "x"]])
def test_looking_at_runs_makes_no_database(shell: CliRunner, words: list[str]) -> None:
    """A file that is not there is refused, with the command that makes it."""
    done = shell.invoke(aicmo, ["runs", *words, "--json"])

    assert done.exit_code == 1
    error = json.loads(done.stdout)["error"]
    assert error["type"] == "DatabaseMissing"
    assert error["command"] == "aicmo db upgrade --db sqlite:///aicmo.db"
    assert not Path("aicmo.db").exists()


@pytest.mark.parametrize("words", [["recover"], ["db", "check"], ["worker"], ["workflow", "check"]])
def test_commands_that_need_a_database(shell: CliRunner, words: list[str]) -> None:
    """Make none either."""
    done = shell.invoke(aicmo, words)

    assert done.exit_code == 1
    assert "run: aicmo db upgrade --db sqlite:///aicmo.db" in done.stderr
    assert not Path("aicmo.db").exists()


def test_memory_needs_no_file(shell: CliRunner) -> None:
    """There are no runs in it, and its tables are current."""
    assert shell.invoke(aicmo, ["runs", "list", "--db", "memory:"]).exit_code == 0
    assert shell.invoke(aicmo, ["db", "check", "--db", "memory:"]).exit_code == 0
    assert shell.invoke(aicmo, ["db", "upgrade", "--db", "memory:"]).exit_code == 0


def test_a_bug_is_told_and_not_dressed_up(shell: CliRunner) -> None:
    """Code 1, its type and message, and JSON if asked for."""
    import click

    @click.command()
    @database
    @json_output
    @exits.report_errors
    def broken(url: str, as_json: bool) -> None:
        raise ZeroDivisionError("on purpose")

    done = shell.invoke(broken, ["--json"])

    assert done.exit_code == 1
    assert json.loads(done.stdout)["error"] == {
        "type": "ZeroDivisionError",
        "message": "on purpose",
    }
    assert done.stderr == "error: ZeroDivisionError: on purpose\n"
