"""
Floors: the same work by hand, with nothing between it and the store.

The tables have the same columns, keys, constraints and indexes as the library's, and a
run writes the same rows, filled alike, in the same commits. What is missing is what the
library is for: values are not checked, rows are not read through a port, nothing can be
undone or recovered, and no table but these could be written.
"""

from benchmarks.floors.memory import MemoryFloor
from benchmarks.floors.postgres import PostgresFloor
from benchmarks.floors.sqlite import SqliteFloor
from benchmarks.floors.tables import TABLES, ddl

__all__ = ["TABLES", "MemoryFloor", "PostgresFloor", "SqliteFloor", "ddl"]
