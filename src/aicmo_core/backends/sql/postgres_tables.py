"""The operations on one table of PostgreSQL, with their parameters numbered from anywhere."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from aicmo_core.storage import Scalar


class TableSql:
    """
    One table, and its operations as text.

    Each takes the number of its first parameter, and says in what order it takes them.
    Operations on many rows take one array for each column.

    Args:
        table: A collection's table, whose last column is the token, or a child table.
        key: Where among the columns those are by which rows are named: the primary key,
            or in a child table the parent's.
        dialect: Quotes names.
    """

    def __init__(self, table: sa.Table, key: Sequence[int], dialect: sa.Dialect) -> None:
        quote = dialect.identifier_preparer.quote
        columns = list(table.columns)
        self._name = quote(table.name)
        self._columns = [quote(column.name) for column in columns]
        self._arrays = [_array_type(column) for column in columns]
        self._key = list(key)
        self._rest = [i for i in range(len(columns)) if i not in self._key]

    def insert(self, first: int) -> str:
        """Takes the columns."""
        places = ", ".join(f"${first + i}" for i in range(len(self._columns)))
        return f"INSERT INTO {self._name} ({', '.join(self._columns)}) VALUES ({places})"

    def insert_many(self, first: int) -> str:
        """Takes the columns."""
        rows = _unnest(self._arrays, first)
        return f"INSERT INTO {self._name} ({', '.join(self._columns)}) SELECT * FROM {rows}"

    def replace(self, first: int) -> str:
        """Takes the columns, then the expected token. Returns a row if it fits."""
        values = ", ".join(f"{self._columns[i]} = ${first + i}" for i in self._rest)
        tests = [f"{self._columns[i]} = ${first + i}" for i in self._key]
        tests.append(f"{self._columns[-1]} = ${first + len(self._columns)}")
        return f"UPDATE {self._name} SET {values} WHERE {' AND '.join(tests)} RETURNING 1"

    def replace_many(self, first: int) -> str:
        """Takes the columns. The rows must be locked: their tokens are not looked at."""
        names = ", ".join(f"c{i}" for i in range(len(self._columns)))
        values = ", ".join(f"{self._columns[i]} = v.c{i}" for i in self._rest)
        tests = " AND ".join(f"{self._name}.{self._columns[i]} = v.c{i}" for i in self._key)
        rows = f"{_unnest(self._arrays, first)} v ({names})"
        return f"UPDATE {self._name} SET {values} FROM {rows} WHERE {tests}"

    def remove(self, first: int) -> str:
        """Takes the key, then the expected token. Returns a row if it fits."""
        return f"DELETE FROM {self._name} WHERE {self._is_expected(first)} RETURNING 1"

    def remove_many(self, first: int) -> str:
        """Takes the keys. The rows must be locked: their tokens are not looked at."""
        rows, tests = self._named(first, self._key)
        return f"DELETE FROM {self._name} USING {rows} WHERE {tests}"

    def require(self, first: int) -> str:
        """Takes the key, then the expected token. Returns a row if it fits."""
        return f"SELECT 1 FROM {self._name} WHERE {self._is_expected(first)} FOR SHARE"

    def lock_many(self, first: int) -> str:
        """Takes the keys and the expected tokens. Returns a row for each that fits."""
        rows, tests = self._named(first, self._known_by)
        order = ", ".join(f"{self._name}.{self._columns[i]}" for i in self._key)
        return (
            f"SELECT 1 FROM {self._name} JOIN {rows} ON {tests} "
            f"ORDER BY {order} FOR UPDATE OF {self._name}"
        )

    @property
    def _known_by(self) -> list[int]:
        return [*self._key, len(self._columns) - 1]

    def _is_expected(self, first: int) -> str:
        return " AND ".join(
            f"{self._columns[i]} = ${first + n}" for n, i in enumerate(self._known_by)
        )

    def _named(self, first: int, columns: Sequence[int]) -> tuple[str, str]:
        """Return the rows of arrays of these columns, and the test for being one of them."""
        names = ", ".join(f"c{i}" for i in columns)
        rows = f"{_unnest([self._arrays[i] for i in columns], first)} v ({names})"
        return rows, " AND ".join(f"{self._name}.{self._columns[i]} = v.c{i}" for i in columns)


def _unnest(arrays: Sequence[str], first: int) -> str:
    return f"unnest({', '.join(f'${first + i}::{kind}' for i, kind in enumerate(arrays))})"


def _array_type(column: sa.Column[object]) -> str:
    if isinstance(column.type, sa.BigInteger):
        return "bigint[]"
    if isinstance(column.type, sa.Double):
        return "double precision[]"
    return "boolean[]" if isinstance(column.type, sa.Boolean) else "text[]"


def array(values: Sequence[Scalar]) -> str:
    """Return *values* as PostgreSQL writes an array: as text, which the server reads by type."""
    return "{" + ",".join([_element(value) for value in values]) + "}"


def _element(value: Scalar) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "t" if value else "f"
    return repr(value)


def arrays(rows: Sequence[Sequence[Scalar]]) -> list[str]:
    """Return one array for each column of *rows*."""
    return [array(column) for column in zip(*rows, strict=True)]
