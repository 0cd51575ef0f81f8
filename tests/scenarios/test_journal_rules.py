"""What the rules of journals find, shown by journals that break one each."""

from __future__ import annotations

from typing import Any

import pytest

from aicmo_core.kernel.ids import RunId
from aicmo_core.runtime.records import JournalRecord
from aicmo_core.testing.fixtures import MONDAY_MORNING
from aicmo_core.testing.journal_rules import Declared, apart, broken_rules
from scenarios.errands import errand

ERRAND = Declared.of(errand)
TWO = Declared(["one", "two"], frozenset({"one", "two"}), frozenset({"one", "two"}), frozenset())
SENT = Declared(
    ["send", "sign"], frozenset({"send", "sign"}), frozenset({"send", "sign"}), frozenset({"send"})
)


def journal(*lines: str, **details: dict[str, Any]) -> list[JournalRecord]:
    """Return entries from lines such as `completed one`; a word more names its details."""
    made = []
    for seq, line in enumerate(lines, 1):
        kind, step, attempt, *more = [*line.split(), *["", "1"][len(line.split()) - 1 :]]
        made.append(
            JournalRecord(
                RunId("r"),
                seq,
                kind,
                step.strip("-"),
                int(attempt),
                MONDAY_MORNING,
                undo="[]" if kind == "completed" else None,
                details=details[more[0]] if more else None,
            )
        )
    return made


GOOD = [
    (TWO, "completed", journal("completed one", "completed two")),
    (TWO, "compensated", journal("completed one", "failed two", "compensated one")),
    (TWO, "running", journal("completed one", "voided - 2")),
    (SENT, "completed", journal("intended send", "completed send", "completed sign")),
    (
        SENT,
        "cancelled",
        journal("intended send", "cancelled - 2", "completed send", "compensated send"),
    ),
]

BAD = [
    ("out of turn", TWO, "running", journal("completed two")),
    ("missing \\['two'\\]", TWO, "completed", journal("completed one")),
    (
        "after entry 2, cancelled",
        TWO,
        "running",
        journal("completed one", "cancelled - 2", "completed two"),
    ),
    ("nothing of it was open", TWO, "compensated", journal("completed one", "compensated two")),
    (
        "compensated before two",
        TWO,
        "compensated",
        journal("completed one", "completed two", "compensated one", "compensated two"),
    ),
    ("but open are one", TWO, "compensated", journal("completed one")),
    ("there twice", TWO, "running", journal("completed one", "completed one")),
    ("not intended", SENT, "running", journal("intended send", "completed send 2")),
    (
        "acted in an attempt that was not intended",
        SENT,
        "running",
        journal("failed send 1 acted", acted={"acted": True}),
    ),
    ("while an attempt is open", SENT, "running", journal("intended send", "intended send 2")),
    (
        "but open are send",
        SENT,
        "compensated",
        journal("intended send", "failed send 1 acted", acted={"acted": True}),
    ),
    ("is not open", TWO, "parked", journal("completed one", "compensation_failed two")),
    ("nobody said so", TWO, "cancelled", journal("completed one", "compensated one")),
    ("unknown kind, danced", TWO, "running", journal("danced one")),
    ("have a gap", TWO, "running", journal("completed one", "completed two")[1:]),
]


@pytest.mark.parametrize(("declared", "state", "entries"), GOOD)
def test_journals_that_keep_the_rules(
    declared: Declared, state: str, entries: list[JournalRecord]
) -> None:
    """Nothing is said against them, in whichever order they are read."""
    assert broken_rules(reversed(entries), declared, state) == []


@pytest.mark.parametrize(("why", "declared", "state", "entries"), BAD)
def test_journals_that_break_a_rule(
    why: str, declared: Declared, state: str, entries: list[JournalRecord]
) -> None:
    """The rule is named."""
    with pytest.raises(AssertionError, match=why):
        raise AssertionError("\n".join(broken_rules(entries, declared, state)) or "nothing")


def test_what_is_waived_is_closed() -> None:
    """By a person; and what a person skips is done."""
    waived = journal(
        "completed one",
        "compensation_failed one",
        "repaired one 3 waive",
        waive={"action": "waive"},
    )
    skipped = journal("completed one", "repaired two 2 skip", skip={"action": "skip"})

    assert broken_rules(waived, TWO, "compensated") == []
    assert broken_rules(skipped, TWO, "completed") == []


def test_a_late_effect_opens_again() -> None:
    """It has to be taken back once more."""
    late = journal("intended send", "completed send", "compensated send", "late_effect send 4")

    assert broken_rules(late, SENT, "compensated") == ["S9: compensated, but open are send"]


def test_branches_are_apart() -> None:
    """Of one parallel node, and of no other."""
    assert apart("both|left/one", "both|right/two")
    assert not apart("both|left/one", "both|left/two")
    assert not apart("both|left/one", "other|right/two")
    assert not apart("one", "two")


def test_what_is_declared() -> None:
    """Read from the definition."""
    assert ERRAND.order[0] == "open_account"
    assert ERRAND.taken_back == {"book"}
