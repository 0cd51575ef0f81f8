"""The calendar: which post goes where on which of the thirty days, and what it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle

from attrs import define

from aicmo_core.modules.onboarding.api import BusinessType
from aicmo_core.modules.production.api import CalendarEntryDTO
from aicmo_core.modules.production.internal.asks import COMMUNITY, EDUCATION, PROMO, PROOF
from aicmo_core.modules.production.internal.channels import Family
from aicmo_core.modules.production.internal.facts import Facts
from aicmo_core.modules.production.internal.figures import CALENDAR_DAYS, brief_day, near_day
from aicmo_core.modules.production.internal.pauses import Pauses, Why, finish, pauses
from aicmo_core.modules.production.internal.phrasing import Phrasing
from aicmo_core.modules.production.internal.posts import Wordsmith
from aicmo_core.modules.production.internal.rules import CalendarRules
from aicmo_core.modules.production.internal.wording import clip, longest_count
from aicmo_core.modules.strategy.api import ChannelPlanDTO

QUIET_DAY = "Quiet day"
_SOON = timedelta(days=21)
"""How far off a day is at most that is coming up; a later one is only to be noted."""
_FEW = 10
"""Entries before a goal is due up to which every second one asks for it."""
_LONGEST_HOOK = 30
"""Words of a message above which it is a text, and no first line of one."""


@define
class _Slot:
    """
    A place in the calendar before it has words.

    Attributes:
        rest: Why nothing goes out on the day; None where something does.
    """

    day: date
    channel: str
    main: bool
    bucket: str = ""
    hook: str = ""
    ask: str = ""
    rest: Why | None = None


def plan(
    facts: Facts,
    phrasing: Phrasing,
    most_words: int | None = None,
    asks_from: date | None = None,
    had_from: date | None = None,
) -> tuple[CalendarEntryDTO, ...]:
    """
    Return the entries by day: at least one a day for thirty days, each with its own words.

    Posts keep to the strategy's posts per week; a day between posts carries a light
    entry. Occasions, offers and required messages have their own posts.

    Args:
        most_words: Words above which a day's second entry is left out; None for the rules'.
        asks_from: Before this day, entries teach instead of asking people to decide.
        had_from: Before this day nobody can have what is sold, nor tell of it.
    """
    resting = pauses(facts)
    slots = _slots(facts, resting)
    smith = Wordsmith(facts, phrasing, had_from or facts.start)
    _set_occasions(slots, facts, smith, asks_from or facts.start)
    _set_messages(slots, facts, smith)
    _set_greetings(slots, resting, smith)
    rules = facts.rules.calendar
    _set_buckets(slots, asks_from or facts.start, rules.mix.buckets)
    _set_finish(slots, finish(facts))
    most = rules.most_words.value if most_words is None else most_words
    return _fitted(_entries(slots, smith, facts, resting), facts, most)


def planned_posts(facts: Facts) -> dict[str, int]:
    """Return how many full posts each publishing channel has in the thirty days."""
    rules = facts.rules.calendar
    counts = {c.channel: rate(c, rules) for c in facts.publishers}
    total, spare = sum(counts.values()), rules.most_entries.value - 2 - CALENDAR_DAYS
    most = len(pauses(facts).open_days()) + spare
    if total > most:
        counts = {n: max(1, c * most // total) for n, c in counts.items()}
    return counts


def rate(plan: ChannelPlanDTO, rules: CalendarRules) -> int:
    """Return how many posts a channel's posts per week make in thirty days."""
    a_week = plan.posts_per_week or rules.posts_per_week.value
    return max(1, round(a_week * CALENDAR_DAYS / 7))


def _slots(facts: Facts, resting: Pauses) -> list[_Slot]:
    days = [facts.on(n) for n in range(1, CALENDAR_DAYS + 1)]
    publishing = resting.open_days()
    counts = planned_posts(facts)
    total = sum(counts.values())
    slots = [
        _Slot(publishing[place * len(publishing) // total], channel, main=True)
        for place, channel in enumerate(_interleaved(counts))
    ]
    _part(slots)
    taken = {slot.day for slot in slots}
    lighter = _light_channels(facts)
    idle = Why.CAPACITY if resting.capacity else None
    for day in days:
        if day not in taken:
            why = resting.why(day) or idle
            slots.append(_Slot(day, next(lighter), main=False, rest=why))
    return sorted(slots, key=lambda slot: (slot.day, not slot.main))


def _interleaved(counts: dict[str, int]) -> Iterator[str]:
    """Yield each channel as often as it counts, as evenly as it goes."""
    total = sum(counts.values())
    used: Counter[str] = Counter()
    for step in range(1, total + 1):
        name = max(counts, key=lambda n: (counts[n] * step / total - used[n], counts[n]))
        used[name] += 1
        yield name


def _part(slots: list[_Slot]) -> None:
    """Let no channel post twice on a day, where another could change places with it."""
    for place in range(1, len(slots)):
        one, other = slots[place - 1], slots[place]
        if one.day == other.day and one.channel == other.channel:
            for later in slots[place + 1 :]:
                if later.channel != other.channel:
                    later.channel, other.channel = other.channel, later.channel
                    break


def _light_channels(facts: Facts) -> Iterator[str]:
    """The channels on which a quick entry is natural: social ones, where there are any."""
    names = [c.channel for c in facts.publishers]
    social = [n for n in names if facts.craft(n).family is Family.SOCIAL]
    return cycle((social or names)[:2])


# -- what has a day of its own ---------------------------------------------------------------


def _set_occasions(slots: list[_Slot], facts: Facts, smith: Wordsmith, asks_from: date) -> None:
    for text in facts.events:
        event = facts.occasion(text)
        if event.day and facts.start <= event.day <= facts.last:
            _open(slots, event.day)
            today = _said(facts, "last" if event.closes else "today", event=event.name)
            _take(slots, event.day, event.day, PROMO, smith, today)
            eve, week = event.day - timedelta(days=1), event.day - timedelta(days=7)
            date_words = f"{event.name}, {near_day(event.day)}" if event.returns else text
            told = "open" if event.closes else "announced"
            _take(slots, week, eve, COMMUNITY, smith, _said(facts, told, event=date_words))
        elif event.day is None or event.day > facts.last:
            far = event.day is not None and event.day - facts.last > _SOON
            words = _said(facts, "announced" if far else "later", event=text)
            _take(slots, facts.on(24), facts.last, COMMUNITY, smith, words)
    for number, text in enumerate(facts.offers):
        offer = facts.occasion(text)
        end = offer.day if offer.day and offer.closes else facts.last
        first, last = max(facts.on(4 + 2 * number), asks_from), min(end, facts.last)
        _take(slots, first, last, PROMO, smith, _said(facts, "offer", offer=text))
        if offer.day and offer.closes and facts.on(8) <= end <= facts.last:
            near = last - timedelta(days=3)
            _take(slots, near, last, PROMO, smith, _said(facts, "closing", offer=text))
        elif not offer.closes:
            _take(
                slots,
                facts.on(18 + 2 * number),
                last,
                PROMO,
                smith,
                _said(facts, "running", offer=text),
            )


def _open(slots: list[_Slot], day: date) -> None:
    """Let a day of the client's own have its entry, unless the client itself refuses it."""
    for slot in slots:
        if slot.day == day and slot.rest is not Why.REFUSED:
            slot.rest = None


def _set_greetings(slots: list[_Slot], resting: Pauses, smith: Wordsmith) -> None:
    """Greet people on a holiday, where they are no buyers at work and there is time to."""
    at_work = resting.facts.business is BusinessType.B2B
    for slot in slots:
        if slot.rest is Why.HOLIDAY and not at_work and not resting.capacity:
            slot.hook = smith.claim(resting.holidays[slot.day].greeting)
            slot.bucket = COMMUNITY
            if slot.hook:
                slot.ask, slot.rest = smith.wish(slot.day), None


def _set_finish(slots: list[_Slot], due: date | None) -> None:
    """Ask before a goal is due, and not after it; where days are few, every second one asks."""
    if due is None:
        return
    free = [s for s in slots if not s.hook and not s.rest]
    before = [s for s in free if s.day <= due]
    for number, slot in enumerate(before):
        if len(before) <= _FEW or not any(s.bucket == PROMO for s in before):
            slot.bucket = (PROMO, PROOF)[number % 2]
    for number, slot in enumerate(s for s in free if s.day > due and s.bucket == PROMO):
        slot.bucket = (PROOF, COMMUNITY)[number % 2]


def _set_messages(slots: list[_Slot], facts: Facts, smith: Wordsmith) -> None:
    """
    Give each required message a post of its own, word for word, early and then evenly.

    A message that is longer than a post's first line is named by its beginning.
    """
    open_slots = [s for s in slots if not s.hook and not s.rest]
    free = [s for s in open_slots if s.main] or open_slots
    for number, message in enumerate(facts.messages):
        if not free:
            break
        slot = free.pop(min(1 + number, len(free) - 1))
        meaning = _said(facts, "message", message=clip(message, 12))
        hook = message if 4 < longest_count(message) <= _LONGEST_HOOK else meaning
        slot.hook = smith.claim(hook) or message
        slot.bucket = PROOF


def _said(facts: Facts, kind: str, **slots: str) -> str:
    return facts.rules.posts.days[kind].format(brand=facts.short_brand, **slots)


def _take(
    slots: list[_Slot], first: date, last: date, bucket: str, smith: Wordsmith, hook: str
) -> None:
    """Give the first free entry from *first* to *last* these words, if there is one."""
    free = [s for s in slots if first <= s.day <= last and not s.hook and not s.rest]
    if free and smith.claim(hook):
        slot = min(free, key=lambda s: (s.day, not s.main))
        slot.hook, slot.bucket = hook, bucket


def _set_buckets(slots: list[_Slot], asks_from: date, buckets: tuple[str, ...]) -> None:
    mix = cycle(buckets)
    for slot in slots:
        if slot.rest:
            slot.bucket = COMMUNITY
        elif not slot.bucket:
            bucket = next(mix)
            slot.bucket = EDUCATION if bucket == PROMO and slot.day < asks_from else bucket


# -- words, and what fits -----------------------------------------------------------------------


def _entries(
    slots: list[_Slot], smith: Wordsmith, facts: Facts, resting: Pauses
) -> list[CalendarEntryDTO]:
    formats: Counter[tuple[str, bool]] = Counter()
    entries = []
    for slot in slots:
        skill = facts.craft(slot.channel)
        if slot.rest:
            following = next((s.day for s in slots if s.day > slot.day and not s.rest), None)
            holiday = resting.holidays.get(slot.day)
            idle = slot.rest is Why.CAPACITY
            hook, ask = smith.quiet(slot.day, following, holiday.name if holiday else "", idle=idle)
            kind = QUIET_DAY
        else:
            hook = slot.hook or smith.hook(slot.bucket, slot.day)
            ask = slot.ask or smith.ask(slot.bucket, skill.family, slot.day, hook)
            wanted = (skill.posts, skill.light) if slot.main else (skill.light, skill.posts)
            kinds = smith.sayable(*wanted)
            turn = formats[slot.channel, slot.main]
            kind = kinds[0 if slot.ask else turn % len(kinds)]
            formats[slot.channel, slot.main] += 1
        entries.append(CalendarEntryDTO(slot.day, slot.channel, slot.bucket, kind, hook, ask))
    return entries


def _fitted(
    entries: list[CalendarEntryDTO], facts: Facts, most_words: int
) -> tuple[CalendarEntryDTO, ...]:
    """Drop second entries of a day, the last ones first, until the table has its length."""
    kept = list(entries)
    while sum(map(_words, kept)) > most_words:
        days = Counter(e.day for e in kept)
        spare = [
            e for e in kept if days[e.day] > 1 and not any(m in e.hook for m in facts.messages)
        ]
        if not spare:
            break
        kept.remove(spare[-1])
    return tuple(kept)


def _words(entry: CalendarEntryDTO) -> int:
    cells = (entry.channel, entry.bucket, entry.format, entry.hook, entry.call_to_action)
    return longest_count(f"| 1 | {brief_day(entry.day)} | {' | '.join(cells)} |")


def by_bucket(entries: tuple[CalendarEntryDTO, ...]) -> Counter[str]:
    """Return how many entries each bucket has; quiet days are no posts."""
    return Counter(e.bucket for e in entries if e.format != QUIET_DAY)
