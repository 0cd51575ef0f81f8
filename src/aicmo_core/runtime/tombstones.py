"""
Tombstones: what stays of a purged run, so that its key never runs twice.

A run's own row becomes its tombstone. The row keeps its key, so that the store itself
refuses another run of that key, without a read; and it gets a new token, so that
whatever a coordinator that slept through the purge commits is refused, as all that a
run commits asserts the token of its row.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from attrs import evolve

from aicmo_core.kernel.ids import ExecutorId
from aicmo_core.runtime.errors import KeyReused, RunErased, RunGone, RunPurged
from aicmo_core.runtime.records import RunRecord, RunState


def tombstone(record: RunRecord) -> RunRecord:
    """Return what stays of *record*: its names, its moments, its outcome, no content."""
    assert record.state.ended  # whoever purges looks for these states only
    return evolve(
        record,
        state=RunState.PURGED,
        ended_as=record.state,
        fingerprint="",
        input_hash=keyed_hash(record.input_hash) if record.input_hash else "",
        input="",
        executor=ExecutorId(""),
        reason=None,
        next_at=None,
    )


def keyed_hash(digest: str, salt: str | None = None) -> str:
    """Return a hash of *digest* under a key of its own, which stands before it."""
    salt = salt or secrets.token_hex(16)
    return f"{salt}:{hmac.new(salt.encode(), digest.encode(), hashlib.sha256).hexdigest()}"


def same_input(record: RunRecord, digest: str) -> RunRecord:
    """
    Return *record*, which a key names, if it is of a run with the input of this hash.

    Raises:
        KeyReused: The run has another input.
        RunPurged: It had this input, and nothing but its outcome is kept.
    """
    known = record.input_hash
    if record.ended_as is not None and known:
        digest = keyed_hash(digest, known.partition(":")[0])
    if not hmac.compare_digest(known, digest):
        raise KeyReused(record.workflow, record.key, record.run_id)
    if record.ended_as is not None:
        raise RunPurged(record.workflow, record.key, record.run_id, record.ended_as)
    return record


def not_purged(record: RunRecord) -> RunRecord:
    """
    Return *record*, if it is of a run that is there.

    Raises:
        RunGone: It is a tombstone: nothing is ever added to what was purged.
    """
    if record.state is RunState.PURGED:
        raise RunGone(record.run_id)
    return record


def refuse_erased(record: RunRecord) -> None:
    """
    Refuse to read the content of a run that has none.

    Raises:
        RunErased: It was erased, with the data of whom the run was about.
    """
    if not record.input:
        raise RunErased(record.run_id)
