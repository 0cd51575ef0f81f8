"""What must hold of a ferry's store when its runs have ended; SQL and a log are the oracle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from attrs import frozen

from scenarios.ferry import MARKS, STEPS, Horn, text
from scenarios.journal_acceptor import complaints
from scenarios.stores import Oracle


@frozen
class Verdict:
    """
    Attributes:
        states: How each run ended, by its key.
        wrong: Every promise that is broken, in a sentence.
    """

    states: dict[str, str]
    wrong: list[str]

    def count(self, state: str) -> int:
        return list(self.states.values()).count(state)


@frozen
class _Stored:
    """The rows of a store, sorted by whom they are about."""

    runs: list[tuple[Any, ...]]
    journals: dict[str, list[tuple[Any, ...]]]
    tickets: dict[str, int]
    marks: dict[str, int]
    events: dict[str, list[tuple[int, str, str]]]


def _read(oracle: Oracle) -> _Stored:
    def rows(table: str) -> list[tuple[Any, ...]]:
        return [text(row) for row in oracle.rows(table)]

    journals: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for entry in rows("aicmo_journal"):
        journals[entry[0]].append(entry)
    tickets: dict[str, int] = defaultdict(int)
    for _, passenger, *_ in rows("ferry_tickets"):
        tickets[passenger] += 1
    events: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for collection, _, n, _, kind, _, _, correlation, *_ in rows("aicmo_outbox"):
        events[correlation].append((n, collection, kind.rpartition(".")[2]))
    marks = {passenger: n for passenger, n, *_ in rows("ferry_manifests")}
    return _Stored(rows("aicmo_runs"), journals, tickets, marks, events)


def judge(oracle: Oracle, horn: Horn, wanted: Iterable[str]) -> Verdict:
    """
    Hold a store to what was asked of it.

    Every key of *wanted* has one run, which has ended; a completed one has each effect
    once, and a compensated one has none. Nothing else is there.
    """
    stored, standing = _read(oracle), horn.standing()
    keys = [run[4] for run in stored.runs]
    wrong = [f"{k} has {keys.count(k)} runs" for k in sorted(set(keys)) if keys.count(k) > 1]
    wrong += [f"{k} was lost" for k in sorted(set(wanted) - set(keys))]
    wrong += [f"{k} was asked by nobody" for k in sorted(set(keys) - set(wanted))]
    for run in stored.runs:
        wrong += [f"{run[4]}: {why}" for why in _of_run(run, stored, standing)]
    ids = {run[0] for run in stored.runs}
    wrong += [f"{r} has entries and no run" for r in sorted(set(stored.journals) - ids)]
    wrong += [f"{p} has rows and no run" for p in sorted({*stored.tickets} - {*keys})]
    wrong += [f"{p} has a mark and no run" for p in sorted({*stored.marks} - {*keys})]
    heard = {key.rpartition("/")[0] for key in standing}
    wrong += [f"the horn stands for {r}, which is no run" for r in sorted(heard - ids)]
    return Verdict({run[4]: run[7] for run in stored.runs}, wrong)


def _of_run(run: tuple[Any, ...], stored: _Stored, standing: set[str]) -> list[str]:
    run_id, workflow, key, state = run[0], run[1], run[4], run[7]
    wrong = complaints(stored.journals[run_id], STEPS[workflow], state)
    completed = state == "completed"
    expected = {
        "tickets": int(completed),
        "marks": MARKS[workflow] if completed else 0,
        "sounds": int(completed and "sound" in STEPS[workflow]),
    }
    found = {
        "tickets": stored.tickets.get(key, 0),
        "marks": stored.marks.get(key, 0),
        "sounds": int(f"{run_id}/sound" in standing),
    }
    wrong += [
        f"it is {state}, with {found[what]} {what} instead of {expected[what]}"
        for what in expected
        if found[what] != expected[what]
    ]
    return wrong + _of_events(stored.events[run_id], MARKS[workflow], completed)


def _of_events(events: list[tuple[int, str, str]], marks: int, completed: bool) -> list[str]:
    told = sorted(n for n, about, kind in events if kind in ("TicketSold", "Boarded"))
    if completed and told != list(range(1, marks + 1)):
        return [f"its events have the places {told} instead of 1 to {marks}"]
    retracted = [kind for _, _, kind in events if kind == "Retracted"]
    if not completed and len(retracted) != len(told):
        return [f"{len(told)} events are stored, and {len(retracted)} retractions"]
    return []


def half_steps(oracle: Oracle) -> list[str]:
    """Return where rows and journal disagree, also in runs that have not ended; a sentence each."""
    stored = _read(oracle)
    wrong = []
    for run in stored.runs:
        entries = sorted(stored.journals[run[0]], key=lambda e: e[1])
        standing = {e[3] for e in entries if e[2] == "completed"}
        standing -= {e[3] for e in entries if e[2] == "compensated"}
        expected = (int("sell" in standing), len(standing & {"sell", "board"}))
        found = (stored.tickets.get(run[4], 0), stored.marks.get(run[4], 0))
        if found != expected:
            wrong.append(f"{run[4]} has {found} tickets and marks instead of {expected}")
    return wrong
