"""Sentences of the house: what an agency says where a writer would say it in other words."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from aicmo_core.kernel import Problem
from aicmo_core.kernel.reasons import known_name
from aicmo_core.kernel.rules import Reader, RuleSet, shipped
from aicmo_core.modules.production.internal.templates import list_problems

SLOTS = (
    *("brand", "thing", "product", "readers", "offer"),
    *("act", "event", "events", "won", "again", "use"),
)


@frozen
class Sentences:
    """
    What writers of sections choose from, in an agency's own words.

    `{brand}`, `{thing}` and `{product}` (what is sold, in few words and in more), `{readers}` (the
    audience) and `{offer}` (the product, once it was named) stand for the client's own words;
    `{act}`, `{event}`, `{events}`, `{won}`, `{again}` and `{use}` for those of its pursuit, as
    `production.funnel` has them.

    Attributes:
        texts: By section and place in it; where there is none, the writer's own words are said.
    """

    texts: dict[str, tuple[str, ...]]


def _sentences(rules: Sentences, _: Reader) -> Iterator[Problem]:
    """Yield sentences for which no writer asks, and such that cannot be said."""
    known = shipped(SENTENCES).rules.texts
    for name, texts in rules.texts.items():
        path = f"$.texts[{name!r}]"
        yield from known_name(path, "place of a section", name, known)
        if texts:
            yield from list_problems(path, texts, SLOTS)


SENTENCES = RuleSet(
    "production.sentences", Sentences, __package__, "data/sentences.json", _sentences
)
