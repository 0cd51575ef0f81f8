"""What happens in strategy."""

from attrs import frozen

from aicmo_core.kernel.event import Event
from aicmo_core.kernel.ids import BriefId, StrategyId


@frozen
class StrategyGenerated(Event):
    """A version of a brief's strategy was written."""

    strategy_id: StrategyId
    brief_id: BriefId
    version: int


@frozen
class StrategyApproved(Event):
    """Somebody approved a strategy."""

    strategy_id: StrategyId
    brief_id: BriefId
    approved_by: str
