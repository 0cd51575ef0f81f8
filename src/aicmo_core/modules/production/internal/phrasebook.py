"""The phrasebook: what sections say where their writers pick from a list."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import attrs
from attrs import frozen

from aicmo_core.kernel import Problem
from aicmo_core.kernel.reasons import hint
from aicmo_core.modules.production.internal.banks import LABELLED, TEXTS, Bank
from aicmo_core.modules.production.internal.templates import (
    key_problems,
    list_problems,
    phrase_problems,
)

_WHOM = ("brand", "thing", "readers")
TERRITORIES = ("across_the_table", "ordinary_day", "behind_the_work", "afterwards")


@frozen
class Labelled:
    """A phrase, and the label that stands before it."""

    label: str
    text: str


@frozen
class Voice:
    """
    What a word for a client's voice asks of whoever writes for it.

    Attributes:
        words: Words that ask for the same, in lower case.
        means: What they ask for, without a full stop.
    """

    words: tuple[str, ...]
    means: str


@frozen
class Territory:
    """
    A world of pictures and sentences. `{brand}`, `{thing}` and `{readers}` may stand in it.

    Attributes:
        name: What it is called.
        sights: What is seen in it; one of them is told.
        lines: Sentences that could only stand there; one of them is told.
        limit: What it must not become.
    """

    name: str
    sights: tuple[str, ...]
    lines: tuple[str, ...]
    limit: str


@frozen
class Phrasebook:
    """
    What sections say where their writers pick from a list.

    A list is named by its section, its use, and where it depends on something, by that:
    `channel_plan.roles.mail`. Slots such as `{brand}` stand for the client's own words; an
    unknown one is refused with those that the list may have.

    Attributes:
        texts: Phrases, by the name of their list.
        labelled: Phrases with labels, by the name of their list.
        voices: What a word for the voice asks of a writer.
        territories: The worlds that a campaign can be told in.
    """

    texts: dict[str, tuple[str, ...]]
    labelled: dict[str, tuple[Labelled, ...]]
    voices: dict[str, Voice]
    territories: dict[str, Territory]

    def said(self, bank: str, /, **slots: str) -> tuple[str, ...]:
        """Return the phrases of a list, their slots filled."""
        return tuple(text.format_map(slots) for text in self.texts[bank])

    def one(self, bank: str, /, **slots: str) -> str:
        """Return the phrase of a list that has one."""
        return self.said(bank, **slots)[0]

    def pairs(self, bank: str, /, **slots: str) -> tuple[tuple[str, str], ...]:
        """Return the labels and phrases of a list, their slots filled."""
        return tuple((one.label, one.text.format_map(slots)) for one in self.labelled[bank])


def phrasebook_problems(rules: Phrasebook) -> Iterator[Problem]:
    """Yield lists that are missing or that nobody asks for, and phrases that cannot be said."""
    for name, bank in _known(rules.texts, TEXTS):
        yield from list_problems(f"$.texts[{name!r}]", rules.texts[name], bank.slots, least=0)
    for name, bank in _known(rules.labelled, LABELLED):
        for n, pair in enumerate(rules.labelled[name]):
            path = f"$.labelled[{name!r}][{n}]"
            yield from phrase_problems(f"{path}.label", pair.label, ())
            yield from phrase_problems(f"{path}.text", pair.text, bank.slots)
    yield from _bank_problems("$.texts", rules.texts, TEXTS)
    yield from _bank_problems("$.labelled", rules.labelled, LABELLED)
    for name, voice in rules.voices.items():
        yield from list_problems(f"$.voices[{name!r}].words", voice.words)
        yield from phrase_problems(f"$.voices[{name!r}].means", voice.means, ())
    yield from key_problems("$.territories", "territory", rules.territories, TERRITORIES)
    for name, territory in rules.territories.items():
        yield from _all_said(f"$.territories[{name!r}]", territory, _WHOM)


def _known(found: Mapping[str, Any], asked: Mapping[str, Bank]) -> Iterator[tuple[str, Bank]]:
    return ((name, asked[name]) for name in found if name in asked)


def _bank_problems(
    path: str, found: Mapping[str, Collection[Any]], asked: Mapping[str, Bank]
) -> Iterator[Problem]:
    """Yield a problem for a list that is missing, that nobody asks for, or too short or long."""
    for name in found.keys() - asked.keys():
        yield Problem(f"{path}[{name!r}]", f"no writer asks for {name!r}{hint(name, asked)}")
    for name, bank in asked.items():
        number = len(found.get(name, ()))
        if not bank.least <= number <= bank.most:
            yield Problem(f"{path}[{name!r}]", f"expected phrases: {bank.span}, found {number}")


def _all_said(path: str, said: Any, slots: Sequence[str]) -> Iterator[Problem]:
    """Yield what is wrong with the texts of one entry, single ones and lists."""
    for one in attrs.fields(type(said)):
        value = getattr(said, one.name)
        if isinstance(value, str):
            yield from phrase_problems(f"{path}.{one.name}", value, slots)
        else:
            yield from list_problems(f"{path}.{one.name}", value, slots)
