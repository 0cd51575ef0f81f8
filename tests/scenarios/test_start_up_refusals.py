"""
Wiring that cannot work is refused when an application is opened, with names and the way out.

Nothing is written, and no run begins.
"""

from __future__ import annotations

import importlib
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

import pytest
from attrs import frozen

import aicmo_core.modules.qc.plugin as quality
from aicmo_core import StepContext, UndoContext, Workflow, external_step, open_app, step
from aicmo_core.backends.memory import MemoryBackend
from aicmo_core.hooks import Artifacts, Module, Scope, hookimpl, provides
from aicmo_core.kernel import AicmoError
from aicmo_core.kernel.clock import Clock
from aicmo_core.modules.qc.api import QcRulesPort
from aicmo_core.modules.qc.internal.collections import QC_RESULTS
from aicmo_core.runtime.errors import AdapterUnsound, PortMissing, PortProvidedTwice
from aicmo_core.runtime.plugins import PluginClash, Plugins, load_plugins
from aicmo_core.runtime.records import SCHEMA
from aicmo_core.saga import PrepareContext, WorkflowInvalid
from aicmo_core.storage import Collection, Store
from scenarios.stores import order

# -- a small module ----------------------------------------------------------------------------


@frozen
class Note:
    note_id: str
    text: str = ""


NOTES = Collection("notes_notes", Note, key="note_id")


class NotesPort(ABC):
    """Keeps notes."""

    @abstractmethod
    def add(self, text: str) -> Note:
        """Keep a note."""


class PrintPort(ABC):
    """Prints notes; nobody here provides it."""

    @abstractmethod
    def print(self, note: Note) -> str:
        """Print a note."""


class Notes(NotesPort):
    def __init__(self, store: Store, *others: object) -> None:
        self._store = store

    def add(self, text: str) -> Note:
        return self._store.open(NOTES).add(Note(text))


class Prints(PrintPort):
    def print(self, note: Note) -> str:
        return note.text


def notes(name: str = "notes", **changes: Any) -> Module:
    """Return the module, with other parts."""
    adapters = [provides(NotesPort).by(lambda scope: Notes(scope.store))]
    parts: dict[str, Any] = {"collections": [NOTES], "adapters": adapters}
    return Module(name, **parts | changes)


def opening(*modules: Module, **arguments: Any) -> str:
    """Open an application of these modules alone; return what it is refused with."""
    arguments = {"plugins": Plugins()} | arguments
    with pytest.raises(AicmoError) as refused:
        open_app(MemoryBackend(), modules=modules, **arguments)
    return f"{type(refused.value).__name__}: {refused.value}"


class Point(SimpleNamespace):
    """An entry point of a distribution that is not installed."""

    def load(self) -> Any:
        return self.plugin


def point(name: str, *, module: Module | None = None, provider: Any = None) -> Point:
    class Plugin:
        if module is not None:

            @hookimpl
            def aicmo_module(self) -> Module:
                return module

        if provider is not None:

            @hookimpl
            def aicmo_providers(self) -> Any:
                return [provider]

    dist = SimpleNamespace(name=f"dist-{name}", version="1.0")
    return Point(name=name, value=f"{name}.plugin", dist=dist, plugin=Plugin())


# -- names -------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["notes_notes", "Notes_NOTES"])
def test_plugins_declare_one_table(table: str) -> None:
    """Both are named; a database may not tell tables apart by case."""
    other = Module("diary", [Collection(table, Note, key="note_id")])

    with pytest.raises(PluginClash) as refused:
        load_plugins(entry_points=[point("a", module=notes()), point("b", module=other)])

    assert f"table {table!r} is claimed by both a (dist-a 1.0) and b (dist-b 1.0)" in str(
        refused.value
    )


def test_host_declares_a_plugins_table() -> None:
    """The host's own modules are held to the same."""
    plugins = load_plugins(entry_points=[point("a", module=notes())])
    diary = Module("diary", [Collection("diary_days", Note, "note_id"), NOTES])

    refusal = opening(diary, plugins=plugins)

    assert refusal.startswith("PluginClash: table 'notes_notes' is claimed by both a (dist-a 1.0)")
    assert "the host's own modules" in refusal


def test_child_table_is_taken() -> None:
    """A child table is a table."""

    @frozen
    class Pad:
        pad_id: str
        notes: tuple[Note, ...]

    pads = Collection("pads_pads", Pad, "pad_id", children={"notes": "notes_notes"})

    refusal = opening(notes(), Module("pads", [pads]))

    assert refusal.startswith("PluginClash: table 'notes_notes'")


def test_module_declares_the_librarys_table() -> None:
    """Runs and journal are nobody else's."""
    name = SCHEMA.collections[0].name

    refusal = opening(Module("notes", [Collection(name, Note, "note_id")]))

    assert f"table {name!r} is claimed by both the library itself and" in refusal


def test_two_modules_have_one_name() -> None:
    """A name is also the label of a migration branch."""
    refusal = opening(notes(), notes(collections=[], adapters=[]))

    assert refusal.startswith("PluginClash: module 'notes' is claimed by both")


# -- ports -------------------------------------------------------------------------------------


def test_two_modules_provide_one_port() -> None:
    """Neither silently wins."""
    with pytest.raises(PortProvidedTwice) as refused:
        load_plugins(
            entry_points=[
                point("a", module=notes()),
                point("b", module=notes("diary", collections=[])),
            ]
        )

    assert str(refused.value) == (
        "NotesPort is provided by both 'a (dist-a 1.0)' and 'b (dist-b 1.0)'; leave one out"
    )


def test_one_module_provides_a_port_twice() -> None:
    """The later one does not win either."""
    twice = [provides(NotesPort).by(lambda s: Notes(s.store))] * 2

    assert opening(notes(adapters=twice)).startswith("PortProvidedTwice: NotesPort")


def test_two_plugins_provide_for_one_provider_port() -> None:
    """Both distributions are named."""
    points = [
        point(name, provider=provides(PrintPort).by(lambda _: Prints())) for name in ("a", "b")
    ]

    with pytest.raises(PortProvidedTwice, match=r"'a \(dist-a 1.0\)' and 'b \(dist-b 1.0\)'"):
        load_plugins(entry_points=points)


def test_default_gives_way_to_a_plugin_and_that_to_the_host() -> None:
    """Whatever the order in which they were found."""

    class Mine(Prints):
        pass

    class Hosts(Prints):
        pass

    points = [
        point("a", provider=provides(PrintPort).by(lambda _: Mine())),
        point("b", provider=provides(PrintPort).by_default(lambda _: Prints())),
    ]
    plugins = load_plugins(entry_points=points)
    hosts = [provides(PrintPort).by(lambda _: Hosts())]

    with open_app(MemoryBackend(), plugins=plugins) as app, app.unit_of_work() as work:
        assert type(work.port(PrintPort)) is Mine
    with (
        open_app(MemoryBackend(), plugins=plugins, providers=hosts) as app,
        app.unit_of_work() as work,
    ):
        assert type(work.port(PrintPort)) is Hosts


def test_built_in_default_gives_way() -> None:
    """A plugin brings rules of its own for quality control without a word from the host."""
    added = provides(QcRulesPort).by(quality._no_added_rules)
    own = Point(name="qc", value="", dist=SimpleNamespace(name="aicmo_core", version="0"))
    own.plugin = quality

    plugins = load_plugins(entry_points=[point("rules", provider=added), own])

    assert plugins.provider_list()[-1] is added


def _build_that_asks(scope: Scope) -> NotesPort:
    return Notes(scope.store, scope.get(Clock), _printer(scope))


def _printer(scope: Scope) -> PrintPort:
    return scope.get(PrintPort)


class _Asking(Notes):
    def __init__(self, scope: Scope) -> None:
        super().__init__(scope.store)
        self.printer = lambda: scope.get(PrintPort)


@pytest.mark.parametrize(
    "build", [_build_that_asks, _Asking, lambda s: Notes(s.store, s.get(PrintPort))]
)
def test_module_asks_for_a_port_that_nobody_provides(build: Any) -> None:
    """The module, its port and the missing one are named, wherever the build asks."""
    refusal = opening(notes(adapters=[provides(NotesPort).by(build)]))

    assert refusal.startswith(
        "PortMissing: module 'notes', for its NotesPort, asked for PrintPort, which no module "
        "provides; install or allow the module that does"
    )


def test_port_that_a_provider_offers_is_there() -> None:
    """What the host hands over counts."""
    modules = [notes(adapters=[provides(NotesPort).by(_build_that_asks)])]
    prints = [provides(PrintPort).by(lambda _: Prints())]

    with (
        open_app(MemoryBackend(), modules=modules, providers=prints, plugins=Plugins()) as app,
        app.unit_of_work() as work,
    ):
        assert work.port(NotesPort).add("a").note_id == "a"


def test_adapters_need_one_another() -> None:
    """The circle is spelled out; building it would never end."""

    def prints(scope: Scope) -> PrintPort:
        scope.get(NotesPort)
        return Prints()

    module = notes(
        adapters=[provides(NotesPort).by(_build_that_asks), provides(PrintPort).by(prints)]
    )

    assert opening(module).startswith(
        "PortCircle: the adapters of NotesPort → PrintPort → NotesPort need one another"
    )


# -- steps -------------------------------------------------------------------------------------


@step
def prints_it(context: StepContext[Note]) -> str:
    return context.port(PrintPort).print(context.input)


@step
def keeps_it(context: StepContext[Note]) -> Note:
    return context.port(NotesPort).add(context.input.text)


def _unprint(context: UndoContext[Note, str]) -> None:
    context.port(PrintPort).print(context.input)


@external_step(compensation=_unprint)
def acts(context: StepContext[Note]) -> str:
    return context.input.text


def _prepare(context: PrepareContext, note: Note) -> Note:
    context.port(PrintPort).print(note)
    return note


@pytest.mark.parametrize(
    ("workflow", "who"),
    [
        (Workflow("note", 1, Note, [keeps_it, prints_it]), "step 'prints_it'"),
        (Workflow("note", 1, Note, [acts]), "the compensation of step 'acts'"),
        (Workflow("note", 1, Note, [keeps_it], _prepare), "the preparation"),
    ],
    ids=["step", "compensation", "preparation"],
)
def test_workflow_asks_for_a_port_that_nobody_provides(workflow: Workflow[Note], who: str) -> None:
    """It is not found out by the run that gets there."""
    refusal = opening(notes(), workflows=[workflow])

    assert refusal.startswith(f"PortMissing: {who} of workflow 'note' asked for PrintPort")


def test_annotation_of_a_step_does_not_resolve() -> None:
    """Workflow, step and name are told, and where such a name has to come from."""

    @step
    def unresolved(context: StepContext[Note]) -> Elsewhere:  # type: ignore[name-defined]  # noqa: F821
        raise NotImplementedError

    with pytest.raises(WorkflowInvalid) as refused:
        open_app(
            MemoryBackend(), workflows=[Workflow("note", 1, Note, [unresolved])], plugins=Plugins()
        )

    assert "workflow 'note': step 'unresolved'" in str(refused.value)
    assert "'Elsewhere' is not defined" in str(refused.value)
    assert "import it where the step is defined" in str(refused.value)


# -- collections -------------------------------------------------------------------------------


class _Foreign(Notes):
    def add(self, text: str) -> Note:
        self._store.open(QC_RESULTS)
        return Note(text)


class _ForeignAtOnce(Notes):
    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._results = store.open(QC_RESULTS)


@pytest.mark.parametrize("adapter", [_Foreign, _ForeignAtOnce])
def test_adapter_opens_a_foreign_collection(adapter: type[Notes]) -> None:
    """Its owner is named, and the way out: the owner's port."""
    module = notes(adapters=[provides(NotesPort).by(lambda s: adapter(s.store))])

    refusal = opening(module, plugins=load_plugins(allow=[]))

    assert refusal == (
        "OwnershipError: module 'notes' opened collection 'qc_results', which belongs to "
        "module 'qc'; use the owner's port"
    )


LAZY = """
    def build(scope):
        from .internal.adapters import LazyNotes

        return LazyNotes(scope.store)
"""
LAZY_ADAPTERS = """
    from aicmo_core.modules.qc.internal.collections import QC_RESULTS

    class LazyNotes:
        def __init__(self, store):
            self.store = store

        def add(self, text):
            return self.store.open(QC_RESULTS)
"""


def test_adapter_that_is_imported_late_opens_a_foreign_collection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import inside the build hides nothing."""
    (tmp_path / "lazy_notes" / "internal").mkdir(parents=True)
    (tmp_path / "lazy_notes" / "plugin.py").write_text(dedent(LAZY))
    (tmp_path / "lazy_notes" / "internal" / "adapters.py").write_text(dedent(LAZY_ADAPTERS))
    monkeypatch.syspath_prepend(tmp_path)
    build = importlib.import_module("lazy_notes.plugin").build

    refusal = opening(
        notes(adapters=[provides(NotesPort).by(build)]), plugins=load_plugins(allow=[])
    )

    assert refusal.startswith("OwnershipError: module 'notes' opened collection 'qc_results'")


def test_adapter_cannot_be_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step would find out too late."""
    (tmp_path / "broken_notes").mkdir()
    (tmp_path / "broken_notes" / "plugin.py").write_text(dedent(LAZY))
    monkeypatch.syspath_prepend(tmp_path)
    build = importlib.import_module("broken_notes.plugin").build

    refusal = opening(notes(adapters=[provides(NotesPort).by(build)]))

    assert refusal == (
        "AdapterUnsound: the adapter of NotesPort in module 'notes' cannot be used: "
        "No module named 'broken_notes.internal'"
    )


def test_adapter_opens_a_collection_that_nobody_registered() -> None:
    """A module that forgets to declare what it stores is told so."""
    refusal = opening(notes(collections=[]))

    assert refusal.startswith("OwnershipError: module 'notes' opened collection 'notes_notes'")
    assert "is not registered" in refusal


# -- what only building shows ------------------------------------------------------------------


class _HalfAnAdapter(NotesPort):
    pass


@pytest.mark.parametrize(
    ("build", "error", "words"),
    [
        (lambda s: Prints(), AdapterUnsound, "its build returned Prints, which is no NotesPort"),
        (
            lambda s: Notes(s.store, s.get(Artifacts)),
            PortMissing,
            "and the application has no place for files; open it with artifacts=FOLDER",
        ),
        (lambda s: _HalfAnAdapter(), TypeError, "abstract"),  # type: ignore[abstract]
        (lambda s: Notes(s.store, s.get({"one": PrintPort}["one"])), PortMissing, "PrintPort"),
    ],
)
def test_run_does_not_begin_with_an_adapter_that_cannot_be_built(
    build: Any, error: type[Exception], words: str
) -> None:
    """What no reading shows is met before the first commit of the first run."""
    workflow = Workflow("note", 1, Note, [keeps_it])
    module = notes(adapters=[provides(NotesPort).by(build)])

    with open_app(
        MemoryBackend(), modules=[module], workflows=[workflow], plugins=Plugins()
    ) as app:
        with pytest.raises(error, match=words):
            app.run(workflow, Note("a"))

        assert app.runs.list().items == ()


def test_workflow_that_writes_files_needs_a_place_for_them() -> None:
    """Five steps of work are not thrown away for want of a folder."""
    with open_app("memory:", plugins=load_plugins(allow=[])) as app:
        with pytest.raises(PortMissing, match="open it with artifacts=FOLDER"):
            app.run("client_to_delivery", order())

        assert app.runs.list().items == ()


# -- migrations --------------------------------------------------------------------------------

FIRST = """
    import sqlalchemy as sa
    from alembic import op

    revision = "notes_0001"
    down_revision = None
    branch_labels = ("notes",)

    def upgrade():
        op.create_table(
            "notes_notes",
            sa.Column("note_id", sa.String(512), nullable=False),
            sa.Column("text", sa.Text(), nullable=False),
            sa.Column("_token", sa.String(64), nullable=False),
            sa.PrimaryKeyConstraint("note_id", name="pk_notes_notes"),
        )

    def downgrade():
        op.drop_table("notes_notes")
"""


def following(revision: str, parent: str) -> str:
    return f"""
        revision = "{revision}"
        down_revision = "{parent}"

        def upgrade():
            pass
    """


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of an importable package of migrations that is still empty."""
    folder = tmp_path / "notes_migrations"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    sys.modules.pop("notes_migrations", None)


def opening_sqlite(folder: Path, *modules: Module) -> str:
    with pytest.raises(AicmoError) as refused:
        open_app(
            f"sqlite:///{folder}/agency.db",
            modules=modules,
            plugins=load_plugins(allow=[]),
        )
    return f"{type(refused.value).__name__}: {refused.value}"


def ship(folder: Path, **files: str) -> Module:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(dedent(text))
    return notes(migrations="notes_migrations")


def test_module_ships_no_migrations(tmp_path: Path) -> None:
    """A SQL database needs them; memory does not."""
    refusal = opening_sqlite(tmp_path, notes())

    assert refusal.startswith("DeclarationError: collection 'notes_notes': module 'notes' ships no")


def test_package_of_migrations_is_not_there(tmp_path: Path) -> None:
    """It was misspelled, or left out of the distribution."""
    refusal = opening_sqlite(tmp_path, notes(migrations="notes_migrationz"))

    assert "module 'notes' names 'notes_migrationz', which is no package" in refusal


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (
            {
                "a": FIRST,
                "b": following("notes_left", "notes_0001"),
                "c": following("notes_right", "notes_0001"),
            },
            "its migrations have not one last: 'notes_left' and 'notes_right'; let each follow",
        ),
        (
            {"a": FIRST, "b": following("notes_next", "notes_gone")},
            "'notes_next' follows 'notes_gone', which is none of",
        ),
        ({"a": FIRST, "b": FIRST}, "two migrations have revision 'notes_0001'"),
        ({"a": FIRST.replace("branch_labels", "labels")}, 'lacks branch_labels = ("notes",)'),
        (
            {"a": FIRST.replace("notes_0001", "qc_0001")},
            "has revision 'qc_0001', expected the module's name",
        ),
        (
            {
                "a": following("notes_one", "notes_two"),
                "b": following("notes_two", "notes_one"),
            },
            "its migrations have not one first: there is none",
        ),
    ],
    ids=["two heads", "no parent", "one revision", "no label", "another module's", "circle"],
)
def test_migrations_do_not_follow_one_another(
    tmp_path: Path, package: Path, files: dict[str, str], words: str
) -> None:
    """What diverges is named."""
    refusal = opening_sqlite(tmp_path, ship(package, **files))

    assert refusal.startswith("DeclarationError: ")
    assert "module" in refusal
    assert words in refusal


@pytest.mark.parametrize(
    ("there", "declared", "words"),
    [
        ('"text", sa.Text()', '"texts", sa.Text()', "column notes_notes.text is missing"),
        ('"notes_notes",\n', '"notes_note",\n', "table notes_notes is missing"),
        (
            'sa.Column("_token"',
            'sa.Column("colour", sa.Text(), nullable=False), sa.Column("_token"',
            "column notes_notes.colour is not declared and must be given a value",
        ),
    ],
    ids=["column", "table", "more"],
)
def test_migrations_do_not_make_what_is_declared(
    tmp_path: Path, package: Path, there: str, declared: str, words: str
) -> None:
    """The declaration moved on and no migration followed, or the other way round."""
    module = ship(package, first=FIRST.replace(there, declared))

    refusal = opening_sqlite(tmp_path, module)

    assert refusal.startswith("DatabaseDiffers: the tables of sqlite:///")
    assert words in refusal
    assert "run: aicmo db check --db sqlite:///" in refusal


def test_tables_that_are_as_declared_are_opened(tmp_path: Path, package: Path) -> None:
    """Once more, too."""
    module = ship(package, first=FIRST)
    url = f"sqlite:///{tmp_path}/agency.db"

    for name in ("a", "b"):
        plugins = load_plugins(allow=[])
        with open_app(url, modules=[module], plugins=plugins) as app, app.unit_of_work() as work:
            work.port(NotesPort).add(name)
    with open_app(url, modules=[module], plugins=load_plugins(allow=[])) as app:
        assert app.backend.count(NOTES) == 2
