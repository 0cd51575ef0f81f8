"""An item that is too large for a backend is refused before any is asked."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import field, frozen

from aicmo_core.kernel.errors import InvalidValue
from aicmo_core.storage import ROW_BYTES, Collection


@frozen
class Remark:
    text: str


@frozen
class Letter:
    letter_id: str
    body: str = ""
    copy: str | None = None
    data: dict[str, Any] = field(factory=dict)
    remarks: list[Remark] = field(factory=list)


LETTERS = Collection("letters", Letter, key="letter_id", children={"remarks": "letter_remarks"})
EMPTY = len(LETTERS.encode(Letter("a"), "t").values[3] or "") + len("a")  # type: ignore[arg-type]


def test_item_of_the_largest_size_is_taken() -> None:
    """The bytes of all its texts count, its children's among them, and nothing else."""
    half = (ROW_BYTES - EMPTY) // 2
    remark = Remark(
        "é" * ((ROW_BYTES - EMPTY - half) // 2) + "x" * ((ROW_BYTES - EMPTY - half) % 2)
    )
    letter = Letter("a", "b" * half, remarks=[remark])

    assert LETTERS.decode(LETTERS.encode(letter, "token")) == letter


@pytest.mark.parametrize(
    ("letter", "path"),
    [
        (Letter("a", "b" * ROW_BYTES), "$.body"),
        (Letter("a", copy="é" * (ROW_BYTES // 2)), "$.copy"),
        (Letter("a", data={"parts": ["d" * (ROW_BYTES * 2 // 3)], "x": "y" * ROW_BYTES}), "$.data"),
        (Letter("a", remarks=[Remark(""), Remark("c" * ROW_BYTES)]), "$.remarks[1].text"),
        (Letter("a", remarks=[Remark("c" * 1000)] * (ROW_BYTES // 1000 + 1)), "$.remarks"),
    ],
)
def test_item_that_is_too_large(letter: Letter, path: str) -> None:
    """Is refused by the place that is to blame, its size and the limit."""
    with pytest.raises(InvalidValue) as caught:
        LETTERS.encode(letter, "token")

    (problem,) = caught.value.problems
    assert problem.path.startswith(path)
    assert " bytes in all, found " in problem.message


def test_small_fields_that_are_too_large_together() -> None:
    """Each could be stored; the item cannot."""
    third = ROW_BYTES * 2 // 5

    with pytest.raises(InvalidValue, match=rf"\$: expected at most {ROW_BYTES} bytes in all"):
        LETTERS.encode(Letter("a", "b" * third, "c" * third, {"d": "d" * third}), "token")


def test_ordinary_item_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text is encoded to be counted only where its length does not settle it."""
    measured: list[object] = []
    monkeypatch.setattr("aicmo_core.storage.codec.Codec._check_size", lambda *a: measured.append(a))

    letters = Collection("letters", Letter, key="letter_id", children={"remarks": "remarks"})

    letters.encode(Letter("a", "b" * (ROW_BYTES // 4 - EMPTY)), "token")
    assert measured == []

    letters.encode(Letter("a", "b" * (ROW_BYTES // 4 + 1)), "token")
    assert len(measured) == 1


def test_row_that_was_changed_by_hand_is_refused_without_repeating_it() -> None:
    """The error names the row by its key, and what sort of value it met."""
    row = LETTERS.encode(Letter("a", data={"hush": 1}), "token")
    values = (row.values[0], 5, None, '["hush"]')

    with pytest.raises(InvalidValue, match=r"stored letters .*row \('a',\)") as caught:
        LETTERS.decode(type(row)(row.key, row.token, values, ((),)))
    with pytest.raises(InvalidValue, match="expected an object, found list of length 1") as other:
        LETTERS.decode(type(row)(row.key, row.token, ("a", "", None, '["hush"]'), ((),)))

    for error in (caught.value, other.value):
        assert "hush" not in str(error)
        assert error.__cause__ is None
        assert error.__suppress_context__
