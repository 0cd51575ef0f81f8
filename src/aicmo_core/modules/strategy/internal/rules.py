"""
The rules of strategy, as data has them: see `rule_sets` for the files and what holds in them.

A rule holds when every feature in its `when` was found in the brief, and says why in
words, with `{goal}`, `{trade}` and the like standing for the client's own.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property

from attrs import field, frozen

from aicmo_core.kernel.rules import Count
from aicmo_core.modules.onboarding.api import Direction
from aicmo_core.modules.strategy.internal.words import spelled


@frozen
class Closing:
    """
    A kind of work that a client may rule out.

    Attributes:
        refusals: Phrases in the client's limits that rule it out.
        failures: Phrases in what has not worked that rule it out.
        means: What follows, in words.
    """

    refusals: tuple[str, ...]
    failures: tuple[str, ...]
    means: str


@frozen
class Vocabulary:
    """
    What a client's words tell.

    Attributes:
        features: Feature to the words that show it; `*` ends a beginning of words.
        closing: Tag of tactics to what rules it out.
    """

    features: dict[str, tuple[str, ...]]
    closing: dict[str, Closing]

    def family(self, name: str) -> Mapping[str, tuple[str, ...]]:
        """Return the features that begin with *name* and a colon."""
        return {f: words for f, words in self.features.items() if f.startswith(f"{name}:")}


@frozen
class Tactic:
    """
    Something to do on a channel.

    Attributes:
        text: The tactic; its slots must be known of the client, or it is not for them.
        measures: What it moves, the most first.
        goals: The goals that it serves best.
        trades: The trades that it is made for; no other gets it.
        business: "b2b" or "b2c" where it suits only one.
        tags: What a client may rule out: "paid", "video" and the like.
    """

    text: str
    measures: tuple[str, ...]
    goals: tuple[str, ...] = ()
    trades: tuple[str, ...] = ()
    business: str | None = None
    tags: tuple[str, ...] = ()


_TIME_ONLY = Count(1, "it takes nothing but time")


@frozen
class Channel:
    """
    A channel that can be planned.

    Attributes:
        kind: "social", "search", "offline" and the like; packs choose by it.
        hosts: Parts of addresses that show that a profile exists.
        aliases: Other names, matched as whole words in any case.
        posts_per_week: Pieces a week before any rule changes it; 0 where nothing is posted.
        tactics: Generic ones and special ones.
        cost: How much more than time an equal weight takes.
        tags: What must not be ruled out, or the channel is proposed to nobody.
    """

    name: str
    kind: str
    hosts: tuple[str, ...]
    aliases: tuple[str, ...]
    posts_per_week: Count
    tactics: tuple[Tactic, ...]
    cost: Count = _TIME_ONLY
    tags: tuple[str, ...] = ()


@frozen
class ChannelGroup:
    """
    A name for several channels.

    Attributes:
        kinds: Every channel of these kinds belongs to it.
        channels: So do these.
        tag: Avoiding the group rules out tactics with this tag too.
    """

    name: str
    aliases: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    tag: str | None = None


@frozen
class Channels:
    """
    The channel directory.

    Attributes:
        channels: By name, in the order in which ties are settled.
        groups: By name.
        posts_elsewhere: Pieces a week on a channel that is not in here.
        tactics_elsewhere: What can be done on such a channel, and on any.
    """

    channels: dict[str, Channel]
    groups: dict[str, ChannelGroup]
    posts_elsewhere: Count
    tactics_elsewhere: tuple[Tactic, ...]

    @property
    def all(self) -> tuple[Channel, ...]:
        """Every channel, in its order."""
        return tuple(self.channels.values())

    @cached_property
    def by_alias(self) -> Mapping[str, Channel]:
        """Each channel under each of its names, spelled for comparison."""
        return {spelled(alias): c for c in self.all for alias in (c.name, *c.aliases)}

    @cached_property
    def groups_by_alias(self) -> Mapping[str, ChannelGroup]:
        """Each group under each of its names, spelled for comparison."""
        return {spelled(alias): g for g in self.groups.values() for alias in g.aliases}


@frozen
class Saying:
    """Points for what a client says of a channel, and why; `{text}` is what was said."""

    points: int
    because: str


@frozen
class ChannelRule:
    """Points for a channel, and why."""

    channel: str
    when: tuple[str, ...]
    points: int
    because: str


@frozen
class Absence:
    """
    Channels that cannot be used in some places, and why.

    Attributes:
        places: Words of the country and its large towns.
    """

    places: tuple[str, ...]
    channels: tuple[str, ...]
    because: str


@frozen
class ChannelChoice:
    """
    What speaks for a channel and against it.

    Attributes:
        fewest: Channels that a plan has at least, whatever its pack says.
        goal_names_it: The client names it in a goal.
        worked_before: The client says that it has worked.
        failed_before: The client says that it has not.
        audience_is_there: The client says that the audience is there.
        group_is_asked_for: The client asks for a group that it belongs to.
        profile_is_there: The client has a profile on it.
        choices: What the client's features say, by a name of its own.
        absent: Where channels cannot be used, by country.
    """

    fewest: Count
    goal_names_it: Saying
    worked_before: Saying
    failed_before: Saying
    audience_is_there: Saying
    group_is_asked_for: Saying
    profile_is_there: Saying
    choices: dict[str, ChannelRule]
    absent: dict[str, Absence]


@frozen
class CadenceRule:
    """More or fewer pieces a week, and why."""

    when: tuple[str, ...]
    change: int
    because: str


@frozen
class CapacityRule:
    """
    How a client says how much time it has.

    Attributes:
        words: A pattern whose group `n` is a number, in digits or in words.
        pieces: Pieces a week for each that is counted.
    """

    words: str
    pieces: Count


@frozen
class Cadence:
    """
    How often something is published.

    Attributes:
        most_per_week: Pieces on one channel, to which a pack's need may raise it.
        raised_kinds: Kinds of channels that a pack's need may raise.
        changes: By a name of its own.
        capacity: How clients say for how many pieces they have time, by a name of its own.
        numbers: The words for one, two and so on in those patterns, in lower case.
    """

    most_per_week: Count
    raised_kinds: tuple[str, ...]
    changes: dict[str, CadenceRule]
    capacity: dict[str, CapacityRule]
    numbers: tuple[tuple[str, ...], ...]


@frozen
class Measure:
    """
    What can be measured, and the target that is set where the client has set none.

    Attributes:
        goals: The goals that it serves.
        factor: The target, or the part of *per* that makes it.
        per: "pieces", "weeks", "reach" or "visits".
        figure: Whether the target is a figure that holds under the client's own name for
            the measure too; of others only a change can be assumed.
        relative: Whether the target is a change in percent.
        asked: Whether it is planned only for a client who asks for it.
        because: How the target comes about, in words.
    """

    measure: str
    name: str
    unit: str
    goals: tuple[str, ...]
    factor: Decimal
    because: str
    per: str | None = None
    direction: Direction = Direction.INCREASE
    figure: bool = False
    relative: bool = False
    asked: bool = False


@frozen
class Measures:
    """
    What a plan is measured by.

    Attributes:
        fewest: KPIs that a plan has at least, whatever its pack says.
        goal_kinds: Of so many kinds of goals the measure is planned, however many KPIs
            there are.
        measures: By name, the most telling first.
        reach_per_result: People who have to be reached for one of them to act, at least.
    """

    fewest: Count
    goal_kinds: Count
    reach_per_result: Count
    measures: dict[str, Measure]


@frozen
class PackRules:
    """
    What a pack plans where the client has not said.

    Attributes:
        weeks: How long the plan is.
        kinds: Kinds of channels that are proposed.
        channels: How many channels are planned.
        pieces_per_week: The least of all channels together.
        always: Measures that every strategy of the pack has.
        kpis: The least number of KPIs.
    """

    weeks: Count
    kinds: tuple[str, ...]
    kinds_because: str
    channels: Count
    pieces_per_week: Count
    always: tuple[str, ...]
    kpis: Count


ANY_PACK = "*"
"""The rules of packs that have none of their own."""


@frozen
class Packs:
    """
    What packs plan where the client has not said.

    Attributes:
        packs: By name; `*` for those that have none of their own.
    """

    packs: dict[str, PackRules]

    def pack(self, name: str) -> PackRules:
        """Return the rules of a pack, or those that hold for any."""
        return self.packs.get(name, self.packs[ANY_PACK])


@frozen
class BudgetRules:
    """
    How the money and the time are divided.

    Attributes:
        asked_weight: What it adds to a channel's weight that the client asks for it.
        least_share: In percent, of each channel, where there are few.
        many_channels: The most channels that count as few.
        least_share_of_many: In percent, where there are more; up to fifty.
    """

    asked_weight: Count
    least_share: Count
    many_channels: Count
    least_share_of_many: Count


@frozen
class TacticRules:
    """
    Which tactics are planned, and when each begins.

    Attributes:
        per_channel: The most on one channel.
        fewest: Below which tactics for any channel are added.
        for_trade: Points for a tactic that is made for the client's trade.
        for_money: Points for bought reach, where money is stated.
        for_goal: Points for one that serves a goal of the client.
        for_business: Points for one that suits only clients who sell to whom this one sells.
        from_facts: Points for one that tells something of this client.
        long_plan_weeks: From when on tactics begin one after the other.
        days_between: From the beginning of one tactic to that of the next on its channel.
        days_between_in_short_plans: The same in shorter plans.
    """

    per_channel: Count
    fewest: Count
    for_trade: Count
    for_money: Count
    for_goal: Count
    for_business: Count
    from_facts: Count
    long_plan_weeks: Count
    days_between: Count
    days_between_in_short_plans: Count


@frozen
class TimelineRules:
    """
    When a plan is looked at, and how content is approved.

    Attributes:
        longest_weeks: How far a plan reaches at most.
        review_weeks: From one review to the next in long plans.
        first_check_days: When what success was to look like is held against what is.
        notice_days: Days between planning and the start, at least.
        approvals: What an answer on approvals means, in words; `weekly` where there is none.
    """

    longest_weeks: Count
    review_weeks: Count
    first_check_days: Count
    notice_days: Count
    approvals: dict[str, str]


@frozen
class StrategyRules:
    """All of them, as one application has them."""

    vocabulary: Vocabulary
    directory: Channels = field(repr=False)
    choice: ChannelChoice = field(repr=False)
    cadence: Cadence
    kpis: Measures = field(repr=False)
    packs: Packs = field(repr=False)
    budget: BudgetRules
    tactics: TacticRules
    timeline: TimelineRules

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Every measure, the most telling first."""
        return tuple(self.kpis.measures.values())

    def measure(self, name: str) -> Measure:
        """Return the measure called *name*."""
        return self.kpis.measures[name]
