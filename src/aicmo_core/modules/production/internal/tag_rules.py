"""The patterns by which hashtags are made, as data has them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

from aicmo_core.kernel import Problem
from aicmo_core.kernel.reasons import counts_within
from aicmo_core.kernel.rules import Count
from aicmo_core.modules.production.internal.templates import phrase_problems

SLOTS = (
    *("brand", "name", "field", "town", "month"),
    *("part", "product", "purpose", "line", "message", "event"),
)
_TAG = re.compile(r"(?:[^\W_]|\{\w+\})+")


@frozen
class TagPattern:
    """
    How a tag is made. One whose slots nothing fills is left out; a slot of several makes several.

    Attributes:
        tag: Letters, figures and slots, without its sign.
        use: What it is used for.
    """

    tag: str
    use: str


@frozen
class TagRules:
    """
    Which hashtags a client has.

    In a tag and in its use, `{name}` is the brand's tag, `{brand}` its name, `{field}` its trade,
    `{town}` its first place, `{month}` that of the plan. Made once for each: `{part}` of the
    trade, `{product}`, `{purpose}` of a product; and where there is one: `{line}` (the tagline),
    `{message}`, `{event}`.

    Attributes:
        brand: Tags of the brand, the most wanted first.
        industry: Tags of its trade.
        campaign: Tags of this plan.
        most: Tags that the trade and the campaign have at most.
        most_of_brand: Tags that the brand has at most.
    """

    brand: tuple[TagPattern, ...]
    industry: tuple[TagPattern, ...]
    campaign: tuple[TagPattern, ...]
    most: Count
    most_of_brand: Count


def tag_problems(rules: TagRules) -> Iterator[Problem]:
    """Yield patterns that make no tag, and uses that cannot be said."""
    for group in ("brand", "industry", "campaign"):
        patterns: tuple[TagPattern, ...] = getattr(rules, group)
        if not patterns:
            yield Problem(f"$.{group}", "expected a tag at least, found none")
        for n, pattern in enumerate(patterns):
            path = f"$.{group}[{n}]"
            yield from phrase_problems(f"{path}.tag", pattern.tag, SLOTS)
            if not _TAG.fullmatch(pattern.tag):
                expected = "expected letters, figures and slots"
                yield Problem(f"{path}.tag", f"{expected}, found {pattern.tag[:40]!r}")
            yield from phrase_problems(f"{path}.use", pattern.use, SLOTS)
    yield from counts_within(rules, {"most": (3, 10), "most_of_brand": (3, 10)})
