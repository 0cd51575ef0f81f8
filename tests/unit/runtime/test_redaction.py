"""What each kind of entry keeps when whom its run was about is erased."""

from __future__ import annotations

from typing import get_args

import pytest

from aicmo_core.kernel.ids import RunId
from aicmo_core.runtime.entries import to_entry, to_record
from aicmo_core.runtime.retention.redaction import redacted_entry
from aicmo_core.saga import (
    Cancelled,
    Compensated,
    CompensationFailed,
    Completed,
    Decided,
    Entry,
    Expired,
    Failed,
    FailureKind,
    Intended,
    LateEffect,
    Locked,
    Parked,
    RepairAction,
    Repaired,
    Signalled,
    Voided,
    Waiting,
)
from aicmo_core.testing.fixtures import MONDAY_MORNING

MARK = "Quillfeather"
TOLD = f'{{"name": "{MARK}"}}'
UNDO = f'[[["notes", ["n1"], "token", ["before", ["n1", "{MARK}"]]]], []]'

ENTRIES: list[Entry] = [
    Intended("call", 1),
    Completed("call", 1, TOLD, UNDO, grouped=True),
    Failed("call", 1, FailureKind.BUSINESS, MARK, MONDAY_MORNING, True, {"who": MARK}),
    Compensated("call", 1),
    CompensationFailed("call", 1, MARK, MONDAY_MORNING, {"who": MARK}),
    LateEffect("call", 1, TOLD),
    Parked(MARK),
    Repaired(RepairAction.SKIP, "dora", MARK, "call", TOLD),
    Decided("sub", 1, TOLD),
    Waiting("sub", 1, MONDAY_MORNING),
    Expired("sub", 1),
    Signalled("said", TOLD, "dora", MARK),
    Locked("sub", 1, f"client:{MARK}"),
    Cancelled("dora", MARK),
    Voided(),
]
"""An entry of each kind, with the marker in every text that may be about somebody."""


def test_every_kind_of_entry_has_an_example() -> None:
    """A kind that is new fails this until it is decided what stays of it."""
    assert [type(entry) for entry in ENTRIES] == list(get_args(Entry))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: type(entry).__name__)
def test_what_stays_of_an_entry(entry: Entry) -> None:
    """What happened, to which step, and who decided; nothing of whom it was about."""
    stored = to_record(RunId("run"), 3, MONDAY_MORNING, entry)

    kept = redacted_entry(stored)

    assert MARK not in repr(kept)
    assert (kept.seq, kept.kind, kept.step, kept.attempt) == (
        stored.seq,
        stored.kind,
        stored.step,
        stored.attempt,
    )
    assert type(to_entry(kept)) is type(entry)
    for name in ("by", "step", "signal", "until", "retry_at", "acted", "kind", "action", "grouped"):
        assert getattr(to_entry(kept), name, None) == getattr(to_entry(stored), name, None)


@pytest.mark.parametrize("value", ["true", '"left"', "3"])
def test_a_decision_that_is_no_input(value: str) -> None:
    """It stays: which way the run went is what its ledger is read by."""
    stored = to_record(RunId("run"), 3, MONDAY_MORNING, Decided("which", 1, value))

    assert redacted_entry(stored) == stored


def test_an_entry_that_was_redacted_before() -> None:
    """Stays as it is, so that an erasure that is called again finds nothing."""
    once = [redacted_entry(to_record(RunId("r"), 1, MONDAY_MORNING, entry)) for entry in ENTRIES]

    assert [redacted_entry(entry) for entry in once] == once
