"""A text that is not shown."""

from __future__ import annotations

import hmac
from typing import Any, Never, final

from aicmo_core.kernel.errors import InvalidValue, Problem

SHOWN = "***"


@final
class Secret:
    """
    A password, key or token, kept from being printed, logged or stored by mistake.

    Wherever it ends up as text, `***` stands for it; only `reveal` gives the text, so
    that a search for that word finds every use. It cannot be a field of what is stored,
    an input, a result or an event, and it cannot be pickled. It compares in constant time
    with other secrets and has no hash, since a dict would not compare so.

    What is hidden is the printed form. It is no protection from code in this process.

    Args:
        text: What is kept secret. Not empty: an unset variable is no password.

    Raises:
        InvalidValue: *text* is no text, or empty.
    """

    __slots__ = ("_text",)
    _text: str
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, text: str) -> None:
        if type(text) is not str or not text:
            found = "an empty one" if text == "" else type(text).__name__
            raise InvalidValue("a secret", (Problem("$", f"expected a text, found {found}"),))
        object.__setattr__(self, "_text", text)

    def reveal(self) -> str:
        """Return the text, for the call that needs it and nothing else."""
        return self._text

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        mine, theirs = (s._text.encode("utf-8", "surrogatepass") for s in (self, other))
        return hmac.compare_digest(mine, theirs)

    def __repr__(self) -> str:
        return f"Secret({SHOWN})"

    def __str__(self) -> str:
        return SHOWN

    def __format__(self, spec: str) -> str:
        return SHOWN  # whatever the width: a cut or padded text would tell a length

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, _: Any) -> Secret:
        return self

    def __setattr__(self, name: str, value: object) -> Never:
        raise AttributeError("a Secret does not change; make another")

    def __reduce_ex__(self, _: object) -> Never:
        raise TypeError("a Secret is not pickled: it would be readable where that is kept")
