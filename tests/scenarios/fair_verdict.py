"""What must hold of a fair's store when all visits have ended; SQL and a log are the oracle."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from scenarios.fair import EFFECTS, MARKS
from scenarios.ferry import Horn, text
from scenarios.stores import Oracle

BACK = ("compensated", "cancelled")


def complaints(oracle: Oracle, horn: Horn) -> list[str]:
    """Return every promise that a visit's rows, journal, events or sounds break."""
    by_run: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for entry in _rows(oracle, "aicmo_journal"):
        by_run[entry[0]].append(entry)
    events: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for event in _rows(oracle, "aicmo_outbox"):
        events[event[7]].append(event)
    tickets = Counter(row[1] for row in _rows(oracle, "ferry_tickets"))
    marks = {row[0]: row[1] for row in _rows(oracle, "ferry_manifests")}
    found = [f"a lock is left: {row[:2]}" for row in _rows(oracle, "aicmo_locks")]
    standing = horn.standing()
    for run in _rows(oracle, "aicmo_runs"):
        run_id, key, state = run[0], run[4], run[7]
        wanted = state == "completed"
        facts = (tickets[key], marks.get(key, 0), f"{run_id}/booths|told/sound" in standing)
        if state not in ("completed", *BACK):
            found.append(f"{key} has not ended: {state}")
        elif facts != ((1, MARKS, True) if wanted else (0, 0, False)):
            found.append(f"{key} is {state}, with tickets, marks and sound {facts}")
        found += [f"{key}: {line}" for line in _journal(by_run[run_id], state)]
        found += [f"{key}: {line}" for line in _events(events[run_id], state)]
    return found


def _rows(oracle: Oracle, table: str) -> list[tuple[Any, ...]]:
    return [text(row) for row in oracle.rows(table)]


def _journal(journal: Sequence[tuple[Any, ...]], state: str) -> Iterator[str]:
    entries = sorted(journal, key=lambda e: e[1])
    if [e[1] for e in entries] != list(range(1, len(entries) + 1)):
        yield "the numbers have a gap"
    named = Counter((e[2], e[3], e[4]) for e in entries)
    if max(named.values(), default=0) > 1:
        yield f"one attempt has two entries of one kind: {named.most_common(1)}"
    if sum(e[2] == "signalled" for e in entries) > 1:
        yield "a signal was journaled twice"
    done = [e[3] for e in entries if e[2] == "completed" and e[3] in EFFECTS]
    undone = [e[3] for e in entries if e[2] == "compensated"]
    if state == "completed" and (sorted(done) != sorted(EFFECTS) or undone):
        yield f"it completed with {done}, and {undone} taken back"
    in_turn = [s for s in undone if not s.startswith("booths|")]
    if in_turn != [s for s in reversed(done) if not s.startswith("booths|")] and undone:
        yield f"{done} was taken back as {undone}"
    if state in BACK and not set(done) <= set(undone):
        yield f"{set(done) - set(undone)} was not taken back"
    turned = next((i for i, e in enumerate(entries) if e[2] == "compensated"), len(entries))
    late = [e[3] for e in entries[turned:] if e[2] in ("completed", "intended", "decided")]
    if late:
        yield f"{late} came after the run had turned"


def _events(events: Sequence[tuple[Any, ...]], state: str) -> Iterator[str]:
    if not all(e[8] for e in events):
        yield "an event was never handed over"
    retracted = [i for e in events if "Retracted" in e[4] for i in json.loads(e[5])["event_ids"]]
    announced = [e[3] for e in events if "Retracted" not in e[4]]
    if state == "completed" and (len(announced) != MARKS or retracted):
        yield f"it completed with {len(announced)} events, {len(retracted)} of them retracted"
    if state in BACK and sorted(announced) != sorted(retracted):
        yield "what was announced is not what was retracted"
