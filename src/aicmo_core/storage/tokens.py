"""Version tokens: drawn once, and never given to another content."""

from __future__ import annotations

import os
import secrets
from itertools import count

from aicmo_core.storage.rows import Token


class _Tokens:
    """What one process draws: chance tells it from all others, a count tells its tokens apart."""

    def __init__(self) -> None:
        self._prefix = secrets.token_hex(12)
        self._numbers = count(1)  # whose steps no other thread divides

    def new(self) -> Token:
        return f"{self._prefix}{next(self._numbers):x}"


_tokens = _Tokens()


def new_token() -> Token:
    """Return a token that no row has, nor ever had."""
    return _tokens.new()


def _begin_anew() -> None:
    """Leave to the parent what a fork copied."""
    global _tokens
    _tokens = _Tokens()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
