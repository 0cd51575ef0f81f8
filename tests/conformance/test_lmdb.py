"""
A backend from outside: the distribution docs/examples/aicmo_lmdb, installed beside this one.

Its own tests, the kit among them, are run from its own folder.
"""

from __future__ import annotations

import ast
import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import aicmo_core
from aicmo_core.testing.databases import REQUIRE_ALL
from scenarios import command_line
from scenarios.command_line import Done

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "aicmo_lmdb"
BRIEF = ROOT / "src" / "aicmo_core" / "samples" / "coffee_roastery.json"
PUBLIC = {"aicmo_core.hooks", "aicmo_core.kernel", "aicmo_core.storage", "aicmo_core.testing"}


@pytest.fixture
def installed() -> str:
    """Return the version of the installed example, or skip; fail where nothing may be skipped."""
    try:
        return importlib.metadata.version("aicmo_lmdb")
    except importlib.metadata.PackageNotFoundError:
        if os.environ.get(REQUIRE_ALL) == "1":
            raise
        pytest.skip("aicmo_lmdb is not installed: pip install --no-deps docs/examples/aicmo_lmdb")


def aicmo(folder: Path, *arguments: str) -> Done:
    return command_line.aicmo(*arguments, folder=folder)


def names_of(path: Path) -> list[tuple[str, str]]:
    """Return what a file imports from this library, as (module, name)."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            found += [(node.module, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
    return [(module, name) for module, name in found if module.split(".")[0] == "aicmo_core"]


def test_example_imports_nothing_private() -> None:
    """Hooks, kernel, storage and the kit are enough to write a backend."""
    imported = [pair for path in EXAMPLE.rglob("*.py") for pair in names_of(path)]

    assert imported
    assert {module for module, _ in imported} <= PUBLIC
    assert not [name for _, name in imported if name.startswith("_")]


def test_example_passes_the_kit_and_its_own_tests(installed: str) -> None:
    """As a stranger runs them: the kit is joined by a class of a few lines."""
    suite = EXAMPLE / "tests" / "test_lmdb_conformance.py"

    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=EXAMPLE,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert result.returncode == 0, result.stdout
    assert "skipped" not in result.stdout
    assert len(suite.read_text().splitlines()) <= 20


def test_plugin_is_found_by_its_entry_point(installed: str, tmp_path: Path) -> None:
    """Installing the distribution is all that it takes."""
    listed = aicmo(tmp_path, "plugins")

    assert listed.code == 0, listed.err
    assert f"lmdb (aicmo_lmdb {installed}): backend lmdb" in listed.out


def test_workflow_runs_in_a_folder(installed: str, tmp_path: Path) -> None:
    """The command line runs, lists, audits and recovers on a scheme that it does not know."""
    db = ("--db", "lmdb:///agency")

    run = aicmo(tmp_path, "run", "client_to_delivery", str(BRIEF), *db, "--key", "k", "--json")
    again = aicmo(tmp_path, "run", "client_to_delivery", str(BRIEF), *db, "--key", "k", "--json")

    assert run.code == 0, run.err
    first = json.loads(run.out)
    assert first["state"] == "completed"
    assert json.loads(again.out)["run_id"] == first["run_id"]
    listed = aicmo(tmp_path, "runs", "list", *db)
    assert listed.out.split()[:2] == [first["run_id"], "completed"]
    audit = aicmo(tmp_path, "runs", "audit", first["run_id"], *db)
    assert (audit.code, audit.out.split()[-1]) == (0, "balanced")
    assert aicmo(tmp_path, "recover", "--now", *db).code == 0
    assert aicmo(tmp_path, "db", "check", *db).out.strip() == "the tables are current"
    assert (tmp_path / "agency" / "data.mdb").is_file()


def test_failed_run_leaves_what_its_client_said_and_nothing_else(
    installed: str, tmp_path: Path
) -> None:
    """A run that quality control fails is taken back, in a store of any kind."""
    brief = json.loads(BRIEF.read_text())
    brief["acceptance"] = {"required_terms": ["a term that no text would hold"]}
    (tmp_path / "brief.json").write_text(json.dumps(brief))
    db = f"lmdb:///{tmp_path}/agency"

    run = aicmo(tmp_path, "run", "client_to_delivery", "brief.json", "--db", db, "--json")

    assert run.code == 3, run.err
    audit = aicmo(tmp_path, "runs", "audit", json.loads(run.out)["run_id"], "--db", db)
    assert audit.out.split()[-1] == "balanced"
    with aicmo_core.open_app(db) as app:
        collections = [c for m in app.plugins.module_list() for c in m.collections]
        rows = {c.name: app.backend.count(c) for c in collections}
    assert {name: n for name, n in rows.items() if n} == {"onboarding_intakes": 1}
