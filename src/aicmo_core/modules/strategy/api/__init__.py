"""The boundary of strategy."""

from aicmo_core.modules.strategy.api.dtos import (
    DEFAULT_SOURCE,
    ChannelPlanDTO,
    KpiDTO,
    MilestoneDTO,
    StrategyDocDTO,
    StrategyInputDTO,
    StrategyVersionDTO,
    TacticAssignmentDTO,
    TimelineDTO,
)
from aicmo_core.modules.strategy.api.errors import NoChannelLeft
from aicmo_core.modules.strategy.api.events import StrategyApproved, StrategyGenerated
from aicmo_core.modules.strategy.api.ports import (
    StrategyApprovePort,
    StrategyGeneratePort,
    StrategyQueryPort,
)

CONTRACT_VERSION = "1.1.0"

__all__ = [
    "CONTRACT_VERSION",
    "DEFAULT_SOURCE",
    "ChannelPlanDTO",
    "KpiDTO",
    "MilestoneDTO",
    "NoChannelLeft",
    "StrategyApprovePort",
    "StrategyApproved",
    "StrategyDocDTO",
    "StrategyGeneratePort",
    "StrategyGenerated",
    "StrategyInputDTO",
    "StrategyQueryPort",
    "StrategyVersionDTO",
    "TacticAssignmentDTO",
    "TimelineDTO",
]
