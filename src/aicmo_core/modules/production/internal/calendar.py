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
from aicmo_core.modules.production.internal.phrasing import Phrasing
from aicmo_core.modules.production.internal.posts import Wordsmith
from aicmo_core.modules.production.internal.rules import CalendarRules
from aicmo_core.modules.production.internal.wording import clip, longest_count
from aicmo_core.modules.strategy.api import ChannelPlanDTO

QUIET_DAY = "Quiet day"
_SOON = timedelta(days=21)
"""How far off a day is at most that is coming up; a later one is only to be noted."""
_LONGEST_HOOK = 30
"""Words of a message above which it is a text, and no first line of one."""


@define
class _Slot:
    """A place in the calendar before it has words."""

    day: date
    channel: str
    main: bool
    bucket: str = ""
    hook: str = ""
    quiet: bool = False


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
    slots = _slots(facts)
    smith = Wordsmith(facts, phrasing, had_from or facts.start)
    _set_occasions(slots, facts, smith, asks_from or facts.start)
    _set_messages(slots, facts, smith)
    rules = facts.rules.calendar
    _set_buckets(slots, asks_from or facts.start, rules.mix.buckets)
    most = rules.most_words.value if most_words is None else most_words
    return _fitted(_entries(slots, smith, facts), facts, most)


def planned_posts(facts: Facts) -> dict[str, int]:
    """Return how many full posts each publishing channel has in the thirty days."""
    rules = facts.rules.calendar
    counts = {c.channel: rate(c, rules) for c in facts.publishers}
    total, most = sum(counts.values()), rules.most_entries.value - 2
    if total > most:
        counts = {n: max(1, c * most // total) for n, c in counts.items()}
    return counts


def rate(plan: ChannelPlanDTO, rules: CalendarRules) -> int:
    """Return how many posts a channel's posts per week make in thirty days."""
    a_week = plan.posts_per_week or rules.posts_per_week.value
    return max(1, round(a_week * CALENDAR_DAYS / 7))


def _slots(facts: Facts) -> list[_Slot]:
    days = [facts.on(n) for n in range(1, CALENDAR_DAYS + 1)]
    open_days = [d for d in days if d.weekday() not in facts.quiet]
    counts = planned_posts(facts)
    total = sum(counts.values())
    office = [d for d in open_days if d.weekday() < 5]
    at_work = facts.business is BusinessType.B2B and total <= len(office)
    publishing = office if at_work else open_days
    slots = [
        _Slot(publishing[place * len(publishing) // total], channel, main=True)
        for place, channel in enumerate(_interleaved(counts))
    ]
    _part(slots)
    taken = {slot.day for slot in slots}
    lighter = _light_channels(facts)
    for day in days:
        if day not in taken:
            quiet = day.weekday() in facts.quiet
            slots.append(_Slot(day, next(lighter), main=False, quiet=quiet))
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
            _take(
                slots, event.day, event.day, PROMO, smith, _said(facts, "today", event=event.name)
            )
            eve, week = event.day - timedelta(days=1), event.day - timedelta(days=7)
            date_words = f"{event.name}, {near_day(event.day)}" if event.returns else text
            _take(slots, week, eve, COMMUNITY, smith, _said(facts, "announced", event=date_words))
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


def _set_messages(slots: list[_Slot], facts: Facts, smith: Wordsmith) -> None:
    """
    Give each required message a post of its own, word for word, early and then evenly.

    A message that is longer than a post's first line is named by its beginning.
    """
    free = [s for s in slots if s.main and not s.hook] or [s for s in slots if not s.hook]
    for number, message in enumerate(facts.messages):
        if not free:
            break
        slot = free.pop(min(1 + number, len(free) - 1))
        meaning = _said(facts, "message", message=clip(message, 12))
        hook = message if 4 < longest_count(message) <= _LONGEST_HOOK else meaning
        slot.hook = smith.claim(hook) or message
        slot.bucket = PROOF


def _said(facts: Facts, kind: str, **slots: str) -> str:
    return facts.rules.posts.days[kind].format(brand=facts.brand, **slots)


def _take(
    slots: list[_Slot], first: date, last: date, bucket: str, smith: Wordsmith, hook: str
) -> None:
    """Give the first free entry from *first* to *last* these words, if there is one."""
    free = [s for s in slots if first <= s.day <= last and not s.hook and not s.quiet]
    if free and smith.claim(hook):
        slot = min(free, key=lambda s: (s.day, not s.main))
        slot.hook, slot.bucket = hook, bucket


def _set_buckets(slots: list[_Slot], asks_from: date, buckets: tuple[str, ...]) -> None:
    mix = cycle(buckets)
    for slot in slots:
        if slot.quiet:
            slot.bucket = COMMUNITY
        elif not slot.bucket:
            bucket = next(mix)
            slot.bucket = EDUCATION if bucket == PROMO and slot.day < asks_from else bucket


# -- words, and what fits -----------------------------------------------------------------------


def _entries(slots: list[_Slot], smith: Wordsmith, facts: Facts) -> list[CalendarEntryDTO]:
    formats: Counter[tuple[str, bool]] = Counter()
    entries = []
    for slot in slots:
        skill = facts.craft(slot.channel)
        if slot.quiet:
            hook, ask = smith.quiet(slot.day)
            kind = QUIET_DAY
        else:
            hook = slot.hook or smith.hook(slot.bucket, slot.day)
            ask = smith.ask(slot.bucket, skill.family, slot.day, hook)
            kinds = smith.sayable(skill.posts if slot.main else skill.light)
            kind = kinds[formats[slot.channel, slot.main] % len(kinds)]
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
