"""Days named in a client's own words."""

from __future__ import annotations

from datetime import date

import pytest

from aicmo_core.modules.production.internal import occasions
from aicmo_core.modules.production.internal.holidays import Holiday
from aicmo_core.modules.production.internal.occasions import Occasion
from aicmo_core.modules.production.internal.rule_sets import ALL, rules_of, shipped_rules
from aicmo_core.runtime.rules import Rules

START = date(2026, 11, 23)


def occasion(text: str, start: date) -> Occasion:
    """Read a text by the shipped rules."""
    return occasions.occasion(text, start, shipped_rules().occasions)


def quiet_weekdays(limits: list[str]) -> frozenset[int]:
    """Read limits by the shipped rules."""
    return shipped_rules().limits.quiet_weekdays(limits)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Advent market on 5 December", date(2026, 12, 5)),
        ("Advent market, December 5th", date(2026, 12, 5)),
        ("Fair from 6 to 8 March 2027", date(2027, 3, 6)),
        ("Launch 2026-12-01", date(2026, 12, 1)),
        ("Weihnachtsmarkt 4.-6. Dezember 2026", date(2026, 12, 4)),
        ("Straßenfest am 3. Mai", date(2027, 5, 3)),
        ("Soldes 9 janvier", date(2027, 1, 9)),
        ("Feria del 8 de marzo", date(2027, 3, 8)),
        ("Black Friday", date(2026, 11, 27)),
        ("Easter brunch", date(2027, 3, 28)),
        ("Mother’s Day", date(2027, 5, 9)),
        ("New Year sale", date(2027, 1, 1)),
        ("Opening on 3 May", date(2027, 5, 3)),
        ("30 February", None),
        ("In spring", None),
        ("May I help you", None),
        ("<script>", None),
    ],
)
def test_the_named_day_is_found(text: str, day: date | None) -> None:
    """The next such day at or after the start; none where none is named."""
    assert occasion(text, START).day == day


def test_a_closing_day_is_told_from_an_opening_one() -> None:
    """ "Until" makes it the last day."""
    assert occasion("10% off until 30 November", START).closes
    assert not occasion("Market on 5 December", START).closes


def test_a_name_stands_without_its_day() -> None:
    """A post on the day itself need not say the date again."""
    assert occasion("Advent market on 5 December", START).name == "Advent market"
    assert occasion("5 December", START).name == "5 December"
    assert occasion("Tasting on the last Saturday of each month", START).name == "Tasting"


@pytest.mark.parametrize(
    ("limit", "days"),
    [
        ("No posts on Sundays", {6}),
        ("Never publish at weekends", {5, 6}),
        ("Please do not send e-mails on Friday or Saturday", {4, 5}),
        ("Closed on Mondays", set()),
        ("No stock photos", set()),
        ("Posts on Sunday are welcome", set()),
        ("Nothing is sent on Sundays", {6}),
        ("Sonntags wird nichts veröffentlicht", {6}),
        ("Pas de publication le dimanche", {6}),
    ],
)
def test_quiet_days_are_read_out_of_limits(limit: str, days: set[int]) -> None:
    """Only a limit that forbids publishing makes a day quiet."""
    assert quiet_weekdays([limit]) == days


def test_no_limit_silences_the_whole_week() -> None:
    """Seven quiet days cannot be meant: then none is."""
    assert quiet_weekdays(["Never post Monday Tuesday Wednesday Thursday Friday weekend"]) == set()


@pytest.mark.parametrize("year", range(2020, 2045))
def test_each_shipped_holiday_is_a_day_of_every_year(year: int) -> None:
    """In the month that its rule names, or some weeks around Easter."""
    for name, holiday in shipped_rules().occasions.holidays.items():
        day = holiday.on(year)
        assert day.year == year
        assert day.month == holiday.month or holiday.shift or holiday.easter, name


def test_holiday_of_the_house_is_found() -> None:
    """An agency names the days of its own country; one entry is added, the others stay."""
    mothers = {"month": 3, "weekday": 6, "nth": 4, "source": "Mothering Sunday, about"}
    carnival = {"easter": True, "shift": -48, "source": "Rosenmontag in the Rhineland"}
    change = {
        "version": "acme-1",
        "adds": ["holidays.rosenmontag"],
        "holidays": {"mother's day": mothers, "rosenmontag": carnival},
    }
    rules = rules_of(Rules(ALL, host={"production.occasions": change})).occasions

    assert occasions.occasion("Mother’s Day", START, rules).day == date(2027, 3, 28)
    assert occasions.occasion("Rosenmontag sale", START, rules).day == date(2027, 2, 8)
    assert occasions.occasion("Halloween", START, rules).day == date(2027, 10, 31)


def test_holiday_is_counted_by_one_way_alone() -> None:
    """By its date, by its weekday, or by Easter."""
    assert Holiday("Pentecost", easter=True, shift=49).on(2026) == date(2026, 5, 24)
    assert Holiday("a Monday", month=9, weekday=0, nth=1).on(2026) == date(2026, 9, 7)
    assert Holiday("a date", month=2, day=28).on(2026) == date(2026, 2, 28)
