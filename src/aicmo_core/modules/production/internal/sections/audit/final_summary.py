"""The final summary of an audit is that of a campaign."""

from aicmo_core.modules.production.internal.sections.campaign.final_summary import write

__all__ = ["write"]
