"""The conformance suite of modules. Import it from `aicmo_core.testing`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aicmo_core.app import open_app, open_backend
from aicmo_core.checks import (
    Api,
    Finding,
    check_api,
    check_compatibility,
    check_imports,
    contract_of,
    load_contract,
    read_api,
    save_contract,
)
from aicmo_core.hooks import Module, Provides
from aicmo_core.kernel.structuring import from_json, to_json
from aicmo_core.runtime.plugins import load_plugins
from aicmo_core.runtime.rules import Rules
from aicmo_core.storage import (
    Backend,
    Collection,
    Insert,
    ModuleSchema,
    NoMigrations,
    Remove,
    SchemaMismatch,
)
from aicmo_core.testing.databases import fresh_mariadb, fresh_postgres, fresh_sqlite
from aicmo_core.testing.derived import Samples, values_of

WRITE_CONTRACTS = "AICMO_WRITE_CONTRACTS"
"""Set to 1, it lets the suite write the contract of a release."""

_SERVERS = {"postgresql": fresh_postgres, "mysql": fresh_mariadb}


def _moderately(test: Any) -> Any:
    """Run *test* on a moderate number of examples: a store on disk takes milliseconds a commit."""
    limits = settings(
        max_examples=15,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    return limits(test)


class ModuleConformance:
    """
    What hosts and other modules rely on in a module.

    Subclass it, name the class `Test…`, and set `plugin` and `contract`. Where the values
    of a class cannot be derived from the types of its fields, because it checks them,
    give a few in `samples`.

    Attributes:
        plugin: The module with the hook `aicmo_module`; the package that it lies in is
            the module's.
        contract: The file that holds the contract of the last release.
        samples: Instances by class, used instead of derived ones, nested ones too.
        provided_elsewhere: Ports of the `api` for which a host, or another plugin,
            brings the adapter.
        backends: Kinds of store to keep the module's rows in; a server that cannot be
            reached is skipped with the reason.
    """

    plugin: ModuleType
    contract: ClassVar[Path]
    samples: ClassVar[Samples] = {}
    provided_elsewhere: ClassVar[Sequence[type]] = ()
    backends: ClassVar[Sequence[str]] = ("memory", "sqlite", "postgresql", "mysql")

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "kind" in metafunc.fixturenames:
            metafunc.parametrize("kind", self.backends)

    @property
    def package(self) -> str:
        """The dotted name of the module's package."""
        return self.plugin.__name__.rpartition(".")[0]

    @pytest.fixture
    def module(self) -> Module:
        """What the plugin registers."""
        module: Module = self.plugin.aicmo_module()
        return module

    @pytest.fixture
    def api(self) -> Api:
        """What the module's `api` hands out."""
        return read_api(f"{self.package}.api")

    @pytest.fixture
    def url(self, kind: str, tmp_path: Path) -> Iterator[str]:
        """The address of an empty store of this kind."""
        with ExitStack() as stack:
            if kind == "sqlite":
                yield fresh_sqlite(tmp_path)
            elif kind in _SERVERS:
                yield stack.enter_context(_SERVERS[kind]())
            else:
                yield f"{kind}:"

    @pytest.fixture
    def backend(self, url: str, module: Module) -> Iterator[Backend]:
        """A store of this kind, with the module's tables."""
        opened = open_backend(url, load_plugins())
        try:
            _prepare(opened, module)
            yield opened
        finally:
            opened.close()

    # -- what is handed out

    def test_api_hands_out_ports_values_and_events_only(self, api: Api) -> None:
        """Ports are abstract and described; DTOs and events frozen; events complete."""
        assert check_api(api) == []

    def test_contract_version_is_the_modules(self, api: Api, module: Module) -> None:
        """What the plugin registers and what its api says are one version."""
        assert module.contract_version == api.version

    def test_contract_is_compatible_with_the_last_release(self, api: Api) -> None:
        """Users of the last release are not broken without a new major version."""
        current = contract_of(api)
        findings: list[Finding] = []
        if self.contract.exists():
            findings = check_compatibility(load_contract(self.contract), current)
        elif os.environ.get(WRITE_CONTRACTS) != "1":
            pytest.fail(
                f"there is no contract of a release at {self.contract}; write it by running "
                f"this test with {WRITE_CONTRACTS}=1, and commit it"
            )
        assert findings == []
        if os.environ.get(WRITE_CONTRACTS) == "1":
            save_contract(current, self.contract)

    def test_module_imports_no_foreign_internals(self) -> None:
        """Other modules are met at their api, and the library at its public floors."""
        assert check_imports(self.package) == []

    # -- values

    @given(data=st.data())
    @_moderately
    def test_values_come_back_from_json(self, data: st.DataObject) -> None:
        """DTOs and events travel as JSON and come back equal."""
        api = read_api(f"{self.package}.api")
        for cls in (*api.dtos.values(), *api.events.values()):
            item = data.draw(values_of(cls, self.samples), label=cls.__name__)
            assert from_json(to_json(item), cls) == item

    def test_rows_come_back_from_the_store(self, backend: Backend, module: Module) -> None:
        """Items of every collection are stored and come back equal, children included."""

        @given(data=st.data())
        @_moderately
        def keeps(data: st.DataObject) -> None:
            for collection in module.collections:
                item = data.draw(values_of(collection.item, self.samples), label=collection.name)
                assert _kept(backend, collection, item) == item

        keeps()

    # -- storage

    def test_collections_carry_the_modules_name(self, module: Module) -> None:
        """Tables of different modules cannot be taken for one another."""
        names = [c.name for c in module.collections]

        assert [name for name in names if not name.startswith(f"{module.name}_")] == []

    def test_migrations_make_what_is_declared(self, backend: Backend) -> None:
        """Columns, types, keys, constraints and indexes are those of the collections."""
        assert list(backend.check()) == []

    def test_migrations_can_be_taken_back(self, url: str, module: Module) -> None:
        """Down to nothing and up again gives the same tables."""
        backend = open_backend(url, load_plugins())
        try:
            _prepare(backend, module)
            if module.collections:
                with suppress(NoMigrations):  # of a store that has none, there is nothing to see
                    assert len(backend.downgrade(module.name, "base")) == len(backend.upgrade())
            assert list(backend.check()) == []
        finally:
            backend.close()

    # -- rules

    def test_rule_sets_carry_the_modules_name(self, module: Module) -> None:
        """Sets of different modules cannot be taken for one another."""
        names = [rule_set.name for rule_set in module.rules]

        assert [name for name in names if not name.startswith(f"{module.name}.")] == []

    def test_rule_sets_are_valid_and_explain_their_numbers(self, module: Module) -> None:
        """Each file has its shape, a reason beside each number, and fits the others."""
        book = Rules(module.rules)

        for rule_set in module.rules:
            assert book.read(rule_set) is not None
            assert book.version(rule_set).rules == rule_set.name

    # -- wiring

    def test_every_port_has_an_adapter(self, api: Api, module: Module) -> None:
        """Nobody is handed a port that nobody provides."""
        provided = {p.port for p in (*module.adapters, *self._providers())}
        missing = set(api.ports.values()) - provided - set(self.provided_elsewhere)

        assert sorted(port.__name__ for port in missing) == []

    def test_adapters_are_built_in_an_application(self, module: Module, tmp_path: Path) -> None:
        """Beside everything that is installed, each port's adapter is one."""
        plugins = load_plugins()
        added = [] if module.name in plugins.modules else [module]
        with (
            open_app(
                "memory:",
                artifacts=tmp_path / "out",
                modules=added,
                providers=self._providers() if added else (),
                plugins=plugins,
            ) as app,
            app.unit_of_work() as work,
        ):
            for adapter in module.adapters:
                built = work.port(adapter.port)
                if isinstance(adapter.port, type):
                    assert isinstance(built, adapter.port)

    def _providers(self) -> Sequence[Provides[Any]]:
        hook = getattr(self.plugin, "aicmo_providers", None)
        return hook() if hook is not None else ()


def _prepare(backend: Backend, module: Module) -> None:
    schema = ModuleSchema(module.name, tuple(module.collections), module.migrations)
    schemas = [schema] if module.collections else []
    try:
        backend.prepare(schemas)
    except SchemaMismatch:
        backend.upgrade()
        backend.prepare(schemas)


def _kept(backend: Backend, collection: Collection[Any], item: Any) -> Any:
    """Store an item, read it back, and remove it."""
    row = collection.encode(item, "module-conformance")
    backend.commit([Insert(collection, row)])
    stored = backend.get(collection, row.key)
    assert stored is not None
    backend.commit([Remove(collection, row.key, stored.token)])
    return collection.decode(stored)
