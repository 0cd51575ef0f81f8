"""The ports of production."""

from abc import ABC, abstractmethod

from aicmo_core.kernel.ids import DraftId, StrategyId
from aicmo_core.modules.production.api.dtos import ContentDraftDTO, DraftBundleDTO, PackDTO


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


class AssetAssemblePort(ABC):
    """Turns drafts into files."""

    @abstractmethod
    def assemble_bundle(self, draft_id: DraftId) -> DraftBundleDTO:
        """
        Write the draft's files to the run's artifacts; store and return the bundle.

        The files are `report.md`, `calendar.csv`, `calendar.ics` and `budget.svg`, each
        complete before it is referenced.

        Raises:
            NotFound: There is no such draft.
            ArtifactUnavailable: A file could not be written.
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
    def get_pack(self, name: str) -> PackDTO:
        """
        Return a pack.

        Raises:
            UnknownName: There is none of this name.
        """

    @abstractmethod
    def list_packs(self) -> list[PackDTO]:
        """Return all packs by name."""
