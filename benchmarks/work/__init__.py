"""
The work that every benchmark does: five steps, each of which stores one document.

A run writes 1 run row, 5 parents, 14 children, 5 journal entries and 5 events, in five
commits. The documents are made by pure functions, so that what is measured is storing.
"""

from benchmarks.work.documents import STEPS, Brief, Draft, Package, QcResult, Strategy
from benchmarks.work.module import COLLECTIONS, MODULE, Order, all_at_once, empty_steps, five_steps

__all__ = [
    "COLLECTIONS",
    "MODULE",
    "STEPS",
    "Brief",
    "Draft",
    "Order",
    "Package",
    "QcResult",
    "Strategy",
    "all_at_once",
    "empty_steps",
    "five_steps",
]
