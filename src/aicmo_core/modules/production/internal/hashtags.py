"""Hashtags: tags made of a client's own names and trade, in any script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from attrs import frozen

from aicmo_core.modules.production.internal.facts import Facts
from aicmo_core.modules.production.internal.figures import MONTHS
from aicmo_core.modules.production.internal.occasions import occasion
from aicmo_core.modules.production.internal.wording import (
    capital,
    longest_count,
    short,
    without_weak_end,
)

_LONGEST = 32
_JOINTS = re.compile(r"\s*[,;:&/()|–—+]\s*")
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

    Each list has three at least and five at most, unless the client avoids their words;
    no tag is in two of them.
    """
    taken: set[str] = set()
    base = _base(facts)
    return (
        _allowed(_brand_tags(facts, base), facts, taken, 4),
        _allowed(_industry_tags(facts, base), facts, taken, 5),
        _allowed(_campaign_tags(facts, base), facts, taken, 5),
    )


def _brand_tags(f: Facts, base: str) -> Iterator[Tag]:
    name = base[1:]
    yield Tag(base, f"the signature of {f.brand} under each post")
    for town in f.towns[:1]:
        yield Tag(f"{base}{_joined(town)}", f"for what {f.brand} does in {town}")
    yield Tag(f"#My{name}", f"for what customers of {f.brand} show themselves")
    yield Tag(f"{base}Moments", f"for scenes from a working day at {f.brand}")
    yield Tag(f"{base}People", f"for the faces behind {f.brand}")
    yield Tag(f"#At{name}", f"for visits to {f.brand}")


def _industry_tags(f: Facts, base: str) -> Iterator[Tag]:
    for part in _JOINTS.split(f.industry):
        yield Tag(tag(part), f"the common tag for {part.strip()}")
    for head in f.product_heads:
        yield Tag(tag(head, most_words=5), f"for entries on {head}")
    for text in f.products:
        use = _USE.search(text)
        if use and 2 <= longest_count(use[1]) <= 3:
            yield Tag(tag(use[1]), f"for questions about {use[1]}")
    field = (tag(f.industry, most_words=3) or base)[1:]
    for town in f.towns[:1]:
        yield Tag(f"#{field}{_joined(town)}", f"for readers near {town}")
    yield Tag(f"#{field}Tips", f"for advice by {f.brand} that can be used at once")
    yield Tag(f"#{field}Guide", f"for longer explanations by {f.brand}")
    yield Tag(f"#{field}Daily", f"for small news from the trade of {f.brand}")
    yield Tag(f"#{field}Talk", f"for questions that {f.brand} puts to its readers")


def _campaign_tags(f: Facts, base: str) -> Iterator[Tag]:
    name = base[1:]
    if f.tagline:
        yield Tag(tag(f.tagline), f"for entries that carry the line of {f.brand}")
    for message in f.messages:
        if longest_count(message) <= 4:
            yield Tag(tag(message), f"wherever {f.brand} says “{message}”")
    for text in f.events[:1]:
        event = short(occasion(text, f.start).name, 4)
        yield Tag(tag(event), f"around this date of {f.brand}: {event}")
    month = MONTHS[f.start.month - 1]
    yield Tag(f"#{name}{month}", f"for everything that {f.brand} begins in {month}")
    yield Tag(f"#Ask{name}", f"for questions to {f.brand} and their answers")
    yield Tag(f"#{name}In30Days", f"only for the 30 days of {f.brand} in this plan")
    yield Tag(f"#{name}Together", f"for what {f.brand} makes with its readers")
    yield Tag(f"#Meet{name}", f"for invitations by {f.brand}")


def _base(facts: Facts) -> str:
    for text in (facts.brand, facts.industry, *facts.products):
        if found := tag(text, most_words=5):
            return found
    return "#OurTeam"


def _joined(text: str) -> str:
    return tag(text.partition(",")[0], most_words=2).removeprefix("#")
