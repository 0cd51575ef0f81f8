"""What strategy stores."""

from aicmo_core.modules.strategy.api.dtos import StrategyDocDTO
from aicmo_core.storage import Collection

STRATEGIES = Collection(
    "strategy_documents",
    StrategyDocDTO,
    key="strategy_id",
    unique=(("brief_id", "version"),),
    indexes=("brief_id", "client_id"),
    children={"assignments": "tactic_assignments"},
    # The version is counted up from what was read: two at once means that one read too early.
    optimistic=(("brief_id", "version"),),
    subject="client_id",
)
