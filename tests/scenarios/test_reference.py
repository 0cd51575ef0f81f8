"""The reference describes whatever users may name, and nothing that is gone."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from aicmo_core import open_app
from aicmo_core.cli.main import aicmo
from aicmo_core.hooks import Hooks, hookspec
from aicmo_core.kernel import UnknownName
from aicmo_core.modules.production.api import ProductionQueryPort
from aicmo_core.testing.databases import REQUIRE_ALL
from scenarios import public_names
from scenarios.made_once import made_once
from scenarios.pages import ROOT, name, pages

if importlib.util.find_spec("sphinx") is None and os.environ.get(REQUIRE_ALL) != "1":
    pytest.skip("sphinx is not installed: the group `docs`", allow_module_level=True)

REFERENCE = ROOT / "docs" / "reference"


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Everything that the built documentation describes; a warning is an error."""
    built = made_once(tmp_path_factory, "documentation", build)
    return public_names.read_inventory(built / "html")


def build(built: Path) -> None:
    """Build the documentation, as `tox -e docs` does."""
    building = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    done = subprocess.run(
        [*building, "-d", str(built / "trees"), str(ROOT / "docs"), str(built / "html")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def with_errors(described: list[str]) -> list[str]:
    """Errors are described on a page that is written from their classes."""
    text = (REFERENCE / "errors.md").read_text("utf-8")
    homes = re.findall(r"^## (\w+)\n\n(?:A kind of `\w+`\. )?From `([\w.]+)`\.$", text, re.M)
    return [*described, *(f"{home}.{error}" for error, home in homes)]


def test_every_hook_is_described(described: list[str]) -> None:
    """What goes through it is exported, and described with the rest."""
    assert public_names.undocumented(public_names.hook_names(Hooks), described) == []


def test_hook_that_nobody_described_is_seen(described: list[str]) -> None:
    """A hook that is added without a word in the reference fails this suite."""

    class WithOneMore(Hooks):
        @hookspec
        def aicmo_ovens(self) -> list[Any]:  # type: ignore[empty-body]
            """Return the ovens that this plugin adds."""

    missing = public_names.undocumented(public_names.hook_names(WithOneMore), described)

    assert [place.rpartition(".")[2] for place in missing] == ["aicmo_ovens"]


def test_every_port_is_described(described: list[str]) -> None:
    """Of the modules' apis, the hooks, storage, saga and kernel."""
    found = list(public_names.ports())

    assert len(found) > 20
    assert public_names.undocumented(found, described) == []


def test_every_event_is_described(described: list[str]) -> None:
    """Whoever subscribes looks it up."""
    found = list(public_names.events())

    assert len(found) > 10
    assert public_names.undocumented(found, described) == []


def test_every_error_is_described(with_errors: list[str]) -> None:
    """With what it means, and what to do."""
    assert public_names.undocumented(public_names.errors(), with_errors) == []


def test_everything_that_is_exported_is_described(with_errors: list[str]) -> None:
    """Whatever a package lists in `__all__`, of modules and of the library."""
    assert public_names.undocumented(public_names.exported(), with_errors) == []


def test_nothing_that_is_gone_is_described(with_errors: list[str]) -> None:
    """A page that names what was renamed or removed is seen."""
    assert public_names.gone(with_errors) == []
    assert public_names.gone(["aicmo_core.hooks.Hooks.aicmo_ovens"]) != []
    assert public_names.gone(["aicmo_core.ovens.Oven", "aicmo_core.Run.oven"]) != []


def test_dotted_names_in_sentences_are_there() -> None:
    """`aicmo_core.….Name` in the running text can be imported."""
    wrong = [
        (name(page), found)
        for page in pages()
        for found in re.findall(r"`(aicmo_core(?:\.\w+)+)`", page.read_text("utf-8"))
        if public_names.gone([found])
    ]

    assert wrong == []


def test_every_command_is_described() -> None:
    """Each command of `aicmo` has its row, and each of its options is named on the page."""
    text = (REFERENCE / "command_line.md").read_text("utf-8")
    missing = [
        words
        for words, command in _commands(aicmo, "aicmo")
        if f"`{words}" not in text
        or any(f"`{o}" not in text for p in command.params for o in p.opts if o[:2] == "--")
    ]

    assert missing == []


def _commands(command: click.Command, words: str) -> list[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        inner = [(n, command.get_command(context, n)) for n in command.list_commands(context)]
        return [found for n, one in inner if one for found in _commands(one, f"{words} {n}")]
    return [(words, command)]


def test_packs_that_can_be_ordered_are_listed() -> None:
    """And no other: one whose sections nobody writes is refused."""
    text = (REFERENCE / "command_line.md").read_text("utf-8")
    (row,) = re.findall(r"^\| `pack` \|(.+)\|$", text, re.MULTILINE)

    with open_app(allow=[]) as app, app.unit_of_work() as work:
        packs = work.port(ProductionQueryPort)
        with pytest.raises(UnknownName) as refused:
            packs.get_pack("no such pack")
        complete = {name for name in refused.value.known if not packs.get_pack(name).missing}

    assert set(re.findall(r"`(\w+)`", row)) == complete


def test_floors_are_those_that_are_checked() -> None:
    """The drawing of the house is the contract that import-linter holds it to."""
    text = (ROOT / "docs" / "explanation" / "four_ideas.md").read_text("utf-8")
    contract = re.search(r"^layers =\n((?: .+\n)+)", (ROOT / ".importlinter").read_text(), re.M)
    drawn = re.search(r"```text\n(cli .+?)```", text, re.DOTALL)

    assert contract
    assert drawn
    floors = re.sub(r"[() ]", "", contract[1]).split()
    assert [floor.replace(" ", "") for floor in drawn[1].splitlines()] == floors
    rows = re.findall(r"^\| (`.+?) \|", text, re.MULTILINE)
    assert sorted(re.findall(r"\w+", " ".join(rows))) == sorted(
        part for part in re.findall(r"\w+", " ".join(floors)) if part != "samples"
    )


def test_glossary_is_in_order() -> None:
    """A reader finds a word where the alphabet has it, and once."""
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    words = re.findall(r"^\*\*(.+?)\.\*\*", text, re.MULTILINE)

    assert len(words) > 30
    assert words == sorted(set(words), key=str.casefold)
