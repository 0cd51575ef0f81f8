"""A broken plugin is left out and named; the application starts without it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from attrs import frozen

from aicmo_core.hooks import Module, hookimpl
from aicmo_core.kernel.errors import InvalidValue
from aicmo_core.runtime import plugins as loader
from aicmo_core.runtime.plugins import PluginClash, load_plugins
from aicmo_core.storage import Collection


@frozen
class FakeEntryPoint:
    """An entry point of another distribution, whose import is a function."""

    name: str
    load: Callable[[], Any]
    distribution: str = "stranger"
    value: str = "stranger.plugin"
    version: str = "1.2.3"

    @property
    def dist(self) -> Any:
        return SimpleNamespace(name=self.distribution, version=self.version)


def offering(module: Any) -> Callable[[], Any]:
    class Plugin:
        @hookimpl
        def aicmo_module(self) -> Any:
            return module() if callable(module) else module

    return Plugin


def raising(error: BaseException) -> Callable[[], Any]:
    def load() -> Any:
        raise error

    return load


def test_a_sound_plugin_is_loaded() -> None:
    """What it offers is known to come from it."""
    found = load_plugins(entry_points=[FakeEntryPoint("legal", offering(Module("legal")))])

    assert found.modules["legal"].plugin.origin == "legal (stranger 1.2.3)"
    assert found.found[0].offers == ["module legal"]
    assert found.found[0].left_out is None


@pytest.mark.parametrize(
    ("load", "reason"),
    [
        (raising(RuntimeError("no licence")), "it raised RuntimeError: no licence"),
        (raising(SystemExit(3)), "it raised SystemExit: 3"),
        (raising(KeyboardInterrupt()), "it raised KeyboardInterrupt: "),
        (offering(raising(ValueError("in a hook"))), "it raised ValueError: in a hook"),
        (offering(raising(SystemExit("bye"))), "it raised SystemExit: bye"),
        (offering("a module"), "its hook aicmo_module returned str, expected Module"),
        (raising(ImportError("no module named x")), "it raised ImportError: no module named x"),
    ],
)
def test_a_plugin_that_raises_or_exits(load: Callable[[], Any], reason: str) -> None:
    """At import or inside a hook: the reason is kept, and the next plugin is loaded."""
    points = [FakeEntryPoint("broken", load), FakeEntryPoint("sound", offering(Module("sound")))]

    found = load_plugins(entry_points=points)

    assert {p.name: p.left_out for p in found.found} == {"broken": reason, "sound": None}
    assert list(found.modules) == ["sound"]


@pytest.mark.parametrize("where", ["import", "hook"])
def test_a_plugin_that_hangs(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given up on after the time limit, which the reason names."""
    monkeypatch.setattr(loader, "TIME_LIMIT", 0.05)
    for_ever = threading.Event()

    def hang() -> Any:
        for_ever.wait()

    load = hang if where == "import" else offering(hang)
    points = [FakeEntryPoint("hanging", load), FakeEntryPoint("sound", offering(Module("sound")))]

    found = load_plugins(entry_points=points)

    for_ever.set()
    assert found.found[0].left_out == "it did not answer within 0.05 seconds"
    assert list(found.modules) == ["sound"]


def test_a_misspelled_hook() -> None:
    """Would never be called, so that the plugin is left out, and the right name is told."""

    class Plugin:
        @hookimpl
        def aicmo_modul(self) -> Module:
            return Module("never")

    found = load_plugins(entry_points=[FakeEntryPoint("typo", Plugin)])

    assert found.found[0].left_out == (
        "it implements hook 'aicmo_modul', which does not exist; did it mean 'aicmo_module'?"
    )


@pytest.mark.parametrize(
    ("version", "left_out"), [("1.0", False), ("1.7", False), ("2.0", True), ("0.9", True)]
)
def test_the_version_of_the_hooks(version: str, left_out: bool) -> None:
    """Another major version is refused."""

    class Plugin:
        AICMO_HOOK_VERSION = version

    found = load_plugins(entry_points=[FakeEntryPoint("old", Plugin)])

    assert (found.found[0].left_out is not None) is left_out
    if left_out:
        assert found.found[0].left_out == (
            f"it was written for version {version} of the hooks, and this is 1.0"
        )


@pytest.mark.parametrize(
    ("allow", "deny", "loaded"),
    [
        (None, (), ["first", "second"]),
        (["one-dist"], (), ["first"]),
        (["One_Dist"], (), ["first"]),
        ([], (), []),
        (None, ["two.dist"], ["first"]),
        (["one-dist"], ["one-dist"], []),
    ],
)
def test_allowed_and_denied_distributions(
    allow: list[str] | None, deny: list[str], loaded: list[str]
) -> None:
    """Names are compared as package indexes do, and what is left out is not even imported."""
    imported: list[str] = []

    def load(name: str) -> Callable[[], Any]:
        def loader_of_it() -> Any:
            imported.append(name)
            return offering(Module(name))()

        return loader_of_it

    points = [
        FakeEntryPoint("first", load("first"), "one-dist"),
        FakeEntryPoint("second", load("second"), "two_dist"),
    ]

    found = load_plugins(allow, deny, entry_points=points)

    assert imported == list(found.modules) == loaded
    assert all(p.left_out for p in found.found if p.name not in loaded)


VERSIONS = [
    ("legal", "1.2.3", True),
    ("legal==1.2.3", "1.2.3", True),
    ("legal==1.2", "1.2.0", True),
    ("legal==1.2", "1.2.3", False),
    ("LE_gal == 1.2.*", "1.2.3", True),
    ("legal>=1,<2", "1.9", True),
    ("legal>=1,<2", "2.0", False),
    ("legal>=1,<2", "0.9", False),
    ("legal>=1,<2", "1.5rc1", False),
    ("legal>=1.5rc1,<2", "1.5rc1", True),
    ("legal!=1.3", "1.3", False),
    ("legal===1.2", "1.2+mended", False),
    ("legal>=1", "of today", False),
]


@pytest.mark.parametrize(("entry", "version", "admitted"), VERSIONS)
def test_versions_that_are_allowed(entry: str, version: str, admitted: bool) -> None:
    """The entry is read as installers read it; in doubt the plugin stays out, unimported."""
    imported: list[str] = []

    def load() -> Any:
        imported.append(version)
        return offering(Module("legal"))()

    point = FakeEntryPoint("legal", load, "Le-Gal" if "_" in entry else "legal", version=version)

    found = load_plugins([entry], entry_points=[point])

    assert bool(imported) is bool(found.modules) is admitted
    reason = f"version {version} of its distribution is not allowed, only {entry}"
    assert found.found[0].left_out == (None if admitted else reason)


def test_one_of_several_entries_is_enough() -> None:
    """Two versions of one distribution may be allowed; the reason names both."""
    allow = ["legal==1.2", "legal==1.4"]
    versions = ["1.2", "1.3", "1.4"]

    found = [
        load_plugins(
            allow, entry_points=[FakeEntryPoint("x", offering(Module("x")), "legal", version=v)]
        )
        for v in versions
    ]

    assert [plugins.found[0].left_out for plugins in found] == [
        None,
        "version 1.3 of its distribution is not allowed, only legal==1.2 or legal==1.4",
        None,
    ]


@pytest.mark.parametrize(
    ("entry", "version", "denied"),
    [
        ("legal<2", "1.9", True),
        ("legal<2", "2.0", False),
        ("legal<2", "1.9rc1", True),
        ("legal<2", "of today", True),
    ],
)
def test_versions_that_are_denied(entry: str, version: str, denied: bool) -> None:
    """In doubt the plugin stays out here too."""
    point = FakeEntryPoint("legal", offering(Module("legal")), "legal", version=version)

    found = load_plugins(None, [entry], entry_points=[point])

    reason = f"its distribution is among the denied ones ({entry})"
    assert found.found[0].left_out == (reason if denied else None)


@pytest.mark.parametrize(
    "entry",
    ["", "legal==", "legal=1", "legal>=one", "two words", "../legal", "legal[extra]",
     "legal @ file:///legal.whl", "legal; python_version > '3'", "légal"],
)  # fmt: skip
def test_entry_that_cannot_be_read(entry: str) -> None:
    """Is an error that names it and its place, before anything is imported."""
    imported: list[str] = []
    point = FakeEntryPoint("legal", lambda: imported.append("legal"), "legal")

    with pytest.raises(InvalidValue) as caught:
        load_plugins(["sound", entry], entry_points=[point])

    assert [problem.path for problem in caught.value.problems] == ["$[1]"]
    assert f"found {entry!r}" in str(caught.value)
    assert imported == []


def test_list_that_is_a_text() -> None:
    """A text is a sequence of its letters, each a name: it is refused instead."""
    with pytest.raises(
        InvalidValue, match=r"plugins to deny .* expected a list such as \['legal'\]"
    ):
        load_plugins(None, "legal", entry_points=[])


def test_two_plugins_of_one_name() -> None:
    """Is an error that names both."""
    points = [
        FakeEntryPoint("a", offering(Module("legal")), "first-dist"),
        FakeEntryPoint("b", offering(Module("legal")), "second-dist"),
    ]

    with pytest.raises(PluginClash, match=r"a \(first-dist 1\.2\.3\) and b \(second-dist"):
        load_plugins(entry_points=points)


def test_two_modules_with_one_table() -> None:
    """Is an error that names the table and both plugins."""

    @frozen
    class Item:
        item_id: str

    def module(name: str) -> Module:
        return Module(name, [Collection("shared_table", Item, key="item_id")])

    points = [
        FakeEntryPoint("a", offering(module("one")), "first-dist"),
        FakeEntryPoint("b", offering(module("two")), "second-dist"),
    ]

    with pytest.raises(PluginClash, match=r"shared_table.*first-dist.*second-dist"):
        load_plugins(entry_points=points)


def test_the_built_ins_register_in_the_same_way() -> None:
    """Every module, backend and workflow of the library is found by its entry point."""
    found = load_plugins(allow=[])

    assert {"onboarding", "strategy", "production", "qc", "delivery"} <= set(found.modules)
    assert {"memory", "sqlite", "postgresql"} <= set(found.backends)
    assert "client_to_delivery" in found.workflows
