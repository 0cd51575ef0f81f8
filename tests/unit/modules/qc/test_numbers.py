"""Numbers and dates are read as a reader reads them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from attrs import frozen

from aicmo_core.modules.qc.internal.numbers import (
    dates,
    dates_of,
    figures,
    near_days,
    texts_of,
    values_of,
)
from aicmo_core.modules.qc.internal.terms import fold

FIGURES = [
    ("EUR 1,250.50 a month", [("1250.50", True)]),
    ("1,250 EUR", [("1250", True)]),
    ("€900 and 900 €", [("900", True), ("900", True)]),
    ("$150k", [("150000", True)]),
    ("3.5% to 4 %", [("3.5", True), ("4", True)]),
    ("７ percent", [("7", True)]),
    ("65 pre-orders", [("65", False)]),
    ("G2, B2B and 3D", []),
    ("4,000 accounts", [("4000", False)]),
    ("from 12% to 7%.", [("12", True), ("7", True)]),
    ("3.5x, in 1080x1350", [("3.5", True)]),
]


@pytest.mark.parametrize(("text", "expected"), FIGURES)
def test_number_is_read_with_what_it_means(text: str, expected: list[tuple[str, bool]]) -> None:
    """Money and percentages weigh; a digit within a name is no number."""
    found = [(figure.value, figure.weighty) for figure in figures(fold(text))]

    assert found == [(Decimal(value), weighty) for value, weighty in expected]


DATES = [
    ("2026-03-02", date(2026, 3, 2)),
    ("2 March 2026", date(2026, 3, 2)),
    ("the 2nd of March 2026", date(2026, 3, 2)),
    ("March 2, 2026", date(2026, 3, 2)),
    ("Mon 02 Mar 2026", date(2026, 3, 2)),
    ("Sept. 30, 2026", date(2026, 9, 30)),
]


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_date_is_read_in_every_usual_form(text: str, expected: date) -> None:
    """ISO, day first and month first."""
    assert [day for day, _ in dates(fold(text))] == [expected]


@pytest.mark.parametrize("text", ["31 June 2026", "2026-13-01", "you may 5 times", "12026-03-02"])
def test_what_is_no_date_is_left_alone(text: str) -> None:
    """A day that does not exist is not a day outside the plan."""
    assert list(dates(fold(text))) == []


NEAR_DAYS = [
    ("Mon 2 Mar", (3, 2, 0)),
    ("Sunday, 29th March", (3, 29, 6)),
    ("on 9 April we", (4, 9, None)),
    ("Thu 7 May", (5, 7, 3)),
]


@pytest.mark.parametrize(("text", "expected"), NEAR_DAYS)
def test_day_without_a_year_is_read(text: str, expected: tuple[int, int, int | None]) -> None:
    """With its weekday, where one is named."""
    (near,) = near_days(fold(text))

    assert (near.month, near.day, near.weekday) == expected


@pytest.mark.parametrize("text", ["2 March 2026", "those 3 may come", "32 March", "1.5 mar"])
def test_what_is_no_near_day_is_left_alone(text: str) -> None:
    """A full date is read elsewhere, and a number before a verb is no day."""
    assert list(near_days(fold(text))) == []


def test_near_day_is_found_in_each_year_of_a_span() -> None:
    """A leap day only where there is one."""
    (near,) = near_days(fold("29 February"))

    assert list(near.within(date(2026, 1, 1), date(2028, 12, 31))) == [date(2028, 2, 29)]


@frozen
class _Fact:
    amount: Decimal
    notes: tuple[str, ...]
    extra: dict[str, object]
    on: date
    at: datetime
    agreed: bool


def test_facts_are_gathered_however_deep() -> None:
    """Numbers, dates and texts of a DTO and of its texts; a truth value is no number."""
    fact = _Fact(
        Decimal("3.50"),
        ("from 12% in 2 March 2026",),
        {"deep": [{"more": 7}], "none": None},
        date(2026, 4, 5),
        datetime(2026, 1, 1, tzinfo=UTC),
        True,
    )

    assert set(values_of(fact)) == {Decimal(n) for n in ("3.5", "12", "2", "2026", "7")}
    assert set(dates_of(fact)) == {date(2026, 4, 5), date(2026, 1, 1), date(2026, 3, 2)}
    assert list(texts_of(fact)) == ["from 12% in 2 March 2026"]
