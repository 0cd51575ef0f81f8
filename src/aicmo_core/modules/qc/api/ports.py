"""The ports of quality control."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from aicmo_core.kernel.ids import DraftId
from aicmo_core.modules.qc.api.dtos import AcceptanceDTO, QcInputDTO, QcResultDTO


class QcEvaluatePort(ABC):
    """Checks drafts. Code decides, never a model's word."""

    @abstractmethod
    def evaluate(self, input_data: QcInputDTO) -> QcResultDTO:
        """
        Apply every rule to the draft; store and return the result, over an earlier one.

        Raises:
            NotFound: There is no such draft.
            UnknownName: A rule set that does not exist.
        """

    @abstractmethod
    def read_acceptance(self, acceptance: Mapping[str, Any]) -> AcceptanceDTO:
        """
        Return an acceptance block in its typed form; nothing is written.

        Keys are `required_terms`, `forbidden_terms`, `min_brand_mentions`,
        `min_sections`, `min_calendar_days` and `must_have_KIND`; `expect` and `about`
        are notes and are left out.

        Raises:
            InvalidValue: An unknown key or kind (all kinds are listed), or a value of
                the wrong type, each with its path.
        """


class QcQueryPort(ABC):
    """What quality control knows."""

    @abstractmethod
    def get_result(self, draft_id: DraftId) -> QcResultDTO | None:
        """Return the draft's latest result, or None."""
