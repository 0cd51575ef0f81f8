"""Hashtags: tags made of a client's own names and trade, in any script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from attrs import frozen

from aicmo_core.modules.production.internal.facts import Facts
from aicmo_core.modules.production.internal.figures import MONTHS
from aicmo_core.modules.production.internal.tag_rules import TagPattern
from aicmo_core.modules.production.internal.wording import (
    capital,
    longest_count,
    short,
    without_weak_end,
)

_LONGEST = 32
_JOINTS = re.compile(r"\s*[,;:&/()|–—+]\s*")
_SLOT = re.compile(r"\{(\w+)\}")
_USE = re.compile(r"\bfor (.+)$", re.IGNORECASE)


def tag(text: str, *, most_words: int = 4) -> str:
    """Return *text* as one hashtag, or empty text if no readable one can be made of it."""
    words = [w for w in map(_letters, re.split(r"[\s\-–—/]+", text)) if w][:most_words]
    joined = ""
    for word in without_weak_end(words):
        if len(joined) + len(word) > _LONGEST:
            break
        joined += capital(word)
    return f"#{joined}" if any(c.isalpha() for c in joined) else ""


def _letters(word: str) -> str:
    return "".join(c for c in word if unicodedata.category(c)[0] in "LMN")


@frozen
class Tag:
    """A hashtag, its sign included, and what it is used for."""

    text: str
    use: str


def _allowed(tags: Iterable[Tag], facts: Facts, taken: set[str], most: int) -> list[Tag]:
    """Drop empty and repeated tags, and those that spell an avoided term without its spaces."""
    kept: list[Tag] = []
    for found in tags:
        spaced = re.sub(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z\d])(?=[A-Z][a-z])", " ", found.text)
        key = found.text.casefold()
        avoided = any(map(facts.avoidance.concerns, (found.text, spaced)))
        if found.text and key not in taken and not avoided and len(kept) < most:
            taken.add(key)
            kept.append(found)
    return kept


def hashtags(facts: Facts) -> tuple[list[Tag], list[Tag], list[Tag]]:
    """
    Return the tags of the brand, of its industry and of this campaign.

    As shipped, each list has three at least and five at most, unless the client avoids their
    words; no tag is in two of them.
    """
    taken: set[str] = set()
    rules, values = facts.rules.hashtags, _values(facts)
    most, most_of_brand = rules.most.value, rules.most_of_brand.value
    return (
        _allowed(_made(rules.brand, values), facts, taken, most_of_brand),
        _allowed(_made(rules.industry, values), facts, taken, most),
        _allowed(_made(rules.campaign, values), facts, taken, most),
    )


@frozen
class _Value:
    """What fills a slot: within a tag, and in the sentence on its use."""

    tag: str
    said: str


def _made(patterns: Iterable[TagPattern], values: Mapping[str, Sequence[_Value]]) -> Iterator[Tag]:
    """Yield the tags of some patterns, one for each way to fill their slots."""
    for pattern in patterns:
        slots = tuple(dict.fromkeys(_SLOT.findall(pattern.tag + pattern.use)))
        for chosen in product(*(values[slot] for slot in slots)):
            filling = dict(zip(slots, chosen, strict=True))
            text = pattern.tag.format_map({slot: one.tag for slot, one in filling.items()})
            use = pattern.use.format_map({slot: one.said for slot, one in filling.items()})
            yield Tag(f"#{text}" if text else "", use)


def _values(f: Facts) -> dict[str, list[_Value]]:
    """Return what fills each slot; nothing where a client has none of it."""
    name = _base(f)[1:]
    month = MONTHS[f.start.month - 1]
    events = [short(f.occasion(text).name, 4) for text in f.events[:1]]
    return {
        "brand": [_Value(name, f.brand)],
        "name": [_Value(name, f.brand)],
        "field": [_Value(_bare(f.industry, 3) or name, f.industry)],
        "town": [_Value(_joined(town), town) for town in f.towns[:1]],
        "month": [_Value(month, month)],
        "part": [_Value(_bare(p), p.strip()) for p in _JOINTS.split(f.industry)],
        "product": [_Value(_bare(head, 5), head) for head in f.product_heads],
        "purpose": [_Value(_bare(use), use) for use in map(_purpose, f.products) if use],
        "line": [_Value(_bare(f.tagline), f.tagline)] if f.tagline else [],
        "message": [_Value(_bare(m), m) for m in f.messages if longest_count(m) <= 4],
        "event": [_Value(_bare(event), event) for event in events],
    }


def _purpose(text: str) -> str:
    """Return what a product is for, in two or three words; else nothing."""
    use = _USE.search(text)
    return use[1] if use and 2 <= longest_count(use[1]) <= 3 else ""


def _bare(text: str, most_words: int = 4) -> str:
    return tag(text, most_words=most_words).removeprefix("#")


def _base(facts: Facts) -> str:
    for text in (facts.brand, facts.industry, *facts.products):
        if found := tag(text, most_words=5):
            return found
    return "#OurTeam"


def _joined(text: str) -> str:
    return tag(text.partition(",")[0], most_words=2).removeprefix("#")
