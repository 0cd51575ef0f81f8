"""The migrations that the library and its modules ship."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest
import sqlalchemy as sa

import aicmo_core.modules
from aicmo_core.backends.sql.backend import SqlBackend
from aicmo_core.backends.sql.database import Database
from aicmo_core.backends.sql.revisions import read_branches
from aicmo_core.runtime.records import SCHEMA
from aicmo_core.storage import DatabaseUnmigrated, ModuleSchema, SchemaStatus
from aicmo_core.testing.samples import KIT


def _modules() -> Iterator[ModuleSchema]:
    for found in pkgutil.iter_modules(aicmo_core.modules.__path__):
        plugin = importlib.import_module(f"aicmo_core.modules.{found.name}.plugin")
        module = plugin.aicmo_module()
        yield ModuleSchema(module.name, tuple(module.collections), module.migrations)


OpenBackend: TypeAlias = Callable[[], SqlBackend]

SCHEMAS = [SCHEMA, KIT, *_modules()]


def _declare(backend: SqlBackend, *schemas: ModuleSchema) -> SqlBackend:
    """Prepare a backend, whatever its tables are."""
    try:
        backend.prepare(schemas)
    except DatabaseUnmigrated:
        assert backend.schema().status in (SchemaStatus.MISSING, SchemaStatus.OLDER)
    return backend


def _objects(database: Database) -> set[str]:
    """Return the names of all tables, indexes and sequences but Alembic's own table."""
    engine = database.engine()
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        tables = set(inspector.get_table_names()) - {"alembic_version"}
        indexes = {i["name"] for t in tables for i in inspector.get_indexes(t)}
        sequences = inspector.get_sequence_names() if engine.dialect.supports_sequences else []
    return {*tables, *(str(name) for name in indexes), *sequences}


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.module)
def test_migrations_make_what_is_declared(schema: ModuleSchema, open_backend: OpenBackend) -> None:
    """Columns, types, keys, constraints and indexes are those of the collections."""
    backend = _declare(open_backend(), schema)

    backend.upgrade()

    assert backend.check() == []


def test_modules_share_a_database(open_backend: OpenBackend) -> None:
    """The branches of all modules are applied together, and each is at its own head."""
    backend = _declare(open_backend(), *SCHEMAS)

    backend.upgrade()

    assert backend.schema().status is SchemaStatus.CURRENT
    assert backend.check() == []


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.module)
def test_every_revision_can_be_taken_back(
    schema: ModuleSchema, open_backend: OpenBackend, database: Database
) -> None:
    """Down to each revision and up again gives the same tables; down to none leaves nothing."""
    (branch,) = read_branches([schema])
    backend = _declare(open_backend(), schema)
    backend.upgrade()
    complete = _objects(database)

    for revision in ("base", *branch.parents):
        backend.downgrade(schema.module, revision)
        if revision == "base":
            assert _objects(database) == set()
        backend.upgrade()
        assert _objects(database) == complete
        assert backend.check() == []


def test_taking_back_one_module_leaves_the_others(
    open_backend: OpenBackend, database: Database
) -> None:
    """A module's migrations are a branch of their own."""
    backend = _declare(open_backend(), *SCHEMAS)
    backend.upgrade()
    names = {c.name for c in KIT.collections}

    lines = backend.downgrade("kit")

    assert lines == ["took back kit_0001: The tables of the kit's sample collections."]
    assert _objects(database).isdisjoint(names)
    assert {c.name for c in SCHEMA.collections} <= _objects(database)
    assert backend.schema().status is SchemaStatus.OLDER
