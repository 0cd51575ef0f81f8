"""Tactics: what the strategy plans on a channel, as whole sentences that fit where they stand."""

from __future__ import annotations

from aicmo_core.modules.production.internal.wording import inline, longest_count
from aicmo_core.modules.strategy.api import ChannelPlanDTO

_LONGEST = 60


def tactics(plan: ChannelPlanDTO, most_words: int) -> list[str]:
    """
    Return a channel's planned tactics, the most fitting first, without their full stops.

    One that was shortened already, or that is longer than *most_words*, is left out: half
    a tactic cannot be carried out.
    """
    said = [inline(text, _LONGEST) for text in plan.tactics if "…" not in text]
    return [text for text in said if text and longest_count(text) <= most_words]
