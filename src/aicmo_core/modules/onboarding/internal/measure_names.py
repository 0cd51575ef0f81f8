"""What a goal measures: the noun beside its number, or what it is about without one."""

from __future__ import annotations

import re

from aicmo_core.modules.onboarding.internal.goal_words import (
    ACCOMPANYING,
    ARTICLES,
    BELOW,
    BY,
    DECREASING,
    FROM,
    LEAD_INS,
    LEVELS,
    LINKS,
    RATE_NAMES,
    RATES,
    SPANS,
    STOPS,
    TIME_UNITS,
    TO,
    VERBS,
    VERBS_AT_END,
)

MASK = "\x00"
"""What stands in the place of each character of a date."""
WORD = re.compile(r"[^\s,;:!?()\[\]\"“”„«»\x00]+")
"""A word of a goal whose dates are masked."""

_EACH = (
    rf"(?:/\s*|\s*(?:per|an?|each|every|pro|par|por|am|im)\s)\s*"
    rf"(?P<span>{'|'.join(sorted(SPANS, key=len, reverse=True))})\b"
)
_RATE = re.compile(rf"\s*\(?{_EACH}", re.IGNORECASE)
_RATED = re.compile(
    r"\bper\b|\b(?:hour|dai|night|week|month|quarter|year|annual)ly?\b", re.IGNORECASE
)
_SLASHED = re.compile(rf"(?<=\w)/(?:{'|'.join(SPANS)})\b|(?<=\bcost)/\w+", re.IGNORECASE)
_SHARED_OUT = re.compile(r"\s+(?:in|at|for|on|from|to)\s+(?:each|every)(?=\s)", re.IGNORECASE)
_OF = re.compile(r"\s+of(?=\s)", re.IGNORECASE)
_MOST_METRIC_WORDS = 6


def complete(metric: str, text: str, start: int) -> str:
    """
    Return *metric* with what its number is counted by: a rate is no total.

    Args:
        start: Where the number ends, which *metric* follows, or which it precedes.
    """
    metric = _SLASHED.sub(
        lambda found: f" per {SPANS.get(found[0][1:].casefold()) or found[0][1:]}", metric
    )
    if _RATED.search(metric):
        return metric
    place = text.find(metric, start) if metric else start
    end = place + len(metric) if 0 <= place <= start + _NEAR else start
    rate = _RATE.match(text, end)
    if metric and rate:
        span = SPANS[rate["span"].casefold()]
        return f"{metric} per {span}" if span else metric + rate[0].rstrip()
    for joint in (_OF, _SHARED_OUT):
        joined = joint.match(text, end) if end > start else None
        rest = noun_after(text, joined.end()) if joined else ""
        if joined and rest:
            return metric + joined[0] + text[joined.end() : text.index(rest, end) + len(rest)]
    return metric


_NEAR = 12
"""Characters that words such as "more" and "new" may take between a number and its measure."""


def noun_after(text: str, start: int) -> str:
    """Return the noun phrase that begins at *start*: "leads" of " leads in our shop"."""
    words: list[str] = []
    found = list(WORD.finditer(text, start, start + 200))
    for i, word in enumerate(found):
        folded = word[0].casefold()
        following = found[i + 1][0].casefold() if i + 1 < len(found) else ""
        if text[start : word.start()].strip() or len(words) == _MOST_METRIC_WORDS:
            break
        if _ends_phrase(folded, following, bool(words)):
            break
        start = word.end()
        if words or folded not in LEVELS | ARTICLES | _SKIPPED:
            words.append(word[0].rstrip("."))
            if word[0].endswith("."):
                break
    return " ".join(_without_trailing(words))


_SKIPPED = frozenset({"of", "in", "an"})


def _ends_phrase(word: str, following: str, begun: bool) -> bool:
    """Return whether a noun phrase ends before *word*. "Cost per order" goes on at "per"."""
    if word.startswith("/"):
        return True
    if word in ("per", "a", "an", "pro"):
        return following in TIME_UNITS or not following
    if word in _SKIPPED and not begun:
        return False
    return word in STOPS or word in VERBS_AT_END


def _without_trailing(words: list[str]) -> list[str]:
    while words and words[-1].casefold() in STOPS | ARTICLES:
        words = words[:-1]
    return words


def noun_before(text: str) -> str:
    """Return the noun phrase that *text* ends with, without its preposition."""
    words = [found[0] for found in WORD.finditer(text[-300:])]
    while words and words[-1].casefold() in TO | BY | FROM | BELOW | LINKS | ACCOMPANYING | LEVELS:
        words.pop()
    words = _without_lead(_after_infinitive(_until_amount(words)))
    return " ".join(words[-_MOST_METRIC_WORDS:])


def _after_infinitive(words: list[str]) -> list[str]:
    """Drop what leads up to a verb in the middle: "a campaign to grow …"."""
    for i in range(len(words) - 2, 0, -1):
        if words[i - 1].casefold() == "to" and words[i].casefold() in VERBS:
            return words[i:]
    return words


def _without_lead(words: list[str]) -> list[str]:
    """Drop the verb that a goal begins with, and what stands before it."""
    leading = VERBS | ARTICLES | LEAD_INS | DECREASING | LEVELS
    start = 0
    while start < len(words) and words[start].casefold() in leading:
        following = words[start + 1].casefold() if start + 1 < len(words) else ""
        if words[start].casefold() in RATE_NAMES and following in RATES:
            break  # "increase open rate": the rate at which mails are opened
        start += 1
    return words[start:]


def _until_amount(words: list[str]) -> list[str]:
    """Drop a baseline that stands between the measure and its target."""
    for i, word in enumerate(words):
        if word.casefold() in FROM and i + 1 < len(words) and any(map(str.isdigit, words[i + 1])):
            return words[:i]
        if i and re.fullmatch(r"\d[\d.,]*%", word):
            return words[:i]  # "grow policies 8% a year to 27,000"
    return words


def subject(text: str) -> str:
    """Return what a goal without a number is about: its words after the verb."""
    words: list[str] = []
    for found in WORD.finditer(text.split(MASK)[0][:300]):
        if found[0].casefold() in _REASONS or len(words) == _MOST_SUBJECT_WORDS:
            break
        words.append(found[0])
    return " ".join(_without_trailing(_without_lead(words)))


_REASONS = frozenset({"so", "because", "by", "while", "which", "damit", "weil", "pour", "para"})
_MOST_SUBJECT_WORDS = 12
