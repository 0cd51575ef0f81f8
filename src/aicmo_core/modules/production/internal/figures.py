"""Figures: numbers, money and days as a reader expects to see them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from aicmo_core.kernel.money import Money
from aicmo_core.modules.onboarding.api import Direction
from aicmo_core.modules.strategy.api import KpiDTO

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CALENDAR_DAYS = 30
"""How many days a calendar covers, the first included."""

_FAR_DAYS = 45
"""From when on a value for day 30 says something that the target does not."""
_RATE = re.compile(
    r"\b(?:in|at|for|per)\s+(?:each|every)\b|\b(?:a|per|each|every)\s+(?:day|week|month|quarter|year)|\b(?:dai|week|month|quarter|year)ly"
    r"|/\s*(?:day|week|mo|q|y)",
    re.IGNORECASE,
)
_BY_PERCENT = re.compile(r"\b(?:by|um)\s+[\d.,]+\s*(?:%|per\s?cent)", re.IGNORECASE)
_STOCK = re.compile(
    r"\b(?:active|followers?|members?|subscribers?|customers?|average|rate)\b", re.IGNORECASE
)


def plain_number(value: Decimal) -> str:
    """Return *value* without needless zeros, thousands grouped: "1,234.5"."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: Money) -> str:
    """Return "EUR 1,250", with cents only where there are any."""
    if value.amount == value.amount.to_integral_value():
        return f"{value.currency} {value.amount.to_integral_value():,f}"
    return f"{value.currency} {value.amount:,.2f}"


def with_unit(value: Decimal, unit: str) -> str:
    """Return a measured value as it is written: "7%", "3.5x", "EUR 900", "500 leads"."""
    number = plain_number(value)
    if _is_ratio(unit):
        return number + unit
    if re.fullmatch("[A-Z]{3}", unit):
        return f"{unit} {number}"
    return f"{number} {unit}".strip()


def _is_ratio(unit: str) -> bool:
    """Whether a unit is written close to its number: "%", "x", "% above the first week"."""
    return unit[:1] == "%" or unit.split()[:1] == ["x"]


def goal_of(kpi: KpiDTO) -> str:
    """Return the value that a KPI shall reach; a change is told from a level."""
    if is_change(kpi):
        side = "above" if kpi.direction is Direction.INCREASE else "below"
        return f"{with_unit(kpi.target_value, '%')} {side} the starting level"
    return with_unit(kpi.target_value, "" if _in_name(kpi) else kpi.unit)


def is_change(kpi: KpiDTO) -> bool:
    """Whether the client said "by 35%", which is no level of 35%."""
    return kpi.unit == "%" and kpi.baseline is None and bool(_BY_PERCENT.search(kpi.source))


def target(kpi: KpiDTO) -> str:
    """Return what a KPI aims at, from where it stands: "from 12% to 7%"."""
    return f"from {start_of(kpi)} to {goal_of(kpi)}" if start_of(kpi) else goal_of(kpi)


def start_of(kpi: KpiDTO) -> str:
    """Return where a KPI stands today; empty where nobody said so."""
    if kpi.baseline is None:
        return ""
    return with_unit(kpi.baseline, "" if _in_name(kpi) else kpi.unit)


def _in_name(kpi: KpiDTO) -> bool:
    """Whether the name says what is counted, as "qualified leads" does."""
    words = len(kpi.unit) > 1 and not re.fullmatch("[A-Z]{3}", kpi.unit)
    return words and kpi.unit.casefold() in kpi.name.casefold()


def stated(kpi: KpiDTO) -> str:
    """Return a KPI with its target as a phrase: "500 qualified leads", "ROAS of 3.5x"."""
    if kpi.baseline is not None:
        return f"{kpi.name} {target(kpi)}"
    if _in_name(kpi) or kpi.name.split()[-1:] == kpi.unit.split()[:1]:
        return f"{plain_number(kpi.target_value)} {kpi.name}"
    if is_change(kpi) or (len(kpi.unit) > 1 and _is_ratio(kpi.unit)):
        return f"{kpi.name} {target(kpi)}"
    named = kpi.name.casefold() in kpi.unit.casefold()
    return target(kpi) if named else f"{kpi.name} of {target(kpi)}"


def apart(kpi: KpiDTO, kpis: Sequence[KpiDTO], start: date) -> str:
    """Return " in orders" where another measure has the same target and day, else nothing."""
    same = [k for k in kpis if (target(k), due(k, start)) == (target(kpi), due(kpi, start))]
    return f" in {kpi.name}" if len(same) > 1 else ""


def due(kpi: KpiDTO, start: date) -> date:
    return kpi.deadline or start + timedelta(days=kpi.timeframe_days)


def checkpoint(kpi: KpiDTO) -> str:
    """
    Return where a KPI should stand after the calendar, on a straight line to its target.

    Empty where the target is due by then, or where a line would need a baseline that
    nobody stated: a rate does not grow from nothing.
    """
    if kpi.timeframe_days < _FAR_DAYS or (kpi.baseline is None and not _adds_up(kpi)):
        return ""
    begin = kpi.baseline or Decimal(0)
    gained = (kpi.target_value - begin) * CALENDAR_DAYS / kpi.timeframe_days
    whole = begin == begin.to_integral_value() and not _is_ratio(kpi.unit)
    value = (begin + gained).quantize(Decimal(1 if whole else "0.1"), ROUND_HALF_UP)
    if value in (begin, kpi.target_value):
        return ""
    return with_unit(value, "" if _in_name(kpi) else kpi.unit)


def _adds_up(kpi: KpiDTO) -> bool:
    """Whether a target counts what happens from the start on: no rate, no stock, no cost."""
    return (
        not _is_ratio(kpi.unit)
        and kpi.direction is Direction.INCREASE
        and not _RATE.search(f"{kpi.name} {kpi.unit} {kpi.source}")
        and ("new" in kpi.unit.lower() or not _STOCK.search(f"{kpi.name} {kpi.unit}"))
    )


def long_day(day: date) -> str:
    """Return "24 November 2025"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def near_day(day: date) -> str:
    """Return "Monday 24 November", for a day whose year is clear."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def brief_day(day: date) -> str:
    """Return "Mon 24 Nov", for a table."""
    return f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1][:3]}"
