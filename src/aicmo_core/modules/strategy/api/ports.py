"""The ports of strategy."""

from abc import ABC, abstractmethod

from aicmo_core.kernel.ids import BriefId, StrategyId
from aicmo_core.modules.strategy.api.dtos import (
    StrategyDocDTO,
    StrategyInputDTO,
    StrategyVersionDTO,
)


class StrategyGeneratePort(ABC):
    """Writes strategies."""

    @abstractmethod
    def generate(self, brief_id: BriefId, input_data: StrategyInputDTO) -> StrategyDocDTO:
        """
        Write and return the next version of the brief's strategy.

        Budget shares sum to exactly 100. No avoided channel is planned. The same
        brief and start give the same strategy, ids apart.

        Raises:
            NotFound: There is no such brief.
            NoChannelLeft: The brief rules out every channel.
        """


class StrategyApprovePort(ABC):
    """Approves strategies."""

    @abstractmethod
    def approve(self, strategy_id: StrategyId, approved_by: str) -> StrategyDocDTO:
        """
        Record who approved the strategy and when; return it. Approving again changes nothing.

        Raises:
            NotFound: There is no such strategy.
            InvalidValue: *approved_by* is empty.
        """


class StrategyQueryPort(ABC):
    """What strategy knows."""

    @abstractmethod
    def get_strategy(self, strategy_id: StrategyId) -> StrategyDocDTO | None:
        """Return the strategy, or None."""

    @abstractmethod
    def list_versions(self, brief_id: BriefId) -> list[StrategyVersionDTO]:
        """Return the brief's versions, the first one first; empty where there is none."""
