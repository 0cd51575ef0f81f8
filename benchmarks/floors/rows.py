"""The rows of a run, made by hand: filled as the library fills them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import cattrs
import orjson

from benchmarks.work import STEPS, Brief, Draft, Package, QcResult, Strategy

Rows = list[tuple[str, list[tuple[Any, ...]]]]
"""Table and rows, in the order of writing."""

PARENTS = ("bench_briefs", "bench_strategies", "bench_drafts", "bench_results", "bench_packages")
CHILDREN = (None, "bench_pillars", "bench_blocks", "bench_issues", "bench_artifacts")
NAMES = ("normalize_brief", "generate_strategy", "generate_draft", "qc_evaluate", "create_package")
LAST = len(STEPS) - 1

_FINGERPRINT = "1465bd09abc55311889909dd9d56975c"
_INPUT_HASH = "b5623f04cf3ad29d803009981bf57733192d931565fcf87bb30394626946be67"
_EXECUTOR = "2f2eb8cc1dff4b641d1e1b22575307cc"
_plain: Callable[[Any], Any] = cattrs.Converter().unstructure


def new_id() -> str:
    """Return a time-ordered id, as long as the library's."""
    return f"{time.time_ns():016x}{secrets.randbits(80):020x}"


def now() -> str:
    return datetime.now(UTC).isoformat()[:26] + "Z"


def run_row(run: str, token: str, state: str = "running") -> tuple[Any, ...]:
    """Return the run's own row."""
    at = now()
    first = (run, "five_steps", 1, _FINGERPRINT, run, _INPUT_HASH, '{"client":"x"}', state)
    executor = _EXECUTOR if state == "running" else ""
    return (*first, executor, at, at, None, None, None, None, None, None, token)


def steps(run: str) -> Iterator[tuple[int, Rows]]:
    """Give what each step of a run writes, in order. The first does not write the run's row."""
    made: list[Any] = []
    for number in range(len(STEPS)):
        yield number, step_rows(number, run, made)


def step_rows(number: int, run: str, made: list[Any]) -> Rows:
    """Make what step *number* makes from what was *made* before, add it, return its rows."""
    document = STEPS[number](new_id, run, made)
    made.append(document)
    return _step(number, run, document)


def _step(number: int, run: str, document: Any) -> Rows:
    parent, child = PARENTS[number], CHILDREN[number]
    at, token, event = now(), secrets.token_hex(16), new_id()
    row, children = _VALUES[number](document, token)
    key = row[0]
    undo = f'[[["{parent}",["{key}"],"{token}",null]],[["{parent}",["{key}"],["{event}"]]]]'
    payload = (
        f'{{"event_id":"{event}","occurred_at":"{at}","correlation_id":"{run}","key":"{key}"}}'
    )
    result = orjson.dumps(_plain(document)).decode()
    entry = (run, number + 1, "completed", NAMES[number], 1, at, result, undo, None, token)
    stored = "benchmarks.work.module.Stored"
    noted = (parent, key, 1, event, stored, payload, at, run, False, False, None, token)
    written: Rows = [(parent, [row])]
    if child is not None:
        written.append((child, children))
    written += [("aicmo_journal", [entry]), ("aicmo_outbox", [noted])]
    return written


Values = tuple[tuple[Any, ...], list[tuple[Any, ...]]]
"""A document's row, and those of its children."""


def _brief(d: Brief, token: str) -> Values:
    return (d.brief_id, d.run, d.client, d.goal, d.audience, d.tone, d.budget, token), []


def _strategy(d: Strategy, token: str) -> Values:
    key = d.strategy_id
    pillars = [(key, i, p.title, p.message, p.weight) for i, p in enumerate(d.pillars)]
    return (key, d.run, d.brief_id, d.headline, token), pillars


def _draft(d: Draft, token: str) -> Values:
    key = d.draft_id
    blocks = [(key, i, b.kind, b.text) for i, b in enumerate(d.blocks)]
    return (key, d.run, d.strategy_id, d.title, token), blocks


def _result(d: QcResult, token: str) -> Values:
    key = d.result_id
    issues = [(key, i, one.code, one.severity, one.block) for i, one in enumerate(d.issues)]
    return (key, d.run, d.draft_id, d.score, d.passed, token), issues


def _package(d: Package, token: str) -> Values:
    key = d.package_id
    artifacts = [(key, i, a.name, a.mime, a.size) for i, a in enumerate(d.artifacts)]
    return (key, d.run, d.draft_id, d.result_id, d.checksum, token), artifacts


_VALUES: tuple[Callable[[Any, str], Values], ...] = (_brief, _strategy, _draft, _result, _package)
