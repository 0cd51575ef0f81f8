"""Nothing that is stored becomes code, and no name that is stored leaves its place."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import aicmo_core
from aicmo_core import open_app
from aicmo_core.hooks import ArtifactRefused, Subscriber
from aicmo_core.kernel.event import Event
from aicmo_core.kernel.ids import CorrelationId, EventId
from aicmo_core.providers.folder_artifacts import FolderArtifactStore
from aicmo_core.runtime.plugins import load_plugins
from aicmo_core.runtime.records import OUTBOX, OutboxRecord
from aicmo_core.storage import Insert

SOURCE = Path(aicmo_core.__file__).parent
FORBIDDEN = {"pickle", "cPickle", "marshal", "shelve", "dill", "joblib"}
CALLED = {"eval", "exec", "compile", "__import__", "import_module", "run_module", "run_path"}
CALLED |= {"unsafe_load", "full_load", "load_all", "spec_from_file_location", "exec_module"}
KNOWN = {
    # Out of the declarations of classes: never of stored text.
    "kernel/generated.py": {"exec", "compile"},
    # Names that are written down in this library.
    "__init__.py": {"import_module"},
    "cli/main.py": {"import_module"},
    "testing/__init__.py": {"import_module"},
    "modules/production/internal/writing.py": {"import_module"},
    # Names in the code of steps, and packages that a developer names.
    "runtime/asking.py": {"import_module"},
    "checks/api.py": {"import_module"},
    "checks/package.py": {"import_module"},
}
"""Which files may call what, and why."""


def calls(source: str) -> set[str]:
    """Return which of the dangerous things *source* imports or calls by name."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found |= {n.name.partition(".")[0] for n in names} & FORBIDDEN
            case ast.ImportFrom(module=str(module)):
                found |= {module.partition(".")[0]} & FORBIDDEN
            case ast.Call(func=ast.Name(id=name)):
                found |= {name} & CALLED
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr="compile")):
                pass
            case ast.Call(func=ast.Attribute(value=ast.Name(id="yaml"), attr="load")):
                if not any(_is_strict(keyword) for keyword in node.keywords):
                    found.add("yaml.load")
            case ast.Call(func=ast.Attribute(attr=name)):
                found |= {name} & (CALLED - {"compile"})
    return found


def _is_strict(keyword: ast.keyword) -> bool:
    return keyword.arg == "Loader" and ast.unparse(keyword.value) == "_strict_loader()"


def test_nothing_is_evaluated_or_imported_but_in_named_places() -> None:
    """No pickle, no eval; imports by a name that is made up are listed, with the reason."""
    files = sorted(SOURCE.rglob("*.py"))

    found = {
        file.relative_to(SOURCE).as_posix(): used
        for file in files
        if (used := calls(file.read_text("utf-8")))
    }

    assert len(files) > 100
    assert found == KNOWN


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import pickle", "pickle"),
        ("from marshal import loads", "marshal"),
        ("eval('1')", "eval"),
        ("import builtins\nbuiltins.exec('1')", "exec"),
        ("from importlib import import_module as f\nimportlib.import_module(x)", "import_module"),
        ("__import__(name)", "__import__"),
        ("import yaml\nyaml.load(text, Loader=yaml.Loader)", "yaml.load"),
        ("yaml.unsafe_load(text)", "unsafe_load"),
    ],
)
def test_what_is_dangerous_would_be_seen(source: str, found: str) -> None:
    """The test above can fail."""
    assert calls(source) == {found}
    assert (
        calls("re.compile('x'); json.loads(text); yaml.load(t, Loader=_strict_loader())") == set()
    )


def test_stored_name_of_an_event_is_never_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that names a module is a row: the module, which would leave a trace, is not run."""
    trace = tmp_path / "trace"
    (tmp_path / "hostile_events.py").write_text(
        f"open({str(trace)!r}, 'w').close()\nclass Boom: pass\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    heard: list[Event] = []
    everything = [Subscriber("all", Event, heard.append)]
    with open_app(
        f"sqlite:///{tmp_path}/a.db", plugins=load_plugins(allow=[]), subscribers=everything
    ) as app:
        record = OutboxRecord(
            "any",
            "key",
            1,
            EventId("id"),
            "hostile_events.Boom",
            "{}",
            app.clock.now(),
            CorrelationId("run"),
        )
        app.backend.commit([Insert(OUTBOX, OUTBOX.encode(record, "token"))])

        app.relay()

        stored = app.backend.get(OUTBOX, ("any", "key", 1))
    assert stored is not None
    assert heard == []
    assert not trace.exists()
    assert "hostile_events" not in sys.modules


@pytest.mark.parametrize("link", ["run", "run/inner", "run/inner/file"])
def test_link_planted_below_the_root_leads_nowhere(tmp_path: Path, link: str) -> None:
    """At whichever part of the path it stands; what lies outside stays as it was."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    (outside / "inner").mkdir(parents=True)
    for place in (outside / "file", outside / "inner" / "file"):
        place.write_text("theirs")
    planted = root / link
    planted.parent.mkdir(parents=True)
    targets = {"run": outside, "run/inner": outside / "inner", "run/inner/file": outside / "file"}
    planted.symlink_to(targets[link])
    store = FolderArtifactStore(root)

    for attempt in (store.get, store.locate, lambda path: store.put(path, b"ours")):
        with pytest.raises(ArtifactRefused, match="symbolic link"):
            attempt("run/inner/file")

    assert store.list("") == []
    assert (outside / "file").read_text() == (outside / "inner" / "file").read_text() == "theirs"
