"""
The page of seeded bugs, written from the lists of them.

    PYTHONPATH=. python -m tests.unit.saga.defects_page > docs/explanation/seeded_bugs.md
"""

from __future__ import annotations

import sys

from ..runtime.defects import DEFECTS as OF_THE_RUNTIME
from .defects import DEFECTS, Defect
from .promises import PROMISES

_HEAD = """\
# Seeded bugs

A property test that holds for the right code says little until it is seen to fail for the
wrong one. So the tests of the saga plant {count} defects, one at a time, into a copy of the
decision. Each is a small patch of its source. Simulated runs are then drawn, and an acceptor
that shares no code with the decision judges them, until a run breaks the promise that the
defect is about. A defect that survives fails the test.

Every promise is the one that catches at least one defect. Where it says *alone*, no other
promise was broken by any run of the defect: without this one, the defect would live. Such
promises are {alone} of {promises}.

| The decision | Part of | Killed by the promise that | |
|---|---|---|---|
"""

_RUNTIME = """
## In the runtime

What performs the decisions, commits them and takes runs in turn is held to its promises by
examples: two processes on one store, a store whose time a test decides, a crash at a chosen
entry. {count} defects are planted, one at a time, into the running code. For each, the test
that is named holds without the defect, and must fail with it.

| The runtime | Part of | Breaks the promise that | Noticed by |
|---|---|---|---|
"""


def page() -> str:
    """Return the page."""
    alone = {d.breaks for d in DEFECTS if d.alone}
    head = _HEAD.format(count=len(DEFECTS), alone=len(alone), promises=len(PROMISES))
    runtime = _RUNTIME.format(count=len(OF_THE_RUNTIME))
    rows = "".join(
        f"| {d.name} | {d.patches[0][0].replace('.', '/')} | {d.breaks} "
        f"| {d.noticed_by[1].replace('_', ' ')} |\n"
        for d in OF_THE_RUNTIME
    )
    return head + "".join(map(_row, DEFECTS)) + runtime + rows


def _row(defect: Defect) -> str:
    alone = "alone" if defect.alone else ""
    part = PROMISES[defect.breaks]
    return f"| {defect.name} | {part} | {defect.breaks} | {alone} |\n"


if __name__ == "__main__":
    sys.stdout.write(page())
