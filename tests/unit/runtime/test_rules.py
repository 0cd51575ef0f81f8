"""The rule sets of an application: shipped, changed by plugins, changed by the host."""

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve, frozen

from aicmo_core import open_app
from aicmo_core.backends.memory import MemoryBackend
from aicmo_core.hooks import Module, RuleBook, RuleChange, hookimpl
from aicmo_core.kernel.errors import InvalidValue, UnknownName
from aicmo_core.kernel.rules import Count, RuleSet, RuleVersion
from aicmo_core.runtime.plugins import Offer, PluginClash, PluginInfo, Plugins, load_plugins
from aicmo_core.runtime.rules import Rules, read_file
from aicmo_core.testing import ModuleConformance


@frozen
class Ovens:
    degrees: dict[str, Count]
    loaves: Count


SHIPPED = {
    "rules": "tasting.ovens",
    "version": "1",
    "degrees": {"stone": {"value": 250, "because": "crust"}},
    "loaves": {"value": 40, "because": "as many as are sold"},
}
MORE = {"version": "7", "loaves": {"value": 50, "because": "summer"}}


@pytest.fixture
def ovens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RuleSet[Ovens]:
    """A rule set, whose file lies in a package of its own."""
    package = tmp_path / "rules_of_a_tasting"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "ovens.json").write_text(json.dumps(SHIPPED))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, package.name, raising=False)
    return RuleSet("tasting.ovens", Ovens, package.name, "ovens.json")


def by(plugin: str, data: dict[str, Any], rules: str = "tasting.ovens") -> Offer:
    return Offer(RuleChange(rules, data), PluginInfo(plugin))


def test_nothing_is_read_before_it_is_asked_for() -> None:
    """A set whose file is not there stops nobody who does not need it."""
    absent = RuleSet("tasting.ovens", Ovens, "aicmo_core", "absent.json")

    book = Rules([absent])

    with pytest.raises(FileNotFoundError):
        book.read(absent)


def test_host_comes_after_plugins(ovens: RuleSet[Ovens]) -> None:
    """Each layer is named in the version, and where it came from in the ruling."""
    cooler = {"version": "3", "degrees": {"stone": {"value": 240, "because": "crumb"}}}
    book = Rules(
        [ovens],
        [by("legal", cooler), by("summer", MORE)],
        {"tasting.ovens": {**MORE, "version": "acme"}},
    )

    assert book.read(ovens).degrees["stone"].value == 240
    assert book.read(ovens).loaves.value == 50
    assert book.version(ovens).version == "1+3+7+acme"
    assert book.ruling(ovens).origins == (
        "shipped",
        "plugin legal",
        "plugin summer",
        "the host's rules tasting.ovens",
    )


def test_host_overrides_what_a_plugin_says(ovens: RuleSet[Ovens]) -> None:
    """The same entry, by whoever runs the application."""
    fewer = {"version": "acme", "loaves": {"value": 9, "because": "one of us is ill"}}

    book = Rules([ovens], [by("summer", MORE)], {"tasting.ovens": fewer})

    assert book.read(ovens).loaves == Count(9, "one of us is ill")


@pytest.mark.parametrize("other", [MORE, {"version": "2", "whole": True, **SHIPPED}])
def test_two_plugins_that_set_one_entry_clash(ovens: RuleSet[Ovens], other: dict[str, Any]) -> None:
    """Whichever came first, nobody could say which was meant; the error names both."""
    offers = [by("summer", MORE), by("winter", {**other, "version": "8"})]

    with pytest.raises(PluginClash) as clash:
        Rules([ovens], offers)

    assert "tasting.ovens: loaves" in str(clash.value)
    assert "plugin summer" in str(clash.value)
    assert "plugin winter" in str(clash.value)


def test_unknown_set_is_answered_with_the_nearest(ovens: RuleSet[Ovens]) -> None:
    """By whomever it is changed."""
    with pytest.raises(UnknownName, match=r"did you mean 'tasting\.ovens'"):
        Rules([ovens], host={"tasting.oven": MORE})
    with pytest.raises(InvalidValue, match=r"plugin summer .* did you mean 'tasting\.ovens'"):
        Rules([ovens], [by("summer", MORE, "tasting.oven")])


def test_error_names_who_brought_the_change(ovens: RuleSet[Ovens], tmp_path: Path) -> None:
    """A plugin, or the host's file."""
    wrong = {"version": "1", "loaves": {"value": "many", "because": "hunger"}}
    file = tmp_path / "house.json"
    file.write_text(json.dumps(wrong))

    with pytest.raises(InvalidValue, match=r"plugin summer is not valid: \$.loaves.value"):
        Rules([ovens], [by("summer", wrong)])
    with pytest.raises(InvalidValue, match=r"house.json is not valid: \$.loaves.value"):
        Rules([ovens], host={"tasting.ovens": file})


def test_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """As any file that cannot be read."""
    with pytest.raises(InvalidValue, match="No such file"):
        read_file(tmp_path / "absent.json")
    with pytest.raises(InvalidValue, match=r"(?i)is a directory"):
        read_file(tmp_path)
    with pytest.raises(InvalidValue, match="null"):
        read_file("house\0.json")


def test_changed_versions_are_told(ovens: RuleSet[Ovens]) -> None:
    """What was made by other rules, or by rules that are gone."""
    plain, more = Rules([ovens]), Rules([ovens], host={"tasting.ovens": MORE})
    used, gone = plain.version(ovens), RuleVersion("tasting.cellar", "1", "0" * 12)

    assert plain.changed([used]) == ()
    assert more.changed([used]) == (used,)
    assert plain.changed([used, gone]) == (gone,)


def test_application_hands_its_rules_to_modules_and_hosts(ovens: RuleSet[Ovens]) -> None:
    """Through the port, as through `app.rules`."""
    module = Module("tasting", rules=[ovens])

    with (
        open_app(
            MemoryBackend(), modules=[module], plugins=Plugins(), rules={"tasting.ovens": MORE}
        ) as app,
        app.unit_of_work() as work,
    ):
        book = work.port(RuleBook)

        assert book is app.rules
        assert book.read(ovens).loaves.value == 50


def test_application_with_rules_that_cannot_be_used_is_not_opened(
    ovens: RuleSet[Ovens],
) -> None:
    """Before a run could meet them."""
    with pytest.raises(InvalidValue):
        open_app(
            MemoryBackend(),
            modules=[Module("tasting", rules=[ovens])],
            plugins=Plugins(),
            rules={"tasting.ovens": {"version": "1", "loaves": None}},
        )


def test_two_modules_cannot_have_one_set(ovens: RuleSet[Ovens]) -> None:
    """A change to it would be to both."""
    modules = [Module("tasting", rules=[ovens]), Module("cellar", rules=[ovens])]

    with pytest.raises(PluginClash, match=r"rule set 'tasting\.ovens'"):
        open_app(MemoryBackend(), modules=modules, plugins=Plugins())


def test_plugin_brings_its_change_through_the_hook(ovens: RuleSet[Ovens], tmp_path: Path) -> None:
    """Out of a file of its package, if it likes; `aicmo plugins` shows it."""
    (tmp_path / ovens.package / "more.json").write_text(json.dumps(MORE))

    class Point:
        name, value, dist = "summer", "summer", None

        @staticmethod
        def load() -> ModuleType:
            plugin = ModuleType("summer")

            @hookimpl
            def aicmo_rules() -> list[RuleChange]:
                return [RuleChange.from_package(ovens.name, ovens.package, "more.json")]

            plugin.aicmo_rules = aicmo_rules  # type: ignore[attr-defined]
            return plugin

    plugins = load_plugins(entry_points=[Point()])

    assert plugins.found[0].offers == ["change to rules tasting.ovens"]
    book = Rules([ovens], plugins.rule_changes)
    assert book.read(ovens).loaves.value == 50


class Suite(ModuleConformance):
    """The kit's cases, called by hand."""

    __test__ = False


def test_kit_proves_the_rules_of_a_module(ovens: RuleSet[Ovens]) -> None:
    """A set under a foreign name, and one with a number that nobody explains, are found."""
    suite, file = Suite(), Path(sys.path[0]) / ovens.package / ovens.file
    own, foreign = Module("tasting", rules=[ovens]), Module("cellar", rules=[ovens])

    suite.test_rule_sets_carry_the_modules_name(own)
    suite.test_rule_sets_are_valid_and_explain_their_numbers(own)
    with pytest.raises(AssertionError):
        suite.test_rule_sets_carry_the_modules_name(foreign)
    file.write_text(json.dumps({**SHIPPED, "loaves": {"value": 40, "because": ""}}))
    unexplained = Module("tasting", rules=[evolve(ovens)])
    with pytest.raises(InvalidValue, match="beside the number 40"):
        suite.test_rule_sets_are_valid_and_explain_their_numbers(unexplained)
