"""A brief as the rules see it: features, and the client's words that show each."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import field, frozen

from aicmo_core.modules.onboarding.api import BusinessType, NormalizedBriefDTO
from aicmo_core.modules.strategy.internal.phrases import clause, excerpt
from aicmo_core.modules.strategy.internal.rules import StrategyRules, Vocabulary
from aicmo_core.modules.strategy.internal.words import (
    contains_term,
    first_mention,
    mentions,
    spelled,
)

_AGES = re.compile(
    r"(?<!\d)(\d\d)\s*(?:[-–—]|to|bis)\s*(\d\d)(?!\d)(?!\s*(?:employ|staff|people|seats|hours|%))"
    r"|(?<!\d)(\d\d)\s*\+"
    r"|\b(?:over|above)\s(?:the age of\s)?(\d\d)(?!\d)(?!\s*(?:employ|staff|people|seats|%))"
)
_YOUNGEST, _OLDEST = 13, 99


@frozen
class Profile:
    """
    What the rules know of a client.

    Attributes:
        evidence: Feature, such as "goal:sales", to the client's words that show it.
        goals: The kinds of goals, those of the most important objective first.
        closed: Tag of tactics that are ruled out, to why.
        absent: Channel that cannot be used where the client is, to why.
        rules: What is decided by.
    """

    brief: NormalizedBriefDTO
    evidence: Mapping[str, str]
    goals: tuple[str, ...]
    closed: Mapping[str, str]
    absent: Mapping[str, str]
    rules: StrategyRules = field(repr=False)

    @property
    def main_goal(self) -> str:
        return clause(next(iter(self.brief.objectives), "")) or clause(self.brief.brand_name)

    def holds(self, when: Sequence[str]) -> bool:
        return all(feature in self.evidence for feature in when)

    def words_of(self, when: Sequence[str]) -> dict[str, str]:
        """Return what the slots of a rule with these features stand for."""
        words = {feature.partition(":")[0]: self.evidence[feature] for feature in when}
        return {
            "area": self.evidence.get("place:local", ""),
            **{family: excerpt(text, 90) for family, text in words.items()},
        }

    def goal_for(self, kinds: Iterable[str]) -> str:
        """Return the objective that one of these kinds of goals was seen in, else the first."""
        seen = (self.evidence.get(f"goal:{kind}") for kind in kinds)
        return next((text for text in seen if text), self.main_goal)


def profile_of(brief: NormalizedBriefDTO, rules: StrategyRules) -> Profile:
    """Return the features of *brief*, with the client's words for each."""
    words = rules.vocabulary
    goals = _goals(brief, words)
    evidence = {
        **goals,
        **_trades(brief, words),
        **_found("audience", _audiences(brief), words),
        **_ages(brief),
        **_business(brief, words),
        **_place(brief, words),
        **_state(brief, words),
    }
    kinds = tuple(feature.partition(":")[2] for feature in goals)
    return Profile(brief, evidence, kinds, _closed(brief, words), _absent(brief, rules), rules)


def _absent(brief: NormalizedBriefDTO, rules: StrategyRules) -> dict[str, str]:
    """Return the channels that can be used in none of the client's places, and why."""
    found: dict[str, str] = {}
    for absence in rules.choice.absent.values():
        there = [mentions(place, absence.places) for place in brief.locations]
        if there and all(there):
            found.update(dict.fromkeys(absence.channels, absence.because))
    return found


def _found(family: str, texts: Sequence[str], told: Vocabulary) -> dict[str, str]:
    """Return each feature of *family* with the first of *texts* that shows it."""
    hits = (
        (feature, first_mention(texts, words)) for feature, words in told.family(family).items()
    )
    return {feature: clause(text) for feature, text in hits if text is not None}


def _goals(brief: NormalizedBriefDTO, words: Vocabulary) -> dict[str, str]:
    found: dict[str, str] = {}
    for objective in brief.objectives:
        for feature, text in _found("goal", (objective,), words).items():
            found.setdefault(feature, text)
    # Every strategy serves something: a goal without a known word is about being known.
    fallback = clause(next(iter(brief.objectives), "")) or clause(brief.brand_name)
    return found or {"goal:awareness": fallback}


def _trades(brief: NormalizedBriefDTO, words: Vocabulary) -> dict[str, str]:
    """Return the trades that the industry names, else those that the business tells of."""
    named = _found("trade", (brief.industry,), words)
    told = named or _found("trade", (brief.description, *brief.products), words)
    label = clause(brief.industry) or clause(brief.brand_name)
    return dict.fromkeys(told, label)


def _audiences(brief: NormalizedBriefDTO) -> tuple[str, ...]:
    return tuple(text for text in (brief.target_audience, brief.secondary_audience) if text)


def _ages(brief: NormalizedBriefDTO) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in _audiences(brief):
        for match in _AGES.finditer(text):
            low = int(match[1] or match[3] or match[4])
            high = int(match[2] or _OLDEST)
            if _YOUNGEST <= low <= high:
                for feature in _age_bands(low, high):
                    found.setdefault(feature, match[0])
    return found


def _age_bands(low: int, high: int) -> Iterator[str]:
    if low < 25:
        yield "age:young"
    if low < 45 and high >= 25:
        yield "age:adult"
    if high >= 45 and low >= 35:
        yield "age:older"


def _business(brief: NormalizedBriefDTO, words: Vocabulary) -> dict[str, str]:
    industry = clause(brief.industry) or clause(brief.brand_name)
    if brief.business_type is BusinessType.HYBRID:
        return {}
    if brief.business_type is not None:
        return {f"business:{brief.business_type.value}": industry}
    texts = (brief.industry, brief.description, *_audiences(brief))
    told = _found("business", texts, words)
    return dict.fromkeys(list(told)[:1], industry)


def _place(brief: NormalizedBriefDTO, words: Vocabulary) -> dict[str, str]:
    """Return `place:local` where somebody can walk in, in a place smaller than a country."""
    features = words.features
    wide = {spelled(word) for word in features["place:wide"]}
    near = [place for place in brief.locations if spelled(place) not in wide]
    told = " ".join((brief.industry, brief.description, *brief.products))
    walks_in = mentions(told, features["place:premises"]) and not mentions(
        told, features["place:online"]
    )
    told_of = " ".join(_audiences(brief))
    neighbours = mentions(told_of, features["audience:locals"]) or (
        brief.business_type is not BusinessType.B2B
        and any(contains_term(told_of, [place.partition(",")[0]]) for place in near)
    )
    if near and (walks_in or neighbours):
        return {"place:local": excerpt(near[0], 60)}
    return {}


def _state(brief: NormalizedBriefDTO, words: Vocabulary) -> dict[str, str]:
    found: dict[str, str] = {}
    if brief.budget is not None and brief.budget.maximum > 0:
        found["money:stated"] = clause(brief.budget.text)
    if brief.posts_already is False:
        found["state:new"] = ""
    said = (*brief.constraints, brief.description, *filter(None, [brief.anything_else]))
    busy = first_mention(said, words.features["team:small"])
    if busy is not None:
        found["team:small"] = clause(busy)
    return found


def _closed(brief: NormalizedBriefDTO, words: Vocabulary) -> dict[str, str]:
    """Return the kinds of work that the client's limits and experience rule out, and why."""
    limits = (*brief.constraints, *brief.must_avoid, *brief.platforms_avoided)
    closed: dict[str, str] = {}
    for tag, closing in words.closing.items():
        refused = first_mention(limits, closing.refusals)
        failed = first_mention(brief.did_not_work, closing.failures)
        if refused is not None:
            closed[tag] = f"the client's limit “{excerpt(refused)}”: {closing.means}"
        elif failed is not None:
            closed[tag] = f"“{excerpt(failed)}” has not worked before: {closing.means}"
    return closed
