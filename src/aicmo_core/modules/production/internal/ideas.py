"""Ideas: the one thought that a campaign carries, chosen by what a client can show."""

from __future__ import annotations

from aicmo_core.kernel.patterns import matches
from aicmo_core.modules.onboarding.api import BusinessType
from aicmo_core.modules.production.internal.facts import Facts
from aicmo_core.modules.production.internal.idea_rules import Idea, Suited
from aicmo_core.modules.production.internal.writing import Context, phrasing

_PROOFS = 2
"""One proof may be luck."""


def campaign_idea(context: Context, shown: Facts) -> Idea:
    """
    Return the campaign's idea, the same for every section of a report.

    Args:
        shown: The facts as the section may say them.
    """
    f, rules = context.facts, context.facts.rules.ideas
    suited = dict.fromkeys(one.idea for one in rules.suited if _suits(one, f))
    avoidance = phrasing(f, "idea").avoidance
    for name in (*suited, *rules.spare):
        told = _told(rules.ideas[name], f)
        if not avoidance.concerns(f"{told.name} {told.thought}"):
            return _told(rules.ideas[name], shown)
    return _told(rules.ideas[next(iter(suited))], shown)


def _suits(suited: Suited, f: Facts) -> bool:
    has = {
        "place": bool(f.places),
        "proof": len(f.proof) >= _PROOFS,
        "b2b": f.business is BusinessType.B2B,
        "b2c": f.business is BusinessType.B2C,
    }
    trade = f"{f.industry} {f.products[0]}"
    if suited.described:
        trade += f" {f.description}"
    return all(has[need] for need in suited.needs) and (
        not suited.words or matches(suited.words, trade)
    )


def _told(idea: Idea, f: Facts) -> Idea:
    def fit(text: str) -> str:
        return text.format(brand=f.brand, thing=f.thing, readers=f.readers)

    return Idea(
        name=idea.name,
        thought=fit(idea.thought),
        line=f.tagline or fit(idea.line),
        insight=fit(idea.insight),
        why=tuple(map(fit, idea.why)),
        attention=fit(idea.attention),
        trust=fit(idea.trust),
        decision=fit(idea.decision),
        world=fit(idea.world),
        creator=fit(idea.creator),
        ad=fit(idea.ad),
    )
