"""Dates in running text are found, and counted from the day of the brief."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aicmo_core.modules.onboarding.internal.date_words import SEASONS
from aicmo_core.modules.onboarding.internal.deadlines import (
    MOST_TEXT,
    Today,
    add_months,
    find_dates,
    seasons_named,
    two_way_dates,
)

TODAY = Today(date(2026, 5, 20))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("500 leads in Q1", "2027-03-31"),
        ("by Q2", "2026-06-30"),
        ("Q3/2026", "2026-09-30"),
        ("by Q2 '27", "2027-06-30"),
        ("in the first quarter of 2027", "2027-03-31"),
        ("im 4. Quartal", "2026-12-31"),
        ("H2", "2026-12-31"),
        ("in 90 days", "2026-08-18"),
        ("within 6 weeks", "2026-07-01"),
        ("over the next 6 months", "2026-11-20"),
        ("the next 12 months", "2027-05-20"),
        ("in 3 to 6 months", "2026-11-20"),
        ("in two years", "2028-05-20"),
        ("over a two-year contract", "2028-05-20"),
        ("a 90-day plan", "2026-08-18"),
        ("in 30 Tagen", "2026-06-19"),
        ("innerhalb von sechs Monaten", "2026-11-20"),
        ("dans 3 mois", "2026-08-20"),
        ("en 6 meses", "2026-11-20"),
        ("in ９０ days", "2026-08-18"),
        ("by March 2027", "2027-03-31"),
        ("in March", "2027-03-31"),
        ("by May", "2026-05-31"),
        ("mid-August", "2026-08-31"),
        ("bis Ende März 2027", "2027-03-31"),
        ("by 31/12/2026", "2026-12-31"),
        ("by 12/31/2026", "2026-12-31"),
        ("bis 31.12.2026", "2026-12-31"),
        ("2026-12-31", "2026-12-31"),
        ("31 December 2026", "2026-12-31"),
        ("December 31st, 2026", "2026-12-31"),
        ("avant le 15 juin", "2026-06-15"),
        ("by 1st of March", "2027-03-01"),
        ("by the end of June", "2026-06-30"),
        ("by the end of the year", "2026-12-31"),
        ("before year-end", "2026-12-31"),
        ("d'ici fin 2026", "2026-12-31"),
        ("this quarter", "2026-06-30"),
        ("next month", "2026-06-30"),
        ("next quarter", "2026-09-30"),
        ("next year", "2027-12-31"),
        ("this week", "2026-05-24"),
        ("in 2026", "2026-12-31"),
        ("by 2027", "2027-12-31"),
        ("by Christmas", "2026-12-24"),
        ("2027年3月31日まで", "2027-03-31"),
        ("2027年3月末までに", "2027-03-31"),
        ("来年3月まで", "2027-03-31"),
        ("年度末", "2027-03-31"),
        ("今年中に", "2026-12-31"),
        ("90日以内", "2026-08-18"),
        ("3か月で", "2026-08-20"),
        ("2026年12月31日前", "2026-12-31"),
        ("2026년 12월 31일까지", "2026-12-31"),
        ("before Diwali", "2026-11-07"),
        ("by Diwali 2027", "2027-10-28"),
        ("by Thanksgiving", "2026-11-25"),
        ("before Easter", "2027-03-27"),
        ("in time for Valentine’s Day", "2027-02-13"),
        ("by the end of FY27", "2027-12-31"),
        ("2027年3月まで", "2027-03-31"),
        ("2027년 3월 15일까지", "2027-03-15"),
        ("d’ici fin 2026", "2026-12-31"),
        ("by next spring", "2027-05-31"),
        ("by autumn", "2026-11-30"),
        ("by winter 2027", "2028-02-29"),
        ("im Herbst", "2026-11-30"),
        ("before the summer", "2026-05-31"),
        ("antes del verano", "2026-05-31"),
        ("d’ici l’été", "2026-08-31"),
        ("by the end of Q2", "2026-06-30"),
        ("in six weeks", "2026-07-01"),
        ("in two dozen days", "2026-06-13"),
        ("within a fortnight", "2026-06-03"),
        ("in half a year", "2026-11-20"),
        ("in 1.5 years", "2027-11-20"),
        ("in a couple of months", "2026-07-20"),
        ("by Friday", "2026-05-22"),
        ("by next Wednesday", "2026-05-27"),
        ("by tomorrow", "2026-05-21"),
        ("by Labor Day", "2026-09-06"),
        ("before Memorial Day", "2026-05-24"),
        ("by Ramadan", "2027-02-07"),
        ("by Chinese New Year", "2027-02-05"),
        ("by 9/30", "2026-09-30"),
        ("by 5/6", "2026-06-05"),
        ("entro marzo 2027", "2027-03-31"),
        ("até julho de 2027", "2027-07-31"),
        ("do końca czerwca 2027", "2027-06-30"),
        ("w 6 miesięcy", "2026-11-20"),
        ("خلال 6 أشهر", "2026-11-20"),
        ("3 महीने में", "2026-08-20"),
    ],
)
def test_a_deadline_is_the_last_day_that_counts(text: str, day: str) -> None:
    """A period ends on its last day; a name without a year is the next one to come."""
    [mention] = find_dates(text, TODAY)

    assert mention.is_deadline
    assert mention.day == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("24 months", "2028-05-20"),
        ("6 to 9 months", "2027-02-20"),
        ("two-year", "2028-05-20"),
        ("June", "2026-06-30"),
        ("2027", "2027-12-31"),
        ("12 Monate", "2027-05-20"),
        ("September 2026 (trade fair)", "2026-09-30"),
        ("Halloween", "2026-10-30"),
        ("spring", "2026-05-31"),
        ("half a year", "2026-11-20"),
        ("1.5 years", "2027-11-20"),
    ],
)
def test_an_answer_to_by_when_needs_no_preposition(text: str, day: str) -> None:
    """Bare lengths of time and months are read only where nothing else is asked for."""
    assert [m.day for m in find_dates(text, TODAY, bare=True)] == [date.fromisoformat(day)]


@pytest.mark.parametrize(
    "text",
    [
        "asap",
        "ongoing",
        "spring tour tickets",
        "the summer collection",
        "a fall in returns",
        "open on Fridays",
        "a third of our buyers",
        "may improve",
        "a new year of growth",
        "increase by 2000 followers",
        "24/7",
    ],
)
def test_what_names_no_date_is_none(text: str) -> None:
    """A number or a word that might be a date elsewhere is left alone."""
    assert find_dates(text, TODAY) == []


@pytest.mark.parametrize("text", ["by 31/02/2026", "in 99999 years", "by 45.13.2026"])
def test_a_day_that_no_calendar_has_is_found_but_not_read(text: str) -> None:
    """Its digits are no amount either."""
    assert [m.day for m in find_dates(text, TODAY)] == [None]


@pytest.mark.parametrize(
    "text", ["more than in Q4 2024", "compared to Q4 2024", "20% over Q1 2025", "mehr als 2025"]
)
def test_a_date_to_compare_with_is_no_deadline(text: str) -> None:
    """The past may be mentioned without missing it."""
    assert not any(m.is_deadline for m in find_dates(text, TODAY))


@pytest.mark.parametrize(
    ("words", "day"), [("by next spring", "2026-11-30"), ("by summer", "2027-02-28")]
)
def test_seasons_are_those_of_the_place(words: str, day: str) -> None:
    """South of the equator spring begins in September; which day was meant is told either way."""
    southern = Today(TODAY.date, southern=True)

    assert seasons_named(words, southern) == [(words, date.fromisoformat(day))]
    assert seasons_named("by 30 June", southern) == []


def test_a_launch_that_was_named_is_a_deadline() -> None:
    """ "By launch" is the launch's own day, and no day where nobody said when that is."""
    launching = Today(TODAY.date, launch=date(2026, 9, 4))

    assert [m.day for m in find_dates("10k wishlists by launch", launching)] == [date(2026, 9, 4)]
    assert [m.day for m in find_dates("10k wishlists by launch", TODAY)] == [None]


@given(
    today=st.dates(date(2020, 1, 1), date(2090, 1, 1)),
    season=st.sampled_from(sorted(SEASONS)),
    southern=st.booleans(),
)
def test_the_next_season_is_to_come(today: date, season: str, southern: bool) -> None:
    """Whatever the day, "next" means one that has not begun, and "before" ends before it begins."""
    seen = Today(today, southern=southern)
    [ends] = [m.day for m in find_dates(f"by next {season}", seen)]
    [eve] = [m.day for m in find_dates(f"before {season}", seen)]

    assert ends is not None
    assert eve is not None
    assert 88 < (ends - today).days < 460
    assert 0 < (eve - today).days <= 366
    assert (ends + timedelta(days=1)).day == (eve + timedelta(days=1)).day == 1


def test_slashes_are_read_in_the_way_of_the_place() -> None:
    """Month first in the United States, day first elsewhere, and either way it is told."""
    american = Today(TODAY.date, month_first=True)

    assert two_way_dates("by 03/04/2027", TODAY) == [("03/04/2027", date(2027, 4, 3))]
    assert two_way_dates("by 03/04/2027", american) == [("03/04/2027", date(2027, 3, 4))]
    assert two_way_dates("by 13/04/2027 or 05/05/2027", TODAY) == []


def test_months_are_added_to_the_end_of_a_shorter_month() -> None:
    """The last of January and a month is the last of February."""
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert add_months(date(9999, 12, 1), 1) is None


def test_only_the_beginning_of_a_long_answer_is_read() -> None:
    """Reading takes no longer for an answer of 100 kB."""
    assert find_dates("x" * MOST_TEXT + " in 90 days", TODAY) == []


def test_places_are_those_of_the_text_in_any_case() -> None:
    """Characters whose lower case is longer do not shift what follows them."""
    text = "İİİ BY MARCH 2027"
    [mention] = find_dates(text, TODAY)

    assert text[mention.start : mention.end] == "BY MARCH 2027"
