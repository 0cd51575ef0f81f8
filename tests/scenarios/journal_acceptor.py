"""
What a journal must look like, judged from its stored rows alone.

It shares no code with the library: it knows the order of the columns and the names of
the kinds, and keeps a stack of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

RUN_ID, SEQ, KIND, STEP, ATTEMPT = range(5)
DETAILS = 8


def complaints(journal: Sequence[Sequence[Any]], steps: Sequence[str], state: str) -> list[str]:
    """
    Return every promise that a run's journal breaks; empty if it breaks none.

    Args:
        journal: The stored rows of one run, in any order.
        steps: The workflow's steps in declared order.
        state: The state in the run's row.
    """
    entries = sorted(journal, key=lambda e: e[SEQ])
    found: list[str] = []
    done: list[str] = []
    open_effects: list[str] = []
    intent: tuple[str, int] | None = None
    backwards = False
    if [e[SEQ] for e in entries] != list(range(1, len(entries) + 1)):
        found.append("the numbers have a gap")
    named = [(e[STEP], e[ATTEMPT], e[KIND]) for e in entries]
    if len(set(named)) != len(named):
        found.append("one attempt has two entries of one kind")
    for entry in entries:
        kind, step, attempt = entry[KIND], entry[STEP], entry[ATTEMPT]
        if kind == "intended":
            if intent is not None or backwards:
                found.append(f"{step} is intended out of turn")
            intent = (step, attempt)
        elif kind == "completed":
            if backwards:
                found.append(f"{step} completed after the run had turned")
            if step != steps[len(done)]:
                found.append(f"{step} completed in place of {steps[len(done)]}")
            if intent not in (None, (step, attempt)):
                found.append(f"{step} completed under the intent of {intent}")
            intent = None
            done.append(step)
            if step not in open_effects:
                open_effects.append(step)
        elif kind == "failed":
            if '"acted":true' in str(entry[DETAILS]) and step not in open_effects:
                open_effects.append(step)
            if intent is None and '"acted":true' in str(entry[DETAILS]):
                found.append(f"{step} acted without an intent")
            intent = None
        elif kind == "compensated":
            backwards = True
            if not open_effects or open_effects[-1] != step:
                found.append(f"{step} compensated while open are {open_effects}")
            if step in open_effects:
                open_effects.remove(step)
        elif kind == "compensation_failed":
            backwards = True
            if step not in open_effects:
                found.append(f"{step} failed to be compensated, but is not open")
        elif kind == "late_effect":
            if step not in open_effects:
                open_effects.append(step)
        elif kind not in ("voided", "parked", "repaired"):
            found.append(f"unknown kind {kind}")
    if state == "completed" and (done != list(steps) or backwards):
        found.append(f"it completed with {done}")
    if state == "compensated" and open_effects:
        found.append(f"it is compensated, but {open_effects} are open")
    if state not in ("completed", "compensated"):
        found.append(f"it has not ended: {state}")
    return found
