"""Text without a model: the caller's own."""

from __future__ import annotations

from decimal import Decimal

from aicmo_core.hooks import TextAnswer, TextProvider, TextRequest
from aicmo_core.kernel.money import Money

FREE = Money(Decimal(0), "XXX")
"""Nothing, in no currency: XXX is what ISO 4217 has for that."""


class OwnWords(TextProvider):
    """Answers what the caller would say without a model, at no cost and without a network."""

    @property
    def name(self) -> str:
        return "own words"

    def most_cost(self, request: TextRequest) -> Money:
        return FREE

    def write(self, request: TextRequest) -> TextAnswer:
        return TextAnswer(request.offline, FREE)
