"""What is done on a channel: tactics that suit the client, with the client's own facts."""

from collections.abc import Iterable, Iterator, Sequence, Set

from attrs import frozen

from aicmo_core.modules.strategy.internal.channels import Choice
from aicmo_core.modules.strategy.internal.phrases import clause, fill, slots
from aicmo_core.modules.strategy.internal.profile import Profile
from aicmo_core.modules.strategy.internal.rules import Tactic
from aicmo_core.modules.strategy.internal.words import contains_term

_LONGEST_FACT = 110
_FACTS = frozenset({"pain", "proof", "offer", "event", "area"})


@frozen
class PlannedTactic:
    """A tactic in the client's terms, and what it moves, the most first."""

    text: str
    measures: tuple[str, ...]


def tactics_for(choice: Choice, profile: Profile, place: int) -> tuple[PlannedTactic, ...]:
    """
    Return the tactics for a channel, the one that suits best first.

    Args:
        place: The channel's place in the plan; it turns products and problems, so that
            channels do not all speak of the same one.
    """
    suited = [t for t in choice.channel.tactics if _suits(t, profile, choice.closed)]
    if choice.channel.tactics == profile.rules.directory.tactics_elsewhere:
        turn = place % max(len(suited), 1)  # two channels that no rule knows begin differently
        suited = suited[turn:] + suited[:turn]
    suited.sort(key=lambda tactic: -_score(tactic, profile))
    planned = list(_planned(suited, profile, place))
    rules, elsewhere = profile.rules.tactics, profile.rules.directory.tactics_elsewhere
    for_any = [t for t in elsewhere if slots(t.text) <= _facts(profile, 0).keys()]
    if len(planned) < rules.fewest.value:
        planned += _planned(for_any, profile, place)
    # A client who rules out the very words of every tactic still gets one to discuss.
    most = rules.per_channel.value
    return tuple(planned[:most]) or (_worded(for_any[0], profile, place),)


def _planned(tactics: Iterable[Tactic], profile: Profile, place: int) -> Iterator[PlannedTactic]:
    for n, tactic in enumerate(tactics):
        planned = _worded(tactic, profile, place + n)
        if not contains_term(planned.text, profile.brief.must_avoid):
            yield planned


def _worded(tactic: Tactic, profile: Profile, turn: int) -> PlannedTactic:
    return PlannedTactic(fill(tactic.text, _facts(profile, turn)), tactic.measures)


def _suits(tactic: Tactic, profile: Profile, ruled_out: Set[str]) -> bool:
    trades = not tactic.trades or any(f"trade:{t}" in profile.evidence for t in tactic.trades)
    business = tactic.business is None or f"business:{tactic.business}" in profile.evidence
    known = slots(tactic.text) <= _facts(profile, 0).keys()
    return trades and business and known and not ruled_out & set(tactic.tags)


def _score(tactic: Tactic, profile: Profile) -> int:
    rules = profile.rules.tactics
    score = rules.for_trade.value if tactic.trades else 0
    if "paid" in tactic.tags and "money:stated" in profile.evidence:
        score += rules.for_money.value
    score += rules.for_business.value if tactic.business else 0
    score += rules.from_facts.value if slots(tactic.text) & _FACTS else 0
    return score + (rules.for_goal.value if set(tactic.goals) & set(profile.goals) else 0)


def _facts(profile: Profile, turn: int) -> dict[str, str]:
    """Return what tactics may speak of; a fact that the brief does not have is not there."""
    brief = profile.brief
    brand = clause(brief.brand_name)
    facts = {
        "brand": brand,
        "product": _turned(brief.products, turn) or f"what {brand} offers",
        "pain": _turned(brief.pain_points, turn),
        "proof": _turned(brief.proof, turn),
        "offer": _turned(brief.offers, turn),
        "event": _turned(brief.events, 0),
        "area": profile.evidence.get("place:local", ""),
    }
    return {name: text for name, text in facts.items() if text}


def _turned(texts: Sequence[str], turn: int) -> str:
    """Return one of *texts*, whole: what is too long to stand in a sentence is left out."""
    said = [text for text in map(clause, texts) if 0 < len(text) <= _LONGEST_FACT]
    return said[turn % len(said)] if said else ""
