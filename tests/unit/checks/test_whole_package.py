"""Everything that a package is held to, in one answer."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from attrs import evolve

from aicmo_core.checks import (
    Finding,
    PackageUncheckable,
    check_package,
    contract_of,
    read_api,
)
from aicmo_core.kernel.errors import NotFound

API = '''
    from abc import ABC, abstractmethod

    CONTRACT_VERSION = "1.0.0"
    __all__ = ["CONTRACT_VERSION", "CellarPort"]


    class CellarPort(ABC):
        """Keeps wines."""

        @abstractmethod
        def keep(self, wine_id: str) -> None:
            """Keep a wine."""
'''
PLUGIN = """
    from aicmo_core.hooks import Module, hookimpl
    from wine_cellar.api import CONTRACT_VERSION


    @hookimpl
    def aicmo_module():
        return Module("cellar", contract_version=CONTRACT_VERSION)
"""


@pytest.fixture
def cellar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a module's package, as it should be."""
    monkeypatch.syspath_prepend(tmp_path)
    folder = tmp_path / "wine_cellar"
    folder.mkdir()
    write(folder, "__init__", "")
    write(folder, "api", API)
    write(folder, "plugin", PLUGIN)
    importlib.invalidate_caches()
    yield folder
    for name in [n for n in sys.modules if n.partition(".")[0] == "wine_cellar"]:
        del sys.modules[name]


def write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.py").write_text(dedent(text))


def rules(findings: list[Finding]) -> list[str]:
    return [f.rule for f in findings]


@pytest.mark.parametrize("module", ["delivery", "onboarding", "production", "qc", "strategy"])
def test_built_in_module(module: str) -> None:
    """The library holds itself to what it holds others to."""
    assert check_package(f"aicmo_core.modules.{module}") == []


@pytest.mark.usefixtures("cellar")
def test_module_as_it_should_be() -> None:
    """Nothing is found, with and without its last release."""
    released = contract_of(read_api("wine_cellar.api"))

    assert check_package("wine_cellar") == []
    assert check_package("wine_cellar", released) == []


def test_breaches_of_every_kind(cellar: Path) -> None:
    """What the source imports, what the api hands out and what was promised, in one list."""
    write(cellar, "inside", "import aicmo_core.runtime")
    write(cellar, "api", API.replace("-> None", "").replace("        @abstractmethod\n", ""))
    released = contract_of(read_api("wine_cellar.api"))
    tasting = {"TastingPort": released.ports["CellarPort"]}

    found = check_package("wine_cellar", evolve(released, ports=released.ports | tasting))

    assert rules(found) == ["below-the-hooks", "port-abstract", "annotated", "contract-compatible"]


def test_plugin_of_another_version(cellar: Path) -> None:
    """What is registered and what the api says are one version."""
    write(cellar, "plugin", PLUGIN.replace("=CONTRACT_VERSION", '="2.0.0"'))

    (found,) = check_package("wine_cellar")

    assert found.rule == "contract-version"
    assert "'2.0.0', and the api says '1.0.0'" in found.message


def test_module_without_an_api(cellar: Path) -> None:
    """Nobody could rely on it."""
    write(
        cellar,
        "plugin",
        PLUGIN.replace("from wine_cellar.api import", "")
        .replace("    CONTRACT_VERSION\n", "")
        .replace("=CONTRACT_VERSION", '="1.0.0"'),
    )
    (cellar / "api.py").unlink()

    assert rules(check_package("wine_cellar")) == ["api-names"]


def test_plugin_that_is_no_module(cellar: Path) -> None:
    """A plugin of workflows or of a backend hands out no api; what it imports counts."""
    (cellar / "api.py").unlink()
    write(cellar, "plugin", "def late():\n    from aicmo_core.storage.codec import _compile")

    assert rules(check_package("wine_cellar")) == ["private-name"]


def test_annotations_that_do_not_resolve(cellar: Path) -> None:
    """A promise that cannot be read is not taken for one that is kept."""
    released = contract_of(read_api("wine_cellar.api"))
    del sys.modules["wine_cellar.api"]
    write(cellar, "api", API.replace("-> None", "-> 'Gone'"))
    importlib.invalidate_caches()

    assert rules(check_package("wine_cellar", released)) == ["annotated", "contract-compatible"]


def test_package_that_is_not_there() -> None:
    """A misspelled name is no clean bill."""
    with pytest.raises(NotFound, match="wine_cellarr"):
        check_package("wine_cellarr")


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("__init__", "import nowhere_installed", "raised ModuleNotFoundError: .*nowhere_installed"),
        ("__init__", "raise SystemExit(0)", "importing wine_cellar.api raised SystemExit: 0"),
        ("plugin", "1 / 0", "importing wine_cellar.plugin raised ZeroDivisionError"),
        ("plugin", "def aicmo_module():\n    return 1 / 0", "calling .* raised ZeroDivisionError"),
        ("inside", "def broken(:", r"inside\.py:1: "),
        ("inside", "x = '\0'", "null bytes"),
    ],
)
def test_package_that_does_not_import(cellar: Path, name: str, text: str, reason: str) -> None:
    """Is told by name and reason, whatever its code does."""
    write(cellar, name, text)

    with pytest.raises(PackageUncheckable, match=reason) as caught:
        check_package("wine_cellar")
    assert caught.value.package == "wine_cellar"


def test_source_that_is_not_utf_8(cellar: Path) -> None:
    """It is told, and nothing is guessed."""
    (cellar / "inside.py").write_bytes(b"name = '\xff'")

    with pytest.raises(PackageUncheckable, match=r"its source cannot be read: .*utf-8"):
        check_package("wine_cellar")


@pytest.mark.usefixtures("cellar")
def test_release_of_a_package_without_an_api(cellar: Path) -> None:
    """There is nothing to compare it with."""
    released = contract_of(read_api("wine_cellar.api"))
    (cellar / "api.py").unlink()
    write(cellar, "plugin", "")

    with pytest.raises(PackageUncheckable, match="no api, whose contract"):
        check_package("wine_cellar", released)


def test_package_that_is_no_plugin() -> None:
    """It would pass for lack of anything to judge."""
    with pytest.raises(PackageUncheckable, match="neither an api nor a plugin"):
        check_package("json")
