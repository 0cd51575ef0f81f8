"""Goals: a client's sentence becomes objectives with measure, number, direction, deadline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from attrs import evolve, frozen

from aicmo_core.modules.onboarding.api.dtos import Direction, ObjectiveDTO
from aicmo_core.modules.onboarding.internal.amounts import (
    PERCENT,
    TIMES,
    Amount,
    find_amounts,
    find_spelled,
    is_range,
)
from aicmo_core.modules.onboarding.internal.cleaning import shortened
from aicmo_core.modules.onboarding.internal.currencies import settle
from aicmo_core.modules.onboarding.internal.deadlines import (
    MOST_TEXT,
    Mention,
    Today,
    find_dates,
)
from aicmo_core.modules.onboarding.internal.goal_words import (
    ACCOMPANYING,
    ARTICLES,
    BELOW,
    BY,
    CHANGING,
    DECREASING,
    FACTORS,
    FROM,
    LEAD_INS,
    LEVELS,
    LINKS,
    MONEY_VERBS,
    RATIOS,
    SPANS,
    STOPS,
    TIME_UNITS,
    TO,
    VERBS,
    VERBS_AT_END,
)
from aicmo_core.modules.onboarding.internal.spelled_numbers import SPELLED
from aicmo_core.modules.onboarding.internal.unspaced_goals import read_unspaced

MOST_OBJECTIVES = 12
"""How many objectives are read out of one answer; a client with more has none."""

_MASK = "\x00"
# A dot ends a sentence after four letters or a date: "approx." and "St." go on.
_SENTENCE = r"\s*[;。।]\s*|(?:(?<=\w{4})(?<!approx)|(?<=[%\x00]))[.!?]\s+"
_CONNECTOR = re.compile(
    rf"{_SENTENCE}|,\s+(?:and\s|und\s|et\s|then\s)?|"
    r"\s(?:and|und|et|y|e|&|\+|as well as|sowie|plus|then|while)\s(?:also\s|then\s|auch\s)?",
    re.IGNORECASE,
)
_SENTENCE_MARKS = tuple(";。।.!?")
_APPROXIMATELY = (
    r"(?:about|around|roughly|over|more than|at least|some|nearly|rund|etwa|mindestens)\s"
)
_NUMBER_FIRST = re.compile(
    rf"(?:{_APPROXIMATELY})?(?:[^\w\s]{{0,2}}\s?\d|{SPELLED.pattern})", re.IGNORECASE
)
_NOT_A_MEASURE = re.compile(
    r"(?:#|no\.?\s?|nr\.?\s?|number\s|top[\s-]|aged?\s|ages\s|age\s|gen\s|level\s|version\s|"
    r"covid[\s-]|first\s|last\s|past\s|\b(?:one|among|any)\s(?:of\s)?(?:the|our)\s)$",
    re.IGNORECASE,
)
_TIME_UNIT = re.compile(rf"[\s-]?(?P<unit>{'|'.join(sorted(TIME_UNITS))})\b", re.IGNORECASE)
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
_BY_WHEN = re.compile(r"(?!for\b)[^\W\d_]+\s(?!\d{4}$)|.*(?:まで|以内|까지)|\D*\d+ \w+$")
_OF = re.compile(r"\s+of(?=\s)", re.IGNORECASE)
_WORD = re.compile(r"[^\s,;:!?()\[\]\"“”„«»\x00]+")
_MOST_METRIC_WORDS = 6


@frozen
class Context:
    """
    What a goal is read with.

    Attributes:
        today: From where deadlines are counted.
        local: The currencies of the client's places.
        deadline: For goals that name none themselves.
    """

    today: Today
    local: tuple[str, ...] = ()
    deadline: date | None = None


@frozen
class _Clause:
    """A part of a goal that says one thing; *text* with its dates masked is *masked*."""

    text: str
    masked: str
    deadline: date | None


def read_goal(lines: Sequence[str], source: str, context: Context) -> tuple[ObjectiveDTO, ...]:
    """
    Return the objectives in an answer, as measurable as its words make them.

    A sentence is parted where a new verb or a new number begins. A deadline at the
    end of a sentence holds for all of it. Of a range the end that is reached first counts.

    Args:
        lines: The answer, cleaned, line by line.
        source: The id of its question.
    """
    clauses = [clause for line in lines for clause in _clauses(line[:MOST_TEXT], context)]
    found: list[ObjectiveDTO] = []
    for clause in clauses[:MOST_OBJECTIVES]:
        objective = _objective(clause, source, context)
        if not objective.metric:
            objective = _continued(objective, found[-1] if found else None)
        found.append(objective)
    return tuple(found)


def _continued(objective: ObjectiveDTO, before: ObjectiveDTO | None) -> ObjectiveDTO:
    """Take the measure of the objective before: "sales by 20 % in Q3 and 30 % in Q4"."""
    if before is None or not before.measurable:
        return evolve(objective, metric=shortened(objective.text))
    return evolve(
        objective,
        metric=before.metric,
        direction=before.direction,
        unit=objective.unit or before.unit,
        relative=before.relative,
    )


def missed_deadlines(lines: Sequence[str], today: Today, *, bare: bool = False) -> tuple[str, ...]:
    """Return the words of the deadlines in *lines* that have passed already."""
    return tuple(
        line[mention.start : mention.end]
        for line in lines
        for mention in find_dates(line, today, bare=bare)
        if mention.is_deadline and mention.day and mention.day < today.date
    )


def read_timeline(lines: Sequence[str], today: Today) -> date | None:
    """Return the deadline that an answer to "by when" gives: the last day that it names."""
    days = [
        mention.day
        for line in lines
        for mention in find_dates(line, today, bare=True)
        if mention.is_deadline and mention.day
    ]
    return max(days, default=None)


# -- clauses --------------------------------------------------------------------------------------


def _clauses(line: str, context: Context) -> list[_Clause]:
    dates = _dates(line, context)
    masked = line
    for mention in dates:
        width = mention.end - mention.start
        masked = masked[: mention.start] + _MASK * width + masked[mention.end :]
    found: list[_Clause] = []
    general: date | None = None
    for start, end in reversed(_spans(masked)):
        own = _deadline_within(dates, start, end)
        if not masked[start:end].strip(_MASK + " ,.;:-–—"):
            general = own or general
            continue
        later = found[0].deadline if found else None
        found.insert(0, _Clause(line[start:end].strip(" ,;"), masked[start:end], own or later))
    return [clause if clause.deadline else evolve(clause, deadline=general) for clause in found]


def _dates(line: str, context: Context) -> list[Mention]:
    """
    Return the dates of a goal; where the client states an earlier one, only some are deadlines.

    "For the September intake" and "(Nov - Feb)" say what something is for. Only words such
    as "by" and "until" say by when.
    """
    found = find_dates(line, context.today)
    stated = context.deadline
    loose = [d for d in found if not _BY_WHEN.match(line[d.start : d.end].casefold())]
    if stated is None or not any(d.day and d.day > stated for d in loose):
        return found
    return [evolve(d, is_deadline=False) if d in loose else d for d in found]


def _deadline_within(dates: Sequence[Mention], start: int, end: int) -> date | None:
    days = [d.day for d in dates if d.is_deadline and d.day and start <= d.start < end]
    return max(days, default=None)


def _spans(masked: str) -> list[tuple[int, int]]:
    cuts: list[tuple[int, int]] = []
    start = 0
    spelled = [number.span() for number in SPELLED.finditer(masked)]
    for connector in _CONNECTOR.finditer(masked):
        if len(cuts) > MOST_OBJECTIVES:
            break
        if any(a < connector.start() and connector.end() < b for a, b in spelled):
            continue  # "one hundred and twenty" is one number
        if _begins_anew(masked[start : connector.start()], connector[0], masked[connector.end() :]):
            cuts.append((start, connector.start()))
            start = connector.end()
    return [(a, b) for a, b in (*cuts, (start, len(masked))) if masked[a:b].strip()]


def _begins_anew(before: str, connector: str, after: str) -> bool:
    if connector.strip().startswith(_SENTENCE_MARKS) or not before.strip(_MASK + " "):
        return True
    word = _WORD.match(after)
    if word and word[0].casefold() in VERBS:
        return True
    if re.search(r"\b(?:between|zwischen|entre)\s\S+$", before, re.IGNORECASE):
        return False
    return _NUMBER_FIRST.match(after) is not None and not re.match(r"\S+\sother\b", after)


# -- one objective --------------------------------------------------------------------------------


def _objective(clause: _Clause, source: str, context: Context) -> ObjectiveDTO:
    deadline = clause.deadline or context.deadline
    read = (
        read_unspaced(clause.masked)
        or _measured(clause.masked, context)
        or _multiplied(clause.masked)
    )
    objective = read or ObjectiveDTO("", _subject(clause.masked), _spoken_direction(clause.masked))
    return evolve(
        objective,
        text=clause.text,
        metric=shortened(objective.metric),
        deadline=deadline,
        timeframe_days=max((deadline - context.today.date).days, 0) if deadline else None,
        source=source,
    )


def _measured(text: str, context: Context) -> ObjectiveDTO | None:
    amounts = _measures(text)
    baselines = [a for a in amounts if _word_before(text, a) in FROM]
    targets = _without_years([a for a in amounts if a not in baselines], context.today)
    if not targets:
        return None
    wanted = next((a for a in targets if _word_before(text, a) in TO), targets[0])
    target, other = _ends(text, targets, wanted)
    end = (other or target).end
    metric = _complete(_metric(text, target, other), text, end) or _money_named(text, target)
    baseline = next((b for b in baselines if _comparable(text, b, target)), None)
    sign = target.sign or (baseline.sign if baseline else "")
    direction = _direction(text, target, baseline)
    if other is not None:
        target = _reached_first(target, other, direction)
    return ObjectiveDTO(
        "",
        metric,
        direction,
        baseline.value if baseline else None,
        target.value,
        settle(sign, context.local) if sign else _counted(text, target) or metric,
        relative=baseline is None and _is_relative(text, target, metric),
    )


def _measures(text: str) -> list[Amount]:
    found: list[Amount] = []
    refused: Amount | None = None
    amounts = sorted(find_amounts(text) + find_spelled(text), key=lambda amount: amount.start)
    for amount in amounts:
        of_refused = refused is not None and is_range(text, refused, amount)
        if not of_refused and _is_measure(text, amount):
            found.append(amount)
        else:
            refused = amount
    return found


def _without_years(amounts: list[Amount], today: Today) -> list[Amount]:
    """Leave out what may be a year where something else is counted: "beat our 2024 record of 9"."""
    counted = [a for a in amounts if a.sign or a.power or abs(a.value - today.date.year) > 15]
    return counted or amounts


def _is_measure(text: str, amount: Amount) -> bool:
    if _NOT_A_MEASURE.search(text[max(0, amount.start - 16) : amount.start]):
        return False
    if not _TIME_UNIT.match(text, amount.end):
        return True
    return _word_before(text, amount) in TO | BELOW | FROM


def _counted(text: str, target: Amount) -> str:
    """Return the unit of time that *target* counts, as in "response time to 2 hours"."""
    unit = _TIME_UNIT.match(text, target.end)
    return unit["unit"] if unit else ""


def _ends(text: str, amounts: Sequence[Amount], wanted: Amount) -> tuple[Amount, Amount | None]:
    """Return *wanted* and, if it is an end of a range, the other end."""
    i = amounts.index(wanted)
    if i + 1 < len(amounts) and is_range(text, wanted, amounts[i + 1]):
        upper = amounts[i + 1]
        return evolve(wanted, sign=wanted.sign or upper.sign), upper
    return wanted, None


def _reached_first(low: Amount, high: Amount, direction: Direction) -> Amount:
    ordered = sorted((low, high), key=lambda a: a.value)
    nearer = ordered[0] if direction is Direction.INCREASE else ordered[1]
    return evolve(low, value=nearer.value)


def _comparable(text: str, baseline: Amount, target: Amount) -> bool:
    if baseline.sign or target.sign:
        return baseline.sign in ("", target.sign) or not target.sign
    of_baseline, of_target = _after(text, baseline.end), _after(text, target.end)
    return not of_baseline or not of_target or of_baseline == of_target


def _word_before(text: str, amount: Amount) -> str:
    words = text[max(0, amount.start - 40) : amount.start].split()
    while words and words[-1].casefold().strip("(,") in ACCOMPANYING:
        words.pop()
    return words[-1].casefold().lstrip("(") if words else ""


def _direction(text: str, target: Amount, baseline: Amount | None) -> Direction:
    if baseline and baseline.value != target.value:
        return Direction.DECREASE if target.value < baseline.value else Direction.INCREASE
    if target.signed == "-" or _word_before(text, target) in BELOW:
        return Direction.DECREASE
    return _spoken_direction(text)


def _spoken_direction(text: str) -> Direction:
    words = (word[0].casefold() for word in _WORD.finditer(text))
    return Direction.DECREASE if any(w in DECREASING for w in words) else Direction.INCREASE


def _is_relative(text: str, target: Amount, metric: str) -> bool:
    if target.sign == TIMES:
        return metric.casefold() not in RATIOS and _word_before(text, target) not in TO
    if target.signed or _word_before(text, target) in BY:
        return True
    following = _WORD.search(text, target.end)
    changes = following is not None and following[0].casefold() in LEVELS
    return target.sign == PERCENT and (changes or _word_before(text, target) in CHANGING)


def _multiplied(text: str) -> ObjectiveDTO | None:
    """Read "double our sales": a factor that is a word."""
    for word in _WORD.finditer(text):
        factor = FACTORS.get(word[0].casefold())
        if factor is not None:
            direction = Direction.INCREASE if Decimal(factor) > 1 else Direction.DECREASE
            metric = _after(text, word.end()) or _before(text[: word.start()])
            return ObjectiveDTO("", metric, direction, None, Decimal(factor), TIMES, relative=True)
    return None


# -- what is measured -----------------------------------------------------------------------------


def _metric(text: str, target: Amount, other: Amount | None) -> str:
    """Return the words for what is measured: "500 qualified leads", "bounce rate to 7 %"."""
    after = _after(text, (other or target).end)
    has_unit = bool(target.sign or _counted(text, target))
    named_first = has_unit and _word_before(text, target) in (TO | BY | FROM | BELOW | LINKS)
    before = _before(text[: target.start])
    return (before or after) if named_first else (after or before)


def _money_named(text: str, target: Amount) -> str:
    """Return what a sum is that stands alone: "raise $250,000" is about funds raised."""
    words = [word[0].casefold() for word in _WORD.finditer(text[: target.start])]
    if not target.is_money or not words:
        return ""
    return next((MONEY_VERBS[word] for word in reversed(words) if word in MONEY_VERBS), "")


def _complete(metric: str, text: str, start: int) -> str:
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
        rest = _after(text, joined.end()) if joined else ""
        if joined and rest:
            return metric + joined[0] + text[joined.end() : text.index(rest, end) + len(rest)]
    return metric


_NEAR = 12
"""Characters that words such as "more" and "new" may take between a number and its measure."""


def _after(text: str, start: int) -> str:
    """Return the noun phrase that begins at *start*."""
    words: list[str] = []
    found = list(_WORD.finditer(text, start, start + 200))
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


def _before(text: str) -> str:
    """Return the noun phrase that *text* ends with, without its preposition."""
    words = [found[0] for found in _WORD.finditer(text[-300:])]
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
        start += 1
    return words[start:]


def _until_amount(words: list[str]) -> list[str]:
    """Drop a baseline that stands between the measure and its target."""
    for i, word in enumerate(words):
        if word.casefold() in FROM and i + 1 < len(words) and any(map(str.isdigit, words[i + 1])):
            return words[:i]
    return words


def _subject(text: str) -> str:
    """Return what a goal without a number is about: its words after the verb."""
    words: list[str] = []
    for found in _WORD.finditer(text.split(_MASK)[0][:300]):
        if found[0].casefold() in _REASONS or len(words) == _MOST_SUBJECT_WORDS:
            break
        words.append(found[0])
    return " ".join(_without_trailing(_without_lead(words)))


_REASONS = frozenset({"so", "because", "by", "while", "which", "damit", "weil", "pour", "para"})
_MOST_SUBJECT_WORDS = 12
