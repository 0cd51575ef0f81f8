"""MariaDB's tables: bytes compared as bytes, and changes that can be repeated."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.mysql.base import MySQLTypeCompiler

from aicmo_core.backends.sql.tables import INDEXED_LENGTH

COLLATION = "utf8mb4_nopad_bin"
"""Compares code points, and takes no two texts for equal because of spaces at their ends."""

_NAME = r"(`[^`]+`|\S+)"
_REPEATABLE = [
    (re.compile(rf"^\s*{pattern}", re.IGNORECASE), replacement)
    for pattern, replacement in [
        (r"CREATE TABLE (?!IF )", "CREATE TABLE IF NOT EXISTS "),
        (r"CREATE (UNIQUE )?INDEX (?!IF )", r"CREATE \1INDEX IF NOT EXISTS "),
        (r"DROP TABLE (?!IF )", "DROP TABLE IF EXISTS "),
        # Spelled as a change of the table, which may be gone as well.
        (rf"DROP INDEX (?!IF ){_NAME} ON {_NAME}", r"ALTER TABLE \2 DROP INDEX \1"),
        (
            rf"ALTER TABLE {_NAME} ADD (COLUMN|INDEX) (?!IF )",
            r"ALTER TABLE \1 ADD \2 IF NOT EXISTS ",
        ),
        (
            rf"ALTER TABLE {_NAME} ADD CONSTRAINT {_NAME} UNIQUE ?(?=\()",
            r"ALTER TABLE \1 ADD UNIQUE INDEX IF NOT EXISTS \2 ",
        ),
        (
            rf"ALTER TABLE {_NAME} ADD CONSTRAINT {_NAME} CHECK",
            r"ALTER TABLE \1 ADD CONSTRAINT IF NOT EXISTS \2 CHECK",
        ),
        (
            rf"ALTER TABLE {_NAME} ADD CONSTRAINT {_NAME} FOREIGN KEY ?(?=\()",
            r"ALTER TABLE \1 ADD CONSTRAINT \2 FOREIGN KEY IF NOT EXISTS \2 ",
        ),
        (
            rf"ALTER TABLE {_NAME} ADD CONSTRAINT {_NAME} PRIMARY KEY",
            r"ALTER TABLE \1 ADD PRIMARY KEY IF NOT EXISTS",
        ),
        (rf"ALTER TABLE {_NAME} DROP PRIMARY KEY", r"ALTER TABLE \1 DROP INDEX `PRIMARY`"),
        (
            rf"ALTER TABLE (?!IF ){_NAME} DROP (COLUMN|INDEX|CONSTRAINT|FOREIGN KEY) (?!IF )",
            r"ALTER TABLE IF EXISTS \1 DROP \2 IF EXISTS ",
        ),
        (rf"ALTER TABLE (?!IF ){_NAME} RENAME TO ", r"ALTER TABLE IF EXISTS \1 RENAME TO "),
        (rf"ALTER TABLE {_NAME} CHANGE (?!COLUMN )", r"ALTER TABLE \1 CHANGE COLUMN IF EXISTS "),
    ]
]


def use_byte_order(dialect: sa.Dialect) -> None:
    """
    Make the tables that *dialect* creates compare text by its bytes.

    *dialect* is changed; others are not.
    """
    dialect.type_compiler_instance = _TypeCompiler(dialect)


def make_repeatable(engine: sa.Engine) -> None:
    """
    Let the migrations of *engine* pass over what is there, or gone, already.

    Here each change of a table is committed by itself. Of a migration that was cut off
    it is known which change was begun last, but not whether it was made: it is made again.
    """

    def rewrite(
        connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any
    ) -> tuple[str, Any]:
        for pattern, replacement in _REPEATABLE:
            statement = pattern.sub(replacement, statement)
        return statement, parameters

    sa.event.listen(engine, "before_cursor_execute", rewrite, retval=True)


class _TypeCompiler(MySQLTypeCompiler):
    """
    Spells types as the server shows them again.

    Indexed text is stored as its bytes: as text, each character would take four bytes
    of what a key may have, and a key of two such columns would be too long.
    """

    def visit_VARCHAR(self, type_: Any, **kw: Any) -> str:
        if type_.length == INDEXED_LENGTH:
            return f"VARBINARY({INDEXED_LENGTH})"
        return f"VARCHAR({type_.length}) CHARACTER SET utf8mb4 COLLATE {COLLATION}"

    def visit_TEXT(self, type_: Any, **kw: Any) -> str:
        return f"LONGTEXT CHARACTER SET utf8mb4 COLLATE {COLLATION}"

    def visit_BOOLEAN(self, type_: Any, **kw: Any) -> str:
        return "TINYINT(1)"

    def visit_BIGINT(self, type_: Any, **kw: Any) -> str:
        return "BIGINT(20)"
