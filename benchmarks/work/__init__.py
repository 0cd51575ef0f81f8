"""
The work that every benchmark does: five steps, each of which stores one document.

A run writes 1 run row, 5 parents, 14 children, 5 journal entries and 5 events, in five
commits. The documents are made by pure functions, so that what is measured is storing.
"""

from benchmarks.work.documents import STEPS, Brief, Draft, Package, QcResult, Strategy
from benchmarks.work.module import MODULE, Order, five_steps

__all__ = [
    "MODULE",
    "STEPS",
    "Brief",
    "Draft",
    "Order",
    "Package",
    "QcResult",
    "Strategy",
    "five_steps",
]
