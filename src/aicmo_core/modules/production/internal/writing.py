"""Writing: what a section writer is given, and where its function is found."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from importlib import import_module
from importlib.util import find_spec
from typing import TypeAlias

from attrs import frozen

from aicmo_core.kernel import UnknownName
from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api import CalendarEntryDTO, SectionWriterPort
from aicmo_core.modules.production.internal.facts import Facts
from aicmo_core.modules.production.internal.funnel import offer, pursuit
from aicmo_core.modules.production.internal.naming import PageNaming
from aicmo_core.modules.production.internal.page import Page
from aicmo_core.modules.production.internal.phrasing import Phrasing
from aicmo_core.modules.strategy.api import StrategyDocDTO


@frozen
class Context:
    """
    What the sections of one report share.

    Attributes:
        facts: What brief and strategy say, ready to stand in sentences.
        calendar: The planned posts.
        section_id: The section that is being written.
    """

    facts: Facts
    calendar: tuple[CalendarEntryDTO, ...]
    section_id: str

    @property
    def phrasing(self) -> Phrasing:
        """This client's choices among the phrases of this section."""
        return phrasing(self.facts, self.section_id)

    @property
    def audience(self) -> Phrasing:
        """This client's order of what is said of those who buy, the same in all sections."""
        return phrasing(self.facts, "audience")

    def page(
        self,
        minimum: int,
        maximum: int,
        *unsaid: str,
        least_bullets: int = 0,
        most_bullets: int = 99,
    ) -> Page:
        """
        Return an empty page.

        Args:
            minimum: Words that it has at least.
            maximum: Words above which nothing optional is taken.
            unsaid: Text that this section must not hold, even within a word.
            least_bullets: Below which optional bullets are taken whatever the length.
            most_bullets: Above which no optional bullet is taken.
        """
        avoidance = self.facts.avoidance.also(*unsaid) if unsaid else self.facts.avoidance
        naming = PageNaming(self.facts.naming)
        return Page(minimum, maximum, avoidance, least_bullets, most_bullets, naming)


Writer: TypeAlias = Callable[[NormalizedBriefDTO, StrategyDocDTO, Context], str]
"""A pure function that returns a section's Markdown, its headings from level 3."""


class NoOtherWriters(SectionWriterPort):
    """Leaves every section to the functions of this package."""

    @property
    def section_ids(self) -> Set[str]:
        return frozenset()

    def write_section(
        self,
        section_id: str,
        brief: NormalizedBriefDTO,
        strategy: StrategyDocDTO,
        calendar: Sequence[CalendarEntryDTO],
    ) -> str:
        raise UnknownName("section", section_id, ())


_SECTION_ID = re.compile(r"[a-z0-9_]+")


def phrasing(facts: Facts, section_id: str) -> Phrasing:
    """Return the choices of this client for one section: its name and trade decide them."""
    seed = f"{facts.brand}\x1f{facts.industry}\x1f{section_id}"
    return Phrasing(seed, facts.avoidance, lambda slot: _own(facts, f"{section_id}.{slot}"))


def _own(facts: Facts, name: str) -> tuple[str, ...]:
    """Return what the agency says at a place of a section, in this client's words."""
    texts = facts.rules.sentences.texts.get(name, ())
    if not texts:
        return ()
    want = pursuit(facts)
    said = {slot: getattr(want, slot) for slot in ("act", "event", "events", "won", "again", "use")}
    said |= {"brand": facts.brand, "thing": facts.thing, "product": facts.product}
    said |= {"readers": facts.readers, "offer": offer(facts)}
    return tuple(text.format_map(said) for text in texts)


def find_writer(section_id: str, others: SectionWriterPort, form: str = "") -> Writer | None:
    """
    Return the writer of a section, or None where there is none.

    The *others* come first. Else the writer of section `overview` is `write` in the module
    `sections.overview`, or in `sections.campaign.overview` where the form is `campaign` and has
    one; an id that begins with a digit has an underscore before it there.
    """
    if not _SECTION_ID.fullmatch(section_id):
        return None
    if section_id in others.section_ids:
        return lambda brief, strategy, context: others.write_section(
            section_id, brief, strategy, context.calendar
        )
    stem = f"_{section_id}" if section_id[0].isdigit() else section_id
    folders = [f"{__package__}.sections"]
    if form:
        folders.insert(0, f"{__package__}.sections.{form}")
    for folder in folders:
        if find_spec(f"{folder}.{stem}") is not None:
            module = import_module(f"{folder}.{stem}")
            writer: Writer | None = getattr(module, "write", None)
            return writer
    return None
