"""Which channels are planned, and why: what the client wants first, then what the rules say."""

import re
from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve, frozen

from aicmo_core.modules.strategy.api import NoChannelLeft
from aicmo_core.modules.strategy.internal.capacity import Capacity, capacity_of
from aicmo_core.modules.strategy.internal.directory import Mentioned, mentioned, same
from aicmo_core.modules.strategy.internal.phrases import excerpt, fill, listing, sentence
from aicmo_core.modules.strategy.internal.points import Points, points_for, told_by
from aicmo_core.modules.strategy.internal.profile import Profile
from aicmo_core.modules.strategy.internal.rules import (
    Cadence,
    Channel,
    PackRules,
)

_TOLD_REASONS = 3
_GOAL_QUOTE = re.compile("the goal “[^”]*”")


@frozen
class Choice:
    """
    A planned channel.

    Attributes:
        wanted: Whether the client asked for it.
        points: What the rules give it, and why, the strongest first.
        pieces: How many are published a week.
        cadence: Why not more or fewer, where a rule says so.
        closed: Tags of tactics that are ruled out here.
    """

    channel: Channel
    wanted: bool
    points: tuple[Points, ...] = ()
    pieces: int = 0
    cadence: tuple[str, ...] = ()
    closed: frozenset[str] = frozenset()

    @property
    def total(self) -> int:
        return sum(p.points for p in self.points)

    def weight(self, asked: int) -> int:
        """
        Return its weight in the division of the money and the time.

        Args:
            asked: What it adds that the client asks for the channel.
        """
        return max(1, self.total + (asked if self.wanted else 0)) * self.channel.cost.value

    @property
    def reason(self) -> str:
        """The rules that chose it, in whole sentences."""
        for_it = [p.because for p in self.points if p.points > 0 and p.because][:_TOLD_REASONS]
        against = [p.because for p in self.points if p.points < 0 and p.because][:1]
        if self.wanted:
            for_it.insert(0, "the client asks for it")
        if not for_it:
            for_it = ["it is next in the standing order, where no rule speaks for another"]
        said = [sentence(_without_echo("; ".join(for_it)))]
        said += [sentence(f"against it: {reason}") for reason in against]
        said += [sentence(reason) for reason in self.cadence]
        if self.channel.cost.value > 1:
            said.append("It is bought or hired, so its part of the money is larger.")
        return " ".join(said)


def _without_echo(text: str) -> str:
    """Return *text* with a goal quoted once, and called the same goal from then on."""
    quotes: set[str] = set()

    def once(found: re.Match[str]) -> str:
        first = found[0] not in quotes
        quotes.add(found[0])
        return found[0] if first else "the same goal"

    return _GOAL_QUOTE.sub(once, text)


@frozen
class Selection:
    """The planned channels, the client's own first, and what was decided about others."""

    choices: tuple[Choice, ...]
    reasons: tuple[str, ...]

    @property
    def pieces_per_week(self) -> int:
        return sum(choice.pieces for choice in self.choices)


def select(profile: Profile, pack: PackRules) -> Selection:
    """
    Return the channels for a client: all wanted ones that can be used where it is, never an
    avoided one.

    Others join by their points until the pack's number is reached, and the fewest that the
    rules allow.

    Raises:
        NoChannelLeft: Every channel is avoided.
    """
    brief, directory = profile.brief, profile.rules.directory
    fewest = profile.rules.choice.fewest.value
    capacity = capacity_of(brief, profile.rules.cadence)
    room = pack.channels.value if capacity is None else min(pack.channels.value, capacity.pieces)
    avoided = mentioned(brief.platforms_avoided, directory)
    wished = mentioned(brief.platforms_wanted, directory)
    wanted = [c for c in wished.all if not avoided.has(c) and c.name not in profile.absent]
    told = told_by(profile)

    def weighed(channel: Channel, *, wanted: bool) -> Choice:
        points = points_for(channel, profile, wished, told.get(channel.name, ()))
        return Choice(channel, wanted, points)

    chosen = [weighed(channel, wanted=True) for channel in wanted]
    ranks = _ranks(profile, pack, avoided)
    for proposals in ranks:
        enough = room if proposals is ranks[0] else fewest
        ranked = [weighed(channel, wanted=False) for channel in proposals]
        ranked.sort(key=lambda choice: -choice.total)
        for choice in ranked:
            needed = len(chosen) < fewest
            if len(chosen) < enough and (needed or choice.total > 0) and _is_new(choice, chosen):
                chosen.append(choice)
    if not chosen:
        raise NoChannelLeft(brief.brief_id, tuple(excerpt(p) for p in brief.platforms_avoided))
    bounded = [evolve(c, closed=_closed(c, profile, wished, avoided)) for c in chosen]
    cadence = profile.rules.cadence
    paced = [_paced(choice, profile) for choice in bounded]
    paced = _raised(paced, pack, cadence) if capacity is None else _held(paced, capacity)
    return Selection(tuple(paced), tuple(_reasons(profile, pack, wished, avoided, chosen)))


def _is_new(choice: Choice, chosen: Iterable[Choice]) -> bool:
    return not any(same(choice.channel, other.channel) for other in chosen)


def _ranks(profile: Profile, pack: PackRules, avoided: Mentioned) -> list[list[Channel]]:
    """Return what may be proposed: the pack's kinds; other kinds; offline media at the last."""
    free = [
        c
        for c in profile.rules.directory.all
        if not avoided.has(c)
        and c.name not in profile.absent
        and not set(c.tags) & profile.closed.keys()
    ]
    return [
        [c for c in free if c.kind in pack.kinds],
        [c for c in free if c.kind not in pack.kinds and c.kind != "offline"],
        [c for c in free if c.kind == "offline"],
    ]


# -- within which limits


def _closed(
    choice: Choice, profile: Profile, wished: Mentioned, avoided: Mentioned
) -> frozenset[str]:
    """Return the tags of tactics that the client's words rule out on this channel."""
    tags = set(profile.closed) | {group.tag for group in avoided.groups if group.tag}
    paid_for = any(same(choice.channel, c) for c in wished.bought)
    if any(same(choice.channel, c) for c in avoided.bought) or (
        "money:stated" not in profile.evidence and not paid_for
    ):
        tags.add("paid")
    return frozenset(tags - set(choice.channel.tags) if choice.wanted else tags)


# -- how often


def _paced(choice: Choice, profile: Profile) -> Choice:
    pieces = choice.channel.posts_per_week.value
    if pieces == 0:
        return choice
    reasons = []
    for rule in profile.rules.cadence.changes.values():
        if profile.holds(rule.when) and pieces > 1:
            pieces = max(1, pieces + rule.change)
            reasons.append(fill(rule.because, profile.words_of(rule.when)))
    return evolve(choice, pieces=pieces, cadence=tuple(reasons))


def _raised(choices: list[Choice], pack: PackRules, cadence: Cadence) -> list[Choice]:
    """Add pieces, one at a time and in turn, until the pack has the pieces that it needs."""
    missing = pack.pieces_per_week.value - sum(choice.pieces for choice in choices)
    raised: set[int] = set()
    while missing > 0:
        places = [
            i
            for i, choice in enumerate(choices)
            if choice.channel.kind in cadence.raised_kinds
            and choice.pieces < cadence.most_per_week.value
        ]
        if not places:
            break
        for i in places[:missing]:
            choices[i] = evolve(choices[i], pieces=choices[i].pieces + 1)
            raised.add(i)
            missing -= 1
    for i in raised:
        # What a rule took away and the pack gave back again is not worth telling.
        kept = choices[i].pieces < choices[i].channel.posts_per_week.value
        told = choices[i].cadence if kept else ()
        why = f"{choices[i].pieces} pieces a week, because {pack.pieces_per_week.because}"
        choices[i] = evolve(choices[i], cadence=(*told, why))
    return choices


def _held(choices: Sequence[Choice], capacity: Capacity) -> list[Choice]:
    """Leave as many pieces as the client has time for, the strongest channels their own."""
    held = list(choices)
    while sum(choice.pieces for choice in held) > capacity.pieces:
        most = max(choice.pieces for choice in held)
        i = max(i for i, choice in enumerate(held) if choice.pieces == most)
        held[i] = evolve(held[i], pieces=most - 1)
    why = f"the client says “{excerpt(capacity.words)}”; {capacity.because}"
    return [
        evolve(choice, cadence=(f"{_pieces(choice.pieces)} a week here, because {why}",))
        if choice.pieces < before.pieces
        else choice
        for choice, before in zip(held, choices, strict=True)
    ]


def _pieces(number: int) -> str:
    return f"{number or 'no'} {'piece' if number == 1 else 'pieces'}"


# -- what was decided besides


def _reasons(
    profile: Profile,
    pack: PackRules,
    wished: Mentioned,
    avoided: Mentioned,
    chosen: Sequence[Choice],
) -> Iterator[str]:
    names = [choice.channel.name for choice in chosen]
    if any(not choice.wanted for choice in chosen):
        yield sentence(f"{listing(names)} are planned; {pack.kinds_because}")
    kept_out = [c.name for c in avoided.channels] + [g.name for g in avoided.groups]
    if kept_out:
        yield sentence(f"left out, as the client wants it: {listing(kept_out)}")
    both = [c.name for c in wished.channels if avoided.has(c)]
    if both:
        yield sentence(f"wanted and avoided at once, so left out: {listing(both)}")
    for channel in wished.channels:
        if channel.name in profile.absent:
            yield sentence(
                f"left out, though asked for: {channel.name}; {profile.absent[channel.name]}"
            )
    for reason in profile.closed.values():
        yield sentence(reason)
