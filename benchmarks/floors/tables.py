"""The tables of the floors, as the library's migrations have them. A test compares them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from attrs import frozen


@frozen
class FloorTable:
    """
    One table.

    Attributes:
        columns: By name, `text`, `integer`, `float` or `boolean`; with `?` if it may be null.
        key: The primary key.
    """

    columns: Mapping[str, str]
    key: tuple[str, ...]
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()


def _columns(text: str) -> dict[str, str]:
    """Return the columns that *text* lists; one without a type is `text`."""
    pairs = (word.partition(":") for word in text.split())
    return {name: kind or "text" for name, _, kind in pairs}


def _document(key: str, others: str) -> FloorTable:
    return FloorTable(_columns(f"{key} run {others} _token"), (key,))


def _child(key: str, others: str) -> FloorTable:
    parent = f"parent_{key}"
    return FloorTable(_columns(f"{parent} _position:integer {others}"), (parent, "_position"))


TABLES = {
    "bench_briefs": _document("brief_id", "client goal audience tone budget:integer"),
    "bench_strategies": _document("strategy_id", "brief_id headline"),
    "bench_pillars": _child("strategy_id", "title message weight:float"),
    "bench_drafts": _document("draft_id", "strategy_id title"),
    "bench_blocks": _child("draft_id", "kind text"),
    "bench_results": _document("result_id", "draft_id score:float passed:boolean"),
    "bench_issues": _child("result_id", "code severity block:integer"),
    "bench_packages": _document("package_id", "draft_id result_id checksum"),
    "bench_artifacts": _child("package_id", "name mime size:integer"),
    "aicmo_runs": FloorTable(
        _columns(
            "run_id workflow version:integer fingerprint key input_hash input state executor "
            "created_at updated_at reason:text? next_at:text? artifacts:text? deadline:text? "
            "ended_as:text? subject:text? _token"
        ),
        ("run_id",),
        unique=(("workflow", "key"),),
        indexes=(
            ("state", "run_id"),
            ("state", "updated_at"),
            ("executor", "next_at"),
            ("subject",),
        ),
    ),
    "aicmo_journal": FloorTable(
        _columns(
            "run_id seq:integer kind step attempt:integer at "
            "result:text? undo:text? details:text? _token"
        ),
        ("run_id", "seq"),
        unique=(("run_id", "step", "attempt", "kind"),),
    ),
    "aicmo_outbox": FloorTable(
        _columns(
            "collection key n:integer event_id type payload occurred_at correlation_id "
            "relayed:boolean held:boolean subject:text? _token"
        ),
        ("collection", "key", "n"),
        indexes=(("relayed", "event_id"), ("subject",)),
    ),
}

NATIVE = {
    "sqlite": {"text": "text", "integer": "integer", "float": "real", "boolean": "boolean"},
    "postgres": {
        "text": 'text collate "C"',
        "integer": "bigint",
        "float": "double precision",
        "boolean": "boolean",
    },
}


def ddl(dialect: str, names: Collection[str] = TABLES.keys()) -> Iterator[str]:
    """Give the statements that make tables, by default all, for `sqlite` or `postgres`."""
    types = NATIVE[dialect]
    for name in names:
        table = TABLES[name]
        parts = [
            f"{column} {types[kind.rstrip('?')]}" + ("" if kind.endswith("?") else " not null")
            for column, kind in table.columns.items()
        ]
        parts.append(f"primary key ({', '.join(table.key)})")
        parts += [f"unique ({', '.join(columns)})" for columns in table.unique]
        yield f"create table {name} ({', '.join(parts)})"
        for columns in table.indexes:
            index = "_".join(("ix", name, *columns))
            yield f"create index {index} on {name} ({', '.join(columns)})"


def count_sql(names: Iterable[str] = TABLES) -> str:
    """Return the query that counts the rows of tables, by default of all."""
    return "select " + " + ".join(f"(select count(*) from {name})" for name in names)
