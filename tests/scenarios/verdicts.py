"""What must hold in the world of errands after a run has ended, whatever it met."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from aicmo_core import RunState
from aicmo_core.kernel.event import Event
from aicmo_core.runtime.runs import Run
from scenarios.errands import STEPS, World
from scenarios.journal_acceptor import complaints

MODULE_TABLES = ("desk_accounts", "desk_letters")


def check(world: World, run: Run) -> None:
    """
    Hold the only run of *world* to the properties; nothing of this goes through the library.

    Raises:
        AssertionError: One of them is broken.
    """
    runs = world.rows("aicmo_runs")
    assert [(r[0], r[7]) for r in runs] == [(run.id, run.state.value)]
    journal = world.rows("aicmo_journal")
    assert {e[0] for e in journal} <= {run.id}
    assert complaints(journal, STEPS, run.state.value) == []
    key = f"{run.id}/book"
    assert {k for _, k in world.hotel.asked} <= {key}
    verbs = [verb for verb, _ in world.hotel.effective]
    if run.state is RunState.COMPLETED:
        assert world.hotel.booked == {key}
        assert verbs == ["book"]
        assert world.files() == [f"{run.id}/letter.md"]
        assert [r[1] for r in world.rows("desk_accounts")] == [50]
    else:
        assert run.state is RunState.COMPENSATED
        assert world.hotel.booked == set()
        assert verbs in ([], ["book", "cancel"])
        assert world.files() == []
        assert [world.rows(t) for t in MODULE_TABLES] == [[], []]
    check_events(world, run)


def check_events(world: World, run: Run) -> None:
    """Events exist for what was committed, are retracted with it, and were all handed over."""
    journal = world.rows("aicmo_journal")
    completed = [e[3] for e in journal if e[2] == "completed"]
    rows = world.rows("aicmo_outbox")
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    stored: dict[str, tuple[str, dict[str, Any]]] = {}
    for collection, key, n, event_id, kind, payload, _, correlation, relayed, *_ in rows:
        places[collection, key].append(n)
        stored[event_id] = (kind.rpartition(".")[2], json.loads(payload))
        assert correlation == run.id
        assert relayed, f"{kind} was never handed over"
    assert all(sorted(ns) == list(range(1, len(ns) + 1)) for ns in places.values())
    announced = [i for i, (kind, _) in stored.items() if kind not in ("Retracted", "ErrandRefused")]
    retracted = [i for kind, p in stored.values() if kind == "Retracted" for i in p["event_ids"]]
    refused = [i for i, (kind, _) in stored.items() if kind == "ErrandRefused"]
    emitting = [s for s in completed if s != "book"]
    assert len(announced) == len(emitting)
    assert sorted(retracted) == (sorted(announced) if run.state is RunState.COMPENSATED else [])
    rejected = [e for e in journal if e[2] == "failed" and '"business"' in str(e[8])]
    assert len(refused) == len(rejected)
    check_told(world, rows)


def check_told(world: World, rows: list[tuple[Any, ...]]) -> None:
    """Subscribers heard of every stored event, and of no other, in order per aggregate."""
    first: dict[str, int] = {}
    for position, event in enumerate(world.told):
        assert isinstance(event, Event)
        first.setdefault(event.event_id, position)
    assert set(first) == {r[3] for r in rows}
    by_aggregate: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for row in rows:
        by_aggregate[row[0], row[1]].append((row[2], first[row[3]]))
    for seen in by_aggregate.values():
        assert [at for _, at in sorted(seen)] == sorted(at for _, at in seen)
