"""What a host or the learning module adds to a brief. Known keys count, others are noted."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from attrs import frozen

from aicmo_core.kernel.values import describe
from aicmo_core.modules.strategy.internal.phrases import excerpt, quoted

KNOWN = ("start_date", "duration_weeks", "insights")
_INSIGHT_LIMIT = 300
_FARTHEST_START = 730


@frozen
class Context:
    """
    The usable part of an additional context.

    Attributes:
        start: The first day, in place of next Monday.
        weeks: The length, in place of the pack's.
        reasons: What was used, and what was left aside.
    """

    start: date | None = None
    weeks: int | None = None
    reasons: tuple[str, ...] = ()


def read_context(given: Mapping[str, Any], today: date, longest: int) -> Context:
    """
    Return what *given* says under known keys; name everything else, and use nothing of it.

    Args:
        today: A start before it is left aside.
        longest: The most weeks that a plan may have.
    """
    start = _start(given.get("start_date"), today)
    weeks = _weeks(given.get("duration_weeks"), longest)
    insights = _insights(given.get("insights"))
    reasons = [f"Known from earlier work: {quoted(text, _INSIGHT_LIMIT)}." for text in insights]
    reasons += _left_aside(given, start, weeks, insights)
    return Context(start, weeks, tuple(reasons))


def _start(value: object, today: date) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        start = date.fromisoformat(value)
    except ValueError:
        return None
    return start if 0 <= (start - today).days <= _FARTHEST_START else None


def _weeks(value: object, longest: int) -> int | None:
    return value if type(value) is int and 1 <= value <= longest else None


def _insights(value: object) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value]
    texts = [text for text in given if isinstance(text, str)]
    return tuple(text for text in texts if text.strip()) if len(texts) == len(given) else ()


def _left_aside(
    given: Mapping[str, Any], start: date | None, weeks: int | None, insights: tuple[str, ...]
) -> list[str]:
    used = {"start_date": start, "duration_weeks": weeks, "insights": insights or None}
    wanted = {
        "start_date": "an ISO date from today on, at most two years ahead",
        "duration_weeks": "a whole number of weeks that a plan may have",
        "insights": "a text or a list of texts",
    }
    reasons = [
        f"Context {key} was not used: expected {wanted[key]}, found {describe(given[key])}."
        for key in KNOWN
        if key in given and used[key] is None
    ]
    others = sorted(key for key in given if key not in KNOWN)
    if others:
        names = ", ".join(excerpt(key, 40) for key in others)
        reasons.append(f"Context without effect, noted only: {names}.")
    return reasons
