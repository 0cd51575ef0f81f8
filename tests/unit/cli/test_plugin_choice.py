"""Which distributions' plugins a command loads: `--allow`, `--deny` and their variables."""

from __future__ import annotations

import ast
import importlib.metadata
import json
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from attrs import frozen
from click.testing import CliRunner, Result

import aicmo_core.cli
from aicmo_core.cli import exits
from aicmo_core.cli.main import aicmo
from aicmo_core.hooks import ENTRY_POINT_GROUP

SOURCES = sorted(Path(aicmo_core.cli.__file__).parent.glob("*.py"))
LOADING = [
    ["plugins"],
    ["workflow", "show", "client_to_delivery"],
    ["run", "client_to_delivery", "nowhere.json", "--db", "memory:"],
    ["runs", "list", "--db", "memory:"],
    ["recover", "--db", "memory:"],
    ["events", "list", "--db", "memory:"],
    ["package", "verify", "nowhere"],
    ["db", "check", "--db", "memory:"],
    ["db", "upgrade", "--db", "memory:"],
    ["db", "current", "--db", "memory:"],
]


@frozen
class Point:
    """An entry point of a distribution, which tells when it is loaded."""

    distribution: str
    loaded: list[str]
    name: str = "point"
    value: str = "point"

    @property
    def dist(self) -> SimpleNamespace:
        return SimpleNamespace(name=self.distribution, version="1.0")

    def load(self) -> ModuleType:
        self.loaded.append(self.distribution)
        return ModuleType(self.distribution)


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The distributions whose plugins were loaded; `Wine.Cellar` and `trial` are installed."""
    real, seen = importlib.metadata.entry_points, list[str]()
    added = [Point("Wine.Cellar", seen), Point("trial", seen)]

    def with_more(**selection: Any) -> Any:
        found: Any = real(**selection)
        own = [p for p in found if p.dist is not None and p.dist.name == "aicmo_core"]
        return [*own, *added] if selection == {"group": ENTRY_POINT_GROUP} else found

    monkeypatch.setattr(importlib.metadata, "entry_points", with_more)
    monkeypatch.chdir(tmp_path)
    for name in ("AICMO_ALLOW", "AICMO_DENY"):
        monkeypatch.delenv(name, raising=False)
    return seen


def call(*words: str, **environment: str) -> Result:
    return CliRunner().invoke(aicmo, list(words), env=environment)


@pytest.mark.parametrize("words", LOADING, ids=" ".join)
def test_every_command_lets_in_what_it_is_told_to(loaded: list[str], words: list[str]) -> None:
    """All without a choice, and none of a distribution that is denied."""
    call(*words)
    assert sorted(set(loaded)) == ["Wine.Cellar", "trial"]
    loaded.clear()

    call("--deny", "trial", *words)

    assert set(loaded) == {"Wine.Cellar"}


def test_no_command_loads_plugins_by_itself() -> None:
    """Each asks for the chosen ones, and opens applications with them."""
    calls = [
        (path.name, node)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]

    loading = [file for file, node in calls if _name(node) == "load_plugins"]
    opening = [(file, node) for file, node in calls if _name(node) == "open_app"]

    assert loading == ["installed.py"]
    assert len(opening) > 3
    assert [f for f, n in opening if "plugins" not in [k.arg for k in n.keywords]] == []


def _name(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


@pytest.mark.parametrize(
    ("words", "environment", "expected"),
    [
        (["--allow", "trial"], {}, {"trial"}),
        (["--allow", "trial", "--allow", "wine-cellar"], {}, {"trial", "Wine.Cellar"}),
        (["--allow", "wine_cellar"], {}, {"Wine.Cellar"}),
        (["--allow", "aicmo_core"], {}, set()),
        (["--deny", "trial", "--deny", "WINE.cellar"], {}, set()),
        (["--allow", "trial", "--deny", "trial"], {}, set()),
        ([], {"AICMO_ALLOW": "trial"}, {"trial"}),
        ([], {"AICMO_ALLOW": "trial,wine-cellar"}, {"trial", "Wine.Cellar"}),
        ([], {"AICMO_DENY": " trial , wine-cellar "}, set()),
        ([], {"AICMO_DENY": "trial wine-cellar"}, set()),
        ([], {"AICMO_ALLOW": "", "AICMO_DENY": " "}, {"trial", "Wine.Cellar"}),
        (["--allow", "trial"], {"AICMO_ALLOW": "wine-cellar"}, {"trial"}),
        (["--allow", "trial"], {"AICMO_DENY": "trial"}, set()),
        (["--allow", "trial==1.0", "--allow", "wine-cellar>=2"], {}, {"trial"}),
        (["--deny", "trial<2"], {}, {"Wine.Cellar"}),
        ([], {"AICMO_ALLOW": "trial>=1,<2,wine-cellar==1.0"}, {"trial", "Wine.Cellar"}),
        ([], {"AICMO_ALLOW": " trial >= 1, < 2  wine-cellar ~= 1.1 ,"}, {"trial"}),
        ([], {"AICMO_DENY": "trial!=1.0 wine_cellar>0.9,<1.1"}, {"trial"}),
    ],
)
def test_choices(
    loaded: list[str], words: list[str], environment: dict[str, str], expected: set[str]
) -> None:
    """Names compare as indexes compare them; options win over variables; denied is denied."""
    done = call(*words, "plugins", "--json", **environment)

    assert done.exit_code == exits.COMPLETED, done.output
    assert set(loaded) == expected
    found = {p["distribution"]: p["left_out"] for p in json.loads(done.stdout)["plugins"]}
    assert found.keys() == {"aicmo_core", "trial", "Wine.Cellar"}
    assert {name for name, reason in found.items() if reason is None} == {"aicmo_core", *expected}


@pytest.mark.parametrize("option", ["--allow", "--deny"])
def test_a_name_that_is_not_known(loaded: list[str], option: str) -> None:
    """Code 2 and the nearest; nothing was imported, least of all what should stay out."""
    done = call(option, "trail", "plugins", "--json")

    assert done.exit_code == exits.REFUSED
    error = json.loads(done.stdout)["error"]
    assert (error["type"], error["nearest"]) == ("UnknownName", "trial")
    assert "did you mean 'trial'?" in done.stderr
    assert loaded == []


def test_a_version_that_is_not_allowed(loaded: list[str]) -> None:
    """`aicmo plugins` says which version was found, and which would do."""
    done = call("--allow", "trial>=2", "plugins")

    assert done.exit_code == exits.COMPLETED
    (line,) = [line for line in done.stdout.splitlines() if "(trial 1.0)" in line]
    assert "left out, because version 1.0 of its distribution is not allowed" in line
    assert "only trial>=2" in line
    assert loaded == []


@pytest.mark.parametrize("option", ["--allow", "--deny"])
def test_an_entry_that_cannot_be_read(loaded: list[str], option: str) -> None:
    """Code 2, and the entry by name; nothing was imported."""
    done = call(option, "trial=1", "plugins", "--json")

    assert done.exit_code == exits.REFUSED
    error = json.loads(done.stdout)["error"]
    assert error["type"] == "InvalidValue"
    assert "found 'trial=1'" in error["message"]
    assert loaded == []


def test_a_variable_with_a_name_that_is_not_known(loaded: list[str]) -> None:
    """Is the same mistake."""
    done = call("runs", "list", "--db", "memory:", AICMO_DENY="trial,wine-celler")

    assert done.exit_code == exits.REFUSED
    assert "did you mean 'Wine.Cellar'?" in done.stderr
    assert loaded == []


def test_the_librarys_own_plugins_are_not_denied(loaded: list[str]) -> None:
    """There is no backend without them; to say so is better than to do nothing."""
    done = call("--deny", "aicmo-core", "plugins", "--json")

    assert done.exit_code == exits.REFUSED
    assert json.loads(done.stdout)["error"]["type"] == "UsageError"
    assert "always loaded" in done.stderr
    assert loaded == []
