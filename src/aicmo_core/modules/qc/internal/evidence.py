"""What the built-in rules look at, read once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TypeAlias

from attrs import frozen

from aicmo_core.modules.production.api import SectionKind
from aicmo_core.modules.qc.api import QcFacts
from aicmo_core.modules.qc.internal.numbers import dates_of, figures, near_days, texts_of, values_of
from aicmo_core.modules.qc.internal.passages import Block, BlockKind, Passage, read_passage
from aicmo_core.modules.qc.internal.rulesets import House, RuleSet, SectionRules
from aicmo_core.modules.qc.internal.spelled import spelled
from aicmo_core.modules.qc.internal.terms import Term, fold, stands_in, term

_SAYABLE_WORDS = 10
_TELLING_WORDS = 3
"""Nobody says a name of more than ten words each time; three tell it from another."""


@frozen
class Finding:
    """
    A defect, before it is weighed.

    Attributes:
        rule: The rule's name, under which its weight is declared.
        section: Empty for the whole report.
    """

    rule: str
    section: str
    reason: str
    place: str = ""


@frozen
class Evidence:
    """
    A draft with its facts, taken apart.

    Attributes:
        facts: As rules of plugins get them.
        sets: The rule sets that apply.
        house: What holds for every report.
        sections: The text of each section, in the draft's order.
    """

    facts: QcFacts
    sets: tuple[RuleSet, ...]
    house: House
    sections: tuple[Passage, ...]

    @cached_property
    def frame(self) -> tuple[Passage, frozenset[str]]:
        """The body's text around its sections, and the ids of sections that it lacks."""
        rest, lacking, position = [], set(), 0
        body = self.facts.draft.body
        for section in self.facts.draft.sections:
            text = section.body.strip()
            at = body.find(text, position)
            if at < 0:
                lacking.add(section.section_id)
                continue
            rest.append(body[position:at])
            position = at + len(text)
        rest.append(body[position:])
        return read_passage("", "\n\n".join(rest)), frozenset(lacking)

    @cached_property
    def report(self) -> tuple[Passage, ...]:
        """Everything in the report once: its sections, and its text around them."""
        return (*self.sections, self.frame[0])

    @cached_property
    def everything(self) -> tuple[Passage, ...]:
        """Whatever may reach the client: the report, section titles, calendar, budget."""
        draft = self.facts.draft
        titles = tuple(
            Passage(s.section_id, (Block(BlockKind.HEADING, 0, s.title, "title"),))
            for s in draft.sections
        )
        entries = tuple(
            Block(BlockKind.CELL, 0, text, f"calendar, {entry.day.isoformat()}")
            for entry in draft.calendar
            for text in (
                entry.channel,
                entry.bucket,
                entry.format,
                entry.hook,
                entry.call_to_action,
            )
        )
        lines = tuple(Block(BlockKind.CELL, 0, b.channel, "budget") for b in draft.budget)
        return (*self.report, *titles, Passage(self.calendar_id, entries), Passage("", lines))

    @cached_property
    def all_words(self) -> str:
        """The folded text of everything, a line for each block."""
        return "\n".join(passage.folded for passage in self.everything)

    @cached_property
    def calendar_id(self) -> str:
        """The id of the section that shows the calendar; empty if there is none."""
        ids = (s.section_id for s in self.facts.draft.sections if SectionKind.CALENDAR in s.kinds)
        return next(ids, "")

    @cached_property
    def brand(self) -> Term | None:
        """
        The brand's name; None where it has no visible character.

        One of more than ten words is also called by its first three.
        """
        words = self.facts.draft.brand_name.split()
        name = " ".join(words[:_TELLING_WORDS] if len(words) > _SAYABLE_WORDS else words)
        return term(name) if fold(name) else None

    @cached_property
    def client_words(self) -> str:
        """What the client said, folded, a line for each text: it may be quoted."""
        texts = [*texts_of(self.facts.brief), self.facts.draft.brand_name]
        return "\n".join(map(fold, texts))

    @cached_property
    def stated_words(self) -> str:
        """What client and strategy said, folded, a line for each text."""
        return "\n".join((self.client_words, *map(fold, texts_of(self.facts.strategy))))

    @cached_property
    def known_currencies(self) -> frozenset[str]:
        """The currencies in which client or strategy named money, in lower case."""
        named = {f.unit for f in figures(self.stated_words) if f.is_money}
        strategy = self.facts.strategy
        if strategy and strategy.budget_total:
            named.add(strategy.budget_total.currency.lower())
        return frozenset(named | {fold(k.unit) for k in (strategy.kpis if strategy else ())})

    @cached_property
    def known_values(self) -> frozenset[Decimal]:
        """Every number that client or strategy stated."""
        stated = (self.facts.brief, self.facts.strategy, self.facts.draft.brand_name)
        return frozenset(value for fact in stated for value in values_of(fact))

    @cached_property
    def spelled_values(self) -> frozenset[Decimal]:
        """Every number in words that client or strategy stated with its unit."""
        return frozenset(figure.value for figure in spelled(self.stated_words))

    @cached_property
    def client_figures(self) -> frozenset[tuple[Decimal, str]]:
        """Every number with its unit that the client named."""
        found = (f for line in self.client_words.split("\n") for f in figures(line))
        return frozenset((figure.value, figure.unit) for figure in found)

    @cached_property
    def known_dates(self) -> frozenset[date]:
        """Every date that client or strategy stated."""
        draft = self.facts.draft
        stated = (self.facts.brief, self.facts.strategy, draft.created_at)
        return frozenset(day for fact in stated for day in dates_of(fact))

    @cached_property
    def known_days(self) -> frozenset[tuple[int, int]]:
        """Month and day of every date that client or strategy stated, with a year or without."""
        stated = (*texts_of(self.facts.brief), *texts_of(self.facts.strategy))
        named = {(near.month, near.day) for text in stated for near in near_days(fold(text))}
        return frozenset(named | {(day.month, day.day) for day in self.known_dates})

    def outside_brand(self, unwanted: Term, folded: str) -> Iterator[tuple[int, int]]:
        """Return where a term stands; a brand that holds it is still called by its name."""
        brand = list(self.brand.spans(folded)) if self.brand else []
        for start, end in unwanted.spans(folded):
            if not any(begin <= start and end <= stop for begin, stop in brand):
                yield start, end

    def is_quoted(self, folded: str) -> bool:
        """Return whether these words are the client's own."""
        return stands_in(folded.strip(), self.client_words)

    def rules_for(self, section_id: str) -> tuple[SectionRules, ...]:
        """Return the rules of a section: of each set that names it, else the default ones."""
        named = tuple(s.sections[section_id] for s in self.sets if section_id in s.sections)
        return named or (self.house.default_section,)

    def beside_required(
        self, passage: Passage, spans: Iterable[tuple[int, int]]
    ) -> Iterator[tuple[int, int]]:
        """
        Leave out the places in headings that the section's own rules require.

        An order that forbids "activation" and a rule that requires the heading "Activation
        Strategy" cannot both be met: the heading is the agency's, and stays.
        """
        rules = self.rules_for(passage.section_id)
        required = [fold(heading) for r in rules for heading in r.required_headings]
        for start, end in spans:
            block = passage.block_at(start)
            heads = block.kind in (BlockKind.HEADING, BlockKind.COLUMN)
            if not (heads and any(heading in block.folded for heading in required)):
                yield start, end

    def ruled_sections(self) -> Iterator[tuple[Passage, SectionRules]]:
        """Return each section with each of its rules; empty sections are left to another rule."""
        for passage in self.sections:
            if passage.blocks:
                for rules in self.rules_for(passage.section_id):
                    yield passage, rules


Rule: TypeAlias = Callable[[Evidence], Iterable[Finding]]


def gather(facts: QcFacts, sets: tuple[RuleSet, ...], house: House) -> Evidence:
    """Return the evidence of a draft."""
    sections = tuple(read_passage(s.section_id, s.body) for s in facts.draft.sections)
    return Evidence(facts, sets, house, sections)


def excerpt(block: Block, start: int, length: int) -> str:
    """Return the place of some words of a block's folded text, with words around them."""
    begin, end = max(0, start - 25), start + length + 25
    text = block.folded[begin:end].strip()
    before, after = "…" if begin else "", "…" if end < len(block.folded) else ""
    return f"{block.place}: “{before}{text[:120]}{after}”"


def first_place(passage: Passage, spans: Iterable[tuple[int, int]]) -> tuple[int, str]:
    """Return how many spans there are, and the place of the first."""
    found = list(spans)
    if not found:
        return 0, ""
    start, end = found[0]
    block = passage.block_at(start)
    at = start - passage.folded.rfind("\n", 0, start) - 1
    return len(found), excerpt(block, at, end - start)
