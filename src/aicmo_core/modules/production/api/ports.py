"""The ports of production."""

from abc import ABC, abstractmethod
from collections.abc import Sequence, Set

from aicmo_core.documents.charts import Chart
from aicmo_core.kernel.ids import DraftId, StrategyId
from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.dtos import (
    CalendarEntryDTO,
    ContentDraftDTO,
    DraftBundleDTO,
    PackDTO,
    RewordingDTO,
    RewordingProgressDTO,
    SectionGuidanceDTO,
    TextTerms,
)
from aicmo_core.modules.strategy.api import StrategyDocDTO


class DraftGeneratePort(ABC):
    """Writes drafts."""

    @abstractmethod
    def generate_draft(self, strategy_id: StrategyId) -> ContentDraftDTO:
        """
        Write every section of the brief's pack; store and return the draft.

        The same strategy and brief give the same text.

        Raises:
            NotFound: There is no such strategy, or its brief is gone.
            UnknownName: The brief's pack does not exist.
            PackUnavailable: No installed writer writes one of its sections.
        """


class SectionWriterPort(ABC):
    """
    Writes sections that production does not write, or writes them in its place.

    Production's own adapter writes none, and gives way: its sections are written by functions of
    its own. A plugin provides another with the hook `aicmo_providers`, or a host with
    `open_app(providers=…)`. Which packs hold a section, and its title, is said by the rule set
    `production.packs`.
    """

    @property
    @abstractmethod
    def section_ids(self) -> Set[str]:
        """The sections that it writes, whichever pack lists them."""

    @abstractmethod
    def write_section(
        self,
        section_id: str,
        brief: NormalizedBriefDTO,
        strategy: StrategyDocDTO,
        calendar: Sequence[CalendarEntryDTO],
    ) -> str:
        """
        Return one of these sections as Markdown, its headings from level 3.

        The same arguments give the same text. A client's words in it have gone through
        `escape`, so that they stay text.

        Args:
            section_id: One of `section_ids`.
            calendar: The posts that the whole report plans, by day.
        """


class AssetAssemblePort(ABC):
    """Turns drafts into files."""

    @abstractmethod
    def assemble_bundle(self, draft_id: DraftId) -> DraftBundleDTO:
        """
        Write the draft's files to the run's artifacts; store and return the bundle.

        The files are `report.md`, `calendar.csv`, `calendar.ics`, and a drawing of each of
        its charts, `budget.svg` among them; each is complete before it is referenced.

        Raises:
            NotFound: There is no such draft.
            ArtifactUnavailable: A file could not be written.
        """


class SectionRewordPort(ABC):
    """
    Rewords a draft with a model, one call at a time, so that each is paid once.

    A model gets the plain sentences of a section, never its structure, tables, calendar or
    figures, and gives one back for each. What it gives is checked, escaped, and put in their
    places.
    """

    @abstractmethod
    def reword_next(
        self, draft_id: DraftId, terms: TextTerms, key: str, attempt: int = 1
    ) -> RewordingProgressDTO:
        """
        Ask for the next section that has no usable answer yet; store and return what came.

        At most one call is made. Commit what it stores before the next: that is never asked
        for again. With *fallback*, a provider that gives no answer is not asked for more.

        Args:
            key: Names the call, the same if it is repeated.
            attempt: The number of this attempt, from 1. Those before are taken for paid.

        Raises:
            NotFound: There is no such draft.
            TextUnavailable: There was no answer, and no *fallback*.
            TextRefused: The provider refuses, and there is no *fallback*.
            InvalidValue: The ceiling and the provider's price are in different currencies.
        """

    @abstractmethod
    def apply_rewordings(self, draft_id: DraftId, terms: TextTerms) -> ContentDraftDTO:
        """
        Put the usable answers in place of the draft's own words; store and return the draft.

        Its metadata says under `text` which sections were reworded, by whom, and what it cost.

        Raises:
            NotFound: There is no such draft.
            TextNotWritten: A section has no usable answer, and there is no *fallback*.
        """

    @abstractmethod
    def withdraw_rewordings(self, draft: ContentDraftDTO) -> ContentDraftDTO:
        """
        Give the stored draft its own words again, those of *draft*; store and return it.

        Its metadata says so under `text`.

        Raises:
            NotFound: There is no such draft.
        """

    @abstractmethod
    def list_rewordings(self, draft_id: DraftId) -> list[RewordingDTO]:
        """Return the calls that were made for a draft, by section and ask."""


class SectionRewritePort(ABC):
    """
    Writes sections of a reworded draft a second time, because something was found in them.

    The model is told what was found, and asked once for each section, one call at a time.
    """

    @abstractmethod
    def rewrite_next(
        self,
        draft: ContentDraftDTO,
        guidance: Sequence[SectionGuidanceDTO],
        terms: TextTerms,
        key: str,
        attempt: int = 1,
    ) -> RewordingProgressDTO:
        """
        Ask for the next of these sections; store and return what came.

        At most one call is made, and each section is asked for once. Commit what it stores
        before the next: that is never asked for again. A section that has its own words is
        left out: no model wrote it. The ceiling is for both writings together, and where the
        first was stopped, nobody is asked for a second.

        Args:
            draft: In its own words, as its writers wrote it.
            key: Names the call, the same if it is repeated.
            attempt: The number of this attempt, from 1. Those before are taken for paid.

        Raises:
            TextUnavailable: There was no answer, and no *fallback*.
            TextRefused: The provider refuses, and there is no *fallback*.
            InvalidValue: The ceiling and the provider's price are in different currencies.
        """

    @abstractmethod
    def apply_rewrites(
        self, draft: ContentDraftDTO, guidance: Sequence[SectionGuidanceDTO], terms: TextTerms
    ) -> ContentDraftDTO:
        """
        Put the second words of these sections in place; store and return the draft.

        One without usable second words gets its own again, those of *draft*. Other sections
        stay as they are stored. Its metadata says under `text` which were written twice.

        Raises:
            NotFound: There is no such draft.
            TextNotWritten: A section has no usable second answer, and there is no *fallback*.
        """


class ProductionQueryPort(ABC):
    """What production knows."""

    @abstractmethod
    def get_draft(self, draft_id: DraftId) -> ContentDraftDTO | None:
        """Return the draft, or None."""

    @abstractmethod
    def get_bundle(self, draft_id: DraftId) -> DraftBundleDTO | None:
        """Return the draft's newest bundle, or None."""

    @abstractmethod
    def get_charts(self, draft_id: DraftId) -> tuple[Chart, ...]:
        """
        Return what can be drawn of a draft, in the order of a report.

        `targets` and `timeline` follow from its brief and strategy, while those are there;
        without a line to show they are left out. `budget` is always there.

        Raises:
            NotFound: There is no such draft.
        """

    @abstractmethod
    def get_pack(self, name: str) -> PackDTO:
        """
        Return a pack.

        Raises:
            UnknownName: There is none of this name.
        """

    @abstractmethod
    def list_packs(self) -> list[PackDTO]:
        """Return all packs by name."""
