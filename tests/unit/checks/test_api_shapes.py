"""What an api may hand out, and what the suite for modules fails."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

import pytest

from aicmo_core.checks import check_api, read_api
from aicmo_core.testing import ModuleConformance

API = '''
    from abc import ABC, abstractmethod
    from attrs import define, frozen
    from aicmo_core import Event

    CONTRACT_VERSION = "1.0.0"
    __all__ = ["CONTRACT_VERSION", "TastingDTO", "TastingPort", "WineTasted"]


    @frozen
    class TastingDTO:
        """What was tasted."""

        wine_id: str
        score: int = 0


    @frozen
    class WineTasted(Event):
        """A wine was tasted."""

        wine_id: str


    class TastingPort(ABC):
        """Tastes wines."""

        @abstractmethod
        def taste(self, wine_id: str) -> TastingDTO:
            """Taste a wine."""
'''
PLUGIN = """
    from aicmo_core.hooks import Module, hookimpl, provides
    from aicmo_core.storage import Collection
    from wine_tasting.api import CONTRACT_VERSION, TastingDTO, TastingPort

    TASTINGS = Collection("tasting_notes", TastingDTO, key="wine_id")


    class Tasting(TastingPort):
        def __init__(self, store):
            self.store = store

        def taste(self, wine_id):
            return self.store.open(TASTINGS).put(TastingDTO(wine_id))


    @hookimpl
    def aicmo_module():
        return Module(
            "tasting",
            [TASTINGS],
            [provides(TastingPort).by(lambda s: Tasting(s.store))],
            contract_version=CONTRACT_VERSION,
        )
"""

RELEASED = Path(__file__).with_name("tasting_contract.json").read_text(encoding="utf-8")
Write = Callable[..., ModuleType]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Write the module's package with some of its text replaced; return its plugin."""
    monkeypatch.syspath_prepend(tmp_path)

    def make(*replaced: str) -> ModuleType:
        texts = {"api": API, "plugin": PLUGIN}
        for old, new in zip(replaced[::2], replaced[1::2], strict=True):
            assert any(old in text for text in texts.values()), old
            texts = {name: text.replace(old, new) for name, text in texts.items()}
        (tmp_path / "wine_tasting").mkdir()
        for name, text in texts.items():
            (tmp_path / "wine_tasting" / f"{name}.py").write_text(dedent(text))
        importlib.invalidate_caches()
        return importlib.import_module("wine_tasting.plugin")

    yield make
    for name in [n for n in sys.modules if n.partition(".")[0] == "wine_tasting"]:
        del sys.modules[name]


def test_api_as_it_should_be(write: Write) -> None:
    """Nothing is found."""
    write()

    assert check_api(read_api("wine_tasting.api")) == []


def test_field_that_checks_its_value_is_no_frozen_one(write: Write) -> None:
    """A validator that refuses what it is given is not taken for a class that refuses all."""
    write(
        "@frozen\n    class TastingDTO",
        "@define\n    class TastingDTO",
        "wine_id: str\n        score",
        "wine_id: str = field(validator=validators.instance_of(str))\n        score",
        "import define, frozen",
        "import define, field, frozen, validators",
    )

    assert [f.rule for f in check_api(read_api("wine_tasting.api"))] == ["frozen"]


@pytest.mark.parametrize(
    ("old", "new", "rule", "place"),
    [
        ("class TastingPort(ABC)", "class TastingPort", "api-kind", "TastingPort"),
        ("        @abstractmethod\n", "", "port-abstract", "TastingPort.taste"),
        ('            """Taste a wine."""', "            ...", "described", "TastingPort.taste"),
        ('        """Tastes wines."""\n', "", "described", "TastingPort"),
        ("(self, wine_id: str)", "(self, wine_id)", "annotated", "TastingPort.taste"),
        (" -> TastingDTO", "", "annotated", "TastingPort.taste"),
        (" -> TastingDTO", " -> 'Gone'", "annotated", "TastingPort.taste"),
        ("def taste", "def _taste", "port-abstract", "TastingPort"),
        (
            "    @frozen\n    class TastingDTO",
            "    @define\n    class TastingDTO",
            "frozen",
            "TastingDTO",
        ),
        ('        """What was tasted."""\n', "", "described", "TastingDTO"),
        ("score: int = 0", "score: 'Gone' = 0", "annotated", "TastingDTO"),
        (
            'wine was tasted."""\n\n        wine_id: str',
            'wine was tasted."""',
            "event-complete",
            "Wine",
        ),
        ('"1.0.0"', '"1.0"', "contract-version", ""),
        ('["CONTRACT_VERSION", ', "[", "contract-version", ""),
        ('"TastingDTO", ', '"TastingDTO", "Gone", ', "api-names", ""),
    ],
)
def test_api_that_is_none(write: Write, old: str, new: str, rule: str, place: str) -> None:
    """Each is found by its rule, at its place, and nothing else is."""
    write(old, new)

    found = check_api(read_api("wine_tasting.api"))

    assert [f.rule for f in found] == [rule]
    assert place in found[0].place


def failures(plugin: ModuleType, contract: Path) -> list[str]:
    """Return which of the suite's cases that need no fixture of pytest's a module fails."""
    suite: Any = type("Suite", (ModuleConformance,), {"plugin": plugin, "contract": contract})()
    api, module = read_api("wine_tasting.api"), plugin.aicmo_module()
    cases: dict[str, Callable[[], object]] = {
        "shapes": lambda: suite.test_api_hands_out_ports_values_and_events_only(api),
        "version": lambda: suite.test_contract_version_is_the_modules(api, module),
        "contract": lambda: suite.test_contract_is_compatible_with_the_last_release(api),
        "imports": suite.test_module_imports_no_foreign_internals,
        "json": suite.test_values_come_back_from_json,
        "names": lambda: suite.test_collections_carry_the_modules_name(module),
        "adapters": lambda: suite.test_every_port_has_an_adapter(api, module),
        "built": lambda: suite.test_adapters_are_built_in_an_application(module, contract.parent),
    }
    failed = []
    for name, case in cases.items():
        try:
            case()
        except (Exception, pytest.fail.Exception):  # noqa: BLE001 - that it fails is the answer
            failed.append(name)
    return failed


def test_suite_fails_a_module_without_a_contract(write: Write, tmp_path: Path) -> None:
    """The contract of the first release has to be written; then all is well."""
    plugin = write()
    contract = tmp_path / "contract.json"

    assert failures(plugin, contract) == ["contract"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AICMO_WRITE_CONTRACTS", "1")
        assert failures(plugin, contract) == []
    assert contract.exists()
    assert failures(plugin, contract) == []


@pytest.mark.parametrize(
    ("old", "new", "failed"),
    [
        ('"1.0.0"', '"1.0.0"', []),
        ("contract_version=CONTRACT_VERSION", 'contract_version="2.0.0"', ["version"]),
        ('"tasting_notes"', '"wine_notes"', ["names"]),
        ("[provides(TastingPort).by(lambda s: Tasting(s.store))]", "[]", ["adapters"]),
        ("lambda s: Tasting(s.store)", "lambda s: object()", ["built"]),
        (
            "class Tasting(TastingPort):",
            "import aicmo_core.runtime\n\n    class Tasting(TastingPort):",
            ["imports"],
        ),
        ("score: int = 0", "score: float = 0.0", ["contract"]),
        (
            "        wine_id: str\n        score",
            "        wine_id: str\n        made: object = None\n        score",
            ["contract", "json"],
        ),
    ],
    ids=["nothing", "version", "table", "no adapter", "wrong adapter", "runtime", "type", "object"],
)
def test_suite_fails_a_broken_module(
    write: Write, tmp_path: Path, old: str, new: str, failed: list[str]
) -> None:
    """Each case catches what it is for."""
    contract = tmp_path / "contract.json"
    contract.write_text(RELEASED)
    plugin = write(old, new)

    assert failures(plugin, contract) == failed


def test_contract_is_not_written_over_a_promise(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A breaking change is not hidden by writing the contract anew."""
    contract = tmp_path / "contract.json"
    contract.write_text(RELEASED)
    monkeypatch.setenv("AICMO_WRITE_CONTRACTS", "1")

    assert failures(write("score: int = 0", "score: float = 0.0"), contract) == ["contract"]

    assert contract.read_text() == RELEASED
