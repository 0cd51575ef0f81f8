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
from aicmo_core.modules.onboarding.internal.currencies import ISO_4217, settle
from aicmo_core.modules.onboarding.internal.deadlines import (
    MOST_TEXT,
    Mention,
    Today,
    find_dates,
)
from aicmo_core.modules.onboarding.internal.fractions import changes_by, parted
from aicmo_core.modules.onboarding.internal.goal_words import (
    ACCOMPANYING,
    BELOW,
    BY,
    CHANGING,
    DECREASING,
    FACTORS,
    FROM,
    LEVEL_NAMES,
    LEVELS,
    LINKS,
    MONEY_VERBS,
    RATES,
    RATIOS,
    TIME_UNITS,
    TO,
    VERBS,
)
from aicmo_core.modules.onboarding.internal.measure_names import (
    MASK,
    WORD,
    complete,
    noun_after,
    noun_before,
    subject,
)
from aicmo_core.modules.onboarding.internal.movements import ARROW, changes, level, movement
from aicmo_core.modules.onboarding.internal.spelled_numbers import SPELLED
from aicmo_core.modules.onboarding.internal.unspaced_goals import read_unspaced

MOST_OBJECTIVES = 12
"""How many objectives are read out of one answer; a client with more has none."""

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
_MEASURE_FIRST = re.compile(
    r"(?:[^\W\d_][\w'’-]*\s){1,5}(?:from|to|by|under|below|von|auf|um|unter|de)\s[^\w\s]{0,2}\d",
    re.IGNORECASE,
)
"""A measure that is named before its numbers: "repeat purchase rate from 18% to 25%"."""
_BASELINE_AFTER = re.compile(
    r"(?:(?:up|down|currently|today|now)\s(?:from|at|it is|we are at)?|from)\s?[^\w\s]{0,2}\d",
    re.IGNORECASE,
)
"""Where a measure stands, told after its target: "80% by June, up from 55% today"."""
_BY_WHEN = re.compile(r"(?!for\b)[^\W\d_]+\s(?!\d{4}$)|.*(?:まで|以内|까지)|\D*\d+ \w+$")
"""Words of a date that say by when, and not only what something is for."""
_NOT_A_MEASURE = re.compile(
    r"(?:#|(?<!\w)(?:no\.?\s?|nr\.?\s?|number\s|top[\s-]|aged?\s|ages\s|gen\s|level\s|version\s|"
    r"covid[\s-]|first\s|last\s|past\s)|\b(?:one|among|any)\s(?:of\s)?(?:the|our)\s)$",
    re.IGNORECASE,
)
_NOUN_FIRST = re.compile("[\u0590-\u06ff\u0900-\u0dff\uac00-\ud7a3]")
"""Scripts in which what is counted stands before its number."""
_TIME_UNIT = re.compile(rf"[\s-]?(?P<unit>{'|'.join(sorted(TIME_UNITS))})\b", re.IGNORECASE)


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
    if objective.unit in ISO_4217 and (before is None or before.unit not in ISO_4217):
        return evolve(objective, metric=_of_money(objective.text))
    if before is None or not before.measurable:
        return evolve(objective, metric=shortened(objective.text))
    return evolve(
        objective,
        metric=before.metric,
        direction=before.direction,
        unit=objective.unit or before.unit,
        relative=before.relative,
    )


def _of_money(text: str) -> str:
    """Return what a sum is that nothing is said of: "raise $60k" names no other measure."""
    words = (word[0].casefold() for word in WORD.finditer(text))
    return next((MONEY_VERBS[word] for word in words if word in MONEY_VERBS), "revenue")


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
        masked = masked[: mention.start] + MASK * width + masked[mention.end :]
    found: list[_Clause] = []
    general: date | None = None
    for start, end in reversed(_spans(masked)):
        own = _deadline_within(dates, start, end)
        if not masked[start:end].strip(MASK + " ,.;:-–—"):
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
    if connector.strip().startswith(_SENTENCE_MARKS) or not before.strip(MASK + " "):
        return True
    word = WORD.match(after)
    if word and word[0].casefold() in VERBS:
        return True
    if _BASELINE_AFTER.match(after):
        return False
    if re.search(r"\b(?:between|zwischen|entre)\s\S+$", before, re.IGNORECASE):
        return False
    if any(map(str.isdigit, before)) and _MEASURE_FIRST.match(after):
        return True
    return _NUMBER_FIRST.match(after) is not None and not re.match(r"\S+\sother\b", after)


# -- one objective --------------------------------------------------------------------------------


def _objective(clause: _Clause, source: str, context: Context) -> ObjectiveDTO:
    deadline = clause.deadline or context.deadline
    read = (
        read_unspaced(clause.masked)
        or _measured(clause.masked, context)
        or _multiplied(clause.masked, context)
    )
    objective = read or ObjectiveDTO("", subject(clause.masked), _spoken_direction(clause.masked))
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
    moved = movement(text, amounts)
    if moved:
        return _reading(text, moved[1], None, [moved[0]], context, start=moved[0].start)
    baselines = [a for a in amounts if _word_before(text, a) in FROM]
    targets = _without_years([a for a in amounts if a not in baselines], context.today)
    if not targets:
        return None
    wanted = next((a for a in targets if _word_before(text, a) in TO), targets[0])
    target, other = _ends(text, targets, wanted)
    return _reading(text, target, other, baselines, context, start=target.start)


def _reading(
    text: str,
    target: Amount,
    other: Amount | None,
    baselines: Sequence[Amount],
    context: Context,
    *,
    start: int,
) -> ObjectiveDTO:
    """
    Return what the numbers of *text* say.

    Args:
        other: The other end of a range that the target is one end of.
        start: Where the first of the numbers begins that belong to the target.
    """
    metric = complete(_metric(text, target, other, start), text, (other or target).end)
    relative = _is_relative(text, target, metric)
    baseline = next((b for b in baselines if _comparable(text, b, target)), None)
    based = _based(text, metric, baselines) if relative else None
    if based:
        metric = complete(metric, text, based.end)
        baseline, target = based, level(based, target, _spoken_direction(text))
    elif relative and changes(target):
        baseline = None
    sign = target.sign or (baseline.sign if baseline else "")
    direction = _direction(text, target, baseline)
    if other is not None and not based:
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


def _based(text: str, metric: str, baselines: Sequence[Amount]) -> Amount | None:
    """Return from where a change is counted: the number of the same thing as it stands today."""
    for amount in baselines:
        counted = noun_after(text, amount.end).casefold()
        if not changes(amount) and counted in metric.casefold():
            return amount
    return None


def _measures(text: str) -> list[Amount]:
    found: list[Amount] = []
    refused: Amount | None = None
    said = find_amounts(text) + find_spelled(text)
    amounts = parted(text, sorted(said, key=lambda amount: amount.start))
    amounts = sorted(amounts + changes_by(text), key=lambda amount: amount.start)
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
    if i and is_range(text, amounts[i - 1], wanted) and amounts[i - 1].sign in ("", wanted.sign):
        i, wanted = i - 1, amounts[i - 1]  # "200 to 300 visits", where "to" stands before 300
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
    of_baseline, of_target = noun_after(text, baseline.end), noun_after(text, target.end)
    return not of_baseline or not of_target or of_baseline == of_target


def _word_before(text: str, amount: Amount) -> str:
    words = ARROW.sub(r" \g<0> ", text[max(0, amount.start - 40) : amount.start]).split()
    while words and words[-1].casefold().strip("(,") in ACCOMPANYING:
        words.pop()
    last = words[-1].casefold().lstrip("(") if words else ""
    return last.rstrip(":") or last


def _direction(text: str, target: Amount, baseline: Amount | None) -> Direction:
    if baseline and baseline.value != target.value:
        return Direction.DECREASE if target.value < baseline.value else Direction.INCREASE
    if target.signed == "-" or _word_before(text, target) in BELOW:
        return Direction.DECREASE
    return _spoken_direction(text)


def _spoken_direction(text: str) -> Direction:
    words = (word[0].casefold() for word in WORD.finditer(text))
    return Direction.DECREASE if any(w in DECREASING for w in words) else Direction.INCREASE


def _is_relative(text: str, target: Amount, metric: str) -> bool:
    if target.sign == TIMES:
        return metric.casefold() not in RATIOS and _word_before(text, target) not in TO
    if target.signed or _word_before(text, target) in BY:
        return True
    following = WORD.search(text, target.end)
    changes = following is not None and following[0].casefold() in LEVELS
    if target.sign != PERCENT:
        return False
    return changes or _word_before(text, target) in CHANGING or _grows(text, target, metric)


def _grows(text: str, target: Amount, metric: str) -> bool:
    """Return whether a percentage is a change of what is counted: "increase sales 12%"."""
    first = WORD.search(text)
    named = {word.casefold() for word in metric.split()}
    return (
        first is not None
        and first[0].casefold() in CHANGING
        and _word_before(text, target) not in TO | BELOW | LINKS
        and text[: target.start].rstrip().casefold().endswith(metric.casefold())
        and not named & (RATES | LEVEL_NAMES)
    )


def _times(
    text: str, metric: str, factor: Decimal, direction: Direction, context: Context
) -> ObjectiveDTO:
    today = [a for a in _measures(text) if _word_before(text, a) in FROM]
    based = _based(text, metric, today)
    if based is None:
        return ObjectiveDTO("", metric, direction, None, factor, TIMES, relative=True)
    metric = complete(metric, text, based.end)
    target = level(based, Amount(factor, TIMES, 0, 0), direction)
    unit = settle(based.sign, context.local) if based.sign else metric
    return ObjectiveDTO("", metric, direction, based.value, target.value, unit)


def _multiplied(text: str, context: Context) -> ObjectiveDTO | None:
    """Read "double our sales": a factor that is a word."""
    for word in WORD.finditer(text):
        factor = FACTORS.get(word[0].casefold())
        if factor is not None:
            direction = Direction.INCREASE if Decimal(factor) > 1 else Direction.DECREASE
            metric = noun_after(text, word.end()) or noun_before(text[: word.start()])
            return _times(text, metric, Decimal(factor), direction, context)
    return None


# -- what is measured -----------------------------------------------------------------------------


def _metric(text: str, target: Amount, other: Amount | None, start: int) -> str:
    """
    Return the words for what is measured: "500 qualified leads", "bounce rate to 7 %".

    Args:
        start: Where the numbers begin, a baseline right before the target included.
    """
    after = noun_after(text, (other or target).end)
    has_unit = bool(target.sign or _counted(text, target))
    joined = _word_before(text, target) in (TO | BY | FROM | BELOW | LINKS)
    named_first = has_unit and (joined or start < target.start)
    before = noun_before(text[:start])
    if _NOUN_FIRST.search(text):
        return before or after
    return (before or after) if named_first else (after or before)
