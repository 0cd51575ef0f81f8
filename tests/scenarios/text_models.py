"""Models for scenarios: one that rewords, and what it was asked."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from decimal import Decimal

from aicmo_core.hooks import TextAnswer, TextProvider, TextRequest
from aicmo_core.kernel import Money
from aicmo_core.providers.text_prompt import messages

CENT = Money(Decimal("0.01"), "USD")
Writer = Callable[[dict[str, str | list[str]]], str]
"""Makes an answer of the blocks that were received."""


def blocks(data: str) -> dict[str, str | list[str]]:
    """Return what stands in the blocks of a user's message."""
    found = re.findall(r'^<data name="(\w+)">(.*)</data>$', data, re.MULTILINE)
    return {name: json.loads(text) for name, text in found}


def reword(received: dict[str, str | list[str]]) -> str:
    """Answer as a good model does: other words, and nothing else."""
    return json.dumps({"passages": [f"Note: {passage}" for passage in received["passages"]]})


class CountingModel(TextProvider):
    """
    A model outside of all processes, which counts what it is asked. A call costs a cent.

    Attributes:
        keys: The key of every call, in order: each was paid.
    """

    def __init__(self, write: Writer = reword) -> None:
        self.keys: list[str] = []
        self.systems: set[str] = set()
        self._write = write
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return "counting"

    def most_cost(self, request: TextRequest) -> Money:
        return CENT

    def write(self, request: TextRequest) -> TextAnswer:
        system, data = messages(request)
        with self._lock:
            self.keys.append(request.key)
            self.systems.add(system)
        return TextAnswer(self._write(blocks(data)), CENT, 100, 50)
