"""The rule sets of strategy: their files in `data`, and what holds in each beyond its shape."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from aicmo_core.hooks import RuleBook
from aicmo_core.kernel.errors import Problem
from aicmo_core.kernel.patterns import compile_pattern, pattern_problems
from aicmo_core.kernel.reasons import counts_within, known_names, within
from aicmo_core.kernel.rules import Reader, RuleSet
from aicmo_core.modules.strategy.internal.phrases import slots
from aicmo_core.modules.strategy.internal.rules import (
    ANY_PACK,
    BudgetRules,
    Cadence,
    ChannelChoice,
    Channels,
    Measures,
    Packs,
    StrategyRules,
    Tactic,
    TacticRules,
    TimelineRules,
    Vocabulary,
)
from aicmo_core.modules.strategy.internal.words import spelled

S = TypeVar("S")

TOLD = frozenset({"brand", "product", "pain", "proof", "offer", "event", "area"})
"""What a tactic may speak of."""

BASES = ("pieces", "weeks")
"""What a target may be a part of, besides the target of another measure."""

_DERIVED = (
    "age:adult",
    "age:older",
    "age:young",
    "money:stated",
    "place:local",
    "state:new",
)
"""Features that are found by more than words."""

_ASKED_FOR = (
    "audience:locals",
    "measure:cost",
    "place:online",
    "place:premises",
    "place:wide",
    "team:small",
)
"""Features that the code asks for by name."""

_MOST_POINTS, _MOST_PIECES = 100, 70


def _features(read: Reader) -> list[str]:
    return [*read(VOCABULARY).features, *_DERIVED]


def _kinds_of(family: str, read: Reader) -> list[str]:
    return [feature.partition(":")[2] for feature in read(VOCABULARY).family(family)]


def _called(path: str, key: str, name: str) -> Iterator[Problem]:
    if key != name:
        yield Problem(path, f"expected {key!r}, as its entry is called, found {name!r}")


def _words(path: str, words: Sequence[str]) -> Iterator[Problem]:
    if not words:
        yield Problem(path, "expected a word at least, found none")
    for n, word in enumerate(words):
        if not spelled(word):
            yield Problem(f"{path}[{n}]", f"expected a word, found {word!r}")


def _asks(path: str, text: str, known: Iterable[str]) -> Iterator[Problem]:
    """Yield the slots of a text that nothing fills."""
    options = sorted(known)
    for slot in sorted(slots(text) - set(options)):
        may = ", ".join("{" + one + "}" for one in options) or "none"
        yield Problem(path, f"nothing fills the slot {{{slot}}} here; known: {may}")


def _vocabulary(rules: Vocabulary, _: Reader) -> Iterator[Problem]:
    for feature, words in rules.features.items():
        yield from _words(f"$.features[{feature!r}]", words)
    for feature in _ASKED_FOR:
        if feature not in rules.features:
            yield Problem(f"$.features[{feature!r}]", "missing: the plan asks for it by name")
    if "paid" not in rules.closing:
        yield Problem("$.closing['paid']", "missing: the plan asks for it by name")


def _channels(rules: Channels, read: Reader) -> Iterator[Problem]:
    if not rules.channels:
        yield Problem("$.channels", "expected a channel at least, found none")
    seen: dict[str, str] = {}
    for key, channel in rules.channels.items():
        path = f"$.channels[{key!r}]"
        yield from _called(f"{path}.name", key, channel.name)
        yield from _aliases(path, key, (key, *channel.aliases), seen)
        yield from within(f"{path}.posts_per_week", channel.posts_per_week.value, 0, _MOST_PIECES)
        yield from within(f"{path}.cost", channel.cost.value, 1, _MOST_POINTS)
        yield from known_names(f"{path}.tags", "tag", channel.tags, read(VOCABULARY).closing)
        yield from _tactics(f"{path}.tactics", channel.tactics, read)
    kinds = {channel.kind for channel in rules.all}
    for key, group in rules.groups.items():
        path = f"$.groups[{key!r}]"
        yield from _called(f"{path}.name", key, group.name)
        yield from _aliases(path, key, group.aliases, seen)
        yield from known_names(f"{path}.kinds", "kind of channel", group.kinds, kinds)
        yield from known_names(f"{path}.channels", "channel", group.channels, rules.channels)
        tags = () if group.tag is None else (group.tag,)
        yield from known_names(f"{path}.tag", "tag", tags, read(VOCABULARY).closing)
    yield from within("$.posts_elsewhere.value", rules.posts_elsewhere.value, 0, _MOST_PIECES)
    yield from _tactics("$.tactics_elsewhere", rules.tactics_elsewhere, read)
    if not any(slots(t.text) <= {"brand", "product"} for t in rules.tactics_elsewhere):
        yield Problem("$.tactics_elsewhere", "expected one that any client can use, found none")


def _aliases(
    path: str, name: str, aliases: Sequence[str], seen: dict[str, str]
) -> Iterator[Problem]:
    yield from _words(f"{path}.aliases", aliases)
    for alias in dict.fromkeys(map(spelled, aliases)):
        other = seen.setdefault(alias, name)
        if other != name:
            yield Problem(f"{path}.aliases", f"{alias!r} is a name of {other!r} already")


def _tactics(path: str, tactics: Sequence[Tactic], read: Reader) -> Iterator[Problem]:
    for n, tactic in enumerate(tactics):
        at = f"{path}[{n}]"
        yield from _asks(f"{at}.text", tactic.text, TOLD)
        for field, kind, known in (
            ("measures", "measure", read(MEASURES).measures),
            ("goals", "goal", _kinds_of("goal", read)),
            ("trades", "trade", _kinds_of("trade", read)),
            ("tags", "tag", read(VOCABULARY).closing),
        ):
            yield from known_names(f"{at}.{field}", kind, getattr(tactic, field), known)
        if tactic.business not in (None, "b2b", "b2c"):
            yield Problem(f"{at}.business", f"expected b2b or b2c, found {tactic.business!r}")


def _because(path: str, when: Sequence[str], because: str) -> Iterator[Problem]:
    families = {feature.partition(":")[0] for feature in when}
    area = {"area"} if "place:local" in when else set()
    yield from _asks(f"{path}.because", because, families | area)


def _choice(rules: ChannelChoice, read: Reader) -> Iterator[Problem]:
    yield from counts_within(rules, {"fewest": (1, 20)})
    for name in (
        "goal_names_it",
        "worked_before",
        "failed_before",
        "audience_is_there",
        "group_is_asked_for",
        "profile_is_there",
    ):
        saying = getattr(rules, name)
        yield from within(f"$.{name}.points", saying.points, -_MOST_POINTS, _MOST_POINTS)
        told = () if name == "profile_is_there" else ("text",)
        yield from _asks(f"$.{name}.because", saying.because, told)
    for key, rule in rules.choices.items():
        path = f"$.choices[{key!r}]"
        channels = read(CHANNELS).channels
        yield from (
            Problem(f"{path}.channel", problem.message)
            for problem in known_names("", "channel", (rule.channel,), channels)
        )
        yield from known_names(f"{path}.when", "feature", rule.when, _features(read))
        yield from within(f"{path}.points", rule.points, -_MOST_POINTS, _MOST_POINTS)
        yield from _because(path, rule.when, rule.because)

    for key, absence in rules.absent.items():
        path = f"$.absent[{key!r}]"
        yield from _words(f"{path}.places", absence.places)
        known = read(CHANNELS).channels
        yield from known_names(f"{path}.channels", "channel", absence.channels, known)
        yield from _asks(f"{path}.because", absence.because, ())


def _capacity(rules: Cadence) -> Iterator[Problem]:
    for name, one in rules.capacity.items():
        path = f"$.capacity[{name!r}]"
        problems = tuple(pattern_problems(f"{path}.words", one.words))
        yield from problems
        if not problems and "n" not in compile_pattern(one.words).groupindex:
            yield Problem(f"{path}.words", "expected a group that is called n, found none")
        yield from within(f"{path}.pieces.value", one.pieces.value, 1, _MOST_PIECES)
    for place, words in enumerate(rules.numbers):
        if any(word != word.casefold() for word in words):
            yield Problem(f"$.numbers[{place}]", "expected words in lower case")


def _cadence(rules: Cadence, read: Reader) -> Iterator[Problem]:
    yield from _capacity(rules)
    yield from counts_within(rules, {"most_per_week": (1, _MOST_PIECES)})
    for key, rule in rules.changes.items():
        path = f"$.changes[{key!r}]"
        yield from known_names(f"{path}.when", "feature", rule.when, _features(read))
        yield from within(f"{path}.change", rule.change, -_MOST_PIECES, _MOST_PIECES)
        yield from _because(path, rule.when, rule.because)


def _measures(rules: Measures, read: Reader) -> Iterator[Problem]:
    yield from counts_within(
        rules, {"fewest": (1, 20), "goal_kinds": (0, 10), "reach_per_result": (1, 100_000)}
    )
    for key, measure in rules.measures.items():
        path = f"$.measures[{key!r}]"
        yield from _called(f"{path}.measure", key, measure.measure)
        if not 0 < measure.factor <= 10**9:
            found = f"expected a number above 0, up to 1000000000, found {measure.factor}"
            yield Problem(f"{path}.factor", found)
        yield from _asks(f"{path}.because", measure.because, ("pieces",))
        yield from known_names(f"{path}.goals", "goal", measure.goals, _kinds_of("goal", read))
        per = () if measure.per is None else (measure.per,)
        known = [*BASES, *rules.measures]
        yield from known_names(f"{path}.per", "base of a target", per, known)
        if _circular(rules, key):
            yield Problem(f"{path}.per", "its target is in the end a part of itself")
    named = [m for m in ("other", *_kinds_of("measure", read)) if m not in rules.measures]
    for name in named:
        yield Problem(f"$.measures[{name!r}]", "missing: the vocabulary, or the plan, names it")
    first = {m.goals[0] for m in rules.measures.values() if m.goals and not m.asked}
    for goal in _kinds_of("goal", read):
        if goal not in first:
            yield Problem("$.measures", f"no measure serves the goal {goal!r} before any other")


def _circular(rules: Measures, name: str) -> bool:
    passed: set[str] = set()
    per: str | None = name
    while per in rules.measures and per not in passed:
        passed.add(per)
        per = rules.measures[per].per
    return per == name


def _packs(rules: Packs, read: Reader) -> Iterator[Problem]:
    if ANY_PACK not in rules.packs:
        yield Problem(f"$.packs[{ANY_PACK!r}]", "missing: packs without rules of their own use it")
    kinds = {channel.kind for channel in read(CHANNELS).all}
    longest = read(TIMELINE).longest_weeks.value
    for key, pack in rules.packs.items():
        path = f"$.packs[{key!r}]"
        for name, least, most in (
            ("weeks", 1, longest),
            ("channels", 1, 20),
            ("pieces_per_week", 0, _MOST_PIECES),
            ("kpis", 1, 20),
        ):
            yield from within(f"{path}.{name}.value", getattr(pack, name).value, least, most)
        yield from known_names(f"{path}.kinds", "kind of channel", pack.kinds, kinds)
        yield from known_names(f"{path}.always", "measure", pack.always, read(MEASURES).measures)


def _budget(rules: BudgetRules, _: Reader) -> Iterator[Problem]:
    yield from counts_within(
        rules,
        {
            "asked_weight": (0, _MOST_POINTS),
            "least_share": (0, 50),
            "many_channels": (1, 50),
            "least_share_of_many": (0, 2),
        },
    )
    least, many = rules.least_share.value, rules.many_channels.value
    if least * many > 100:
        found = f"{many} channels with {least} % each are more than everything"
        yield Problem("$.many_channels.value", f"expected at most {100 // least}: {found}")


def _tactic_rules(rules: TacticRules, _: Reader) -> Iterator[Problem]:
    points = ("for_trade", "for_money", "for_goal", "for_business", "from_facts")
    bounds = dict.fromkeys(points, (-_MOST_POINTS, _MOST_POINTS))
    days = dict.fromkeys(("days_between", "days_between_in_short_plans"), (1, 90))
    rest = {"per_channel": (1, 12), "fewest": (1, 12), "long_plan_weeks": (1, 104)}
    yield from counts_within(rules, {**bounds, **days, **rest})


def _timeline(rules: TimelineRules, _: Reader) -> Iterator[Problem]:
    bounds = {
        "longest_weeks": (1, 520),
        "review_weeks": (1, 52),
        "first_check_days": (1, 365),
        "notice_days": (1, 7),
    }
    yield from counts_within(rules, bounds)
    if "weekly" not in rules.approvals:
        yield Problem("$.approvals['weekly']", "missing: plans without an answer use it")


def _declared(name: str, shape: type[S], check: Any) -> RuleSet[S]:
    package = "aicmo_core.modules.strategy.internal"
    return RuleSet(f"strategy.{name}", shape, package, f"data/{name}.json", check)


VOCABULARY = _declared("vocabulary", Vocabulary, _vocabulary)
CHANNELS = _declared("channels", Channels, _channels)
CHOICE = _declared("channel_choice", ChannelChoice, _choice)
CADENCE = _declared("cadence", Cadence, _cadence)
MEASURES = _declared("measures", Measures, _measures)
PACKS = _declared("packs", Packs, _packs)
BUDGET = _declared("budget", BudgetRules, _budget)
TACTICS = _declared("tactics", TacticRules, _tactic_rules)
TIMELINE = _declared("timeline", TimelineRules, _timeline)

ALL: tuple[RuleSet[Any], ...] = (
    VOCABULARY,
    CHANNELS,
    CHOICE,
    CADENCE,
    MEASURES,
    PACKS,
    BUDGET,
    TACTICS,
    TIMELINE,
)


def rules_of(book: RuleBook) -> StrategyRules:
    """Return the rules of strategy that are in force."""
    return StrategyRules(
        book.read(VOCABULARY),
        book.read(CHANNELS),
        book.read(CHOICE),
        book.read(CADENCE),
        book.read(MEASURES),
        book.read(PACKS),
        book.read(BUDGET),
        book.read(TACTICS),
        book.read(TIMELINE),
    )
