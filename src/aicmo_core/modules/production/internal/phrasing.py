"""Phrasing: which of several ways to say it, the same for a client every time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

from attrs import field, frozen

from aicmo_core.modules.production.internal.avoidance import Avoidance


def draw(*parts: object) -> int:
    """Return a number that depends on *parts* alone: not on the process, nor on chance."""
    text = "\x1f".join(map(str, parts))
    return int.from_bytes(sha256(text.encode()).digest()[:8])


def _nothing(_: str) -> Sequence[str]:
    return ()


@frozen
class Phrasing:
    """
    One client's choices among phrases.

    Attributes:
        seed: What the choices depend on: stable facts of the client and the section.
        avoidance: What no phrase may say.
        own: Returns what the agency says in a slot; nothing where it leaves that to the writer.
    """

    seed: str
    avoidance: Avoidance
    own: Callable[[str], Sequence[str]] = field(default=_nothing, eq=False, repr=False)

    def order(self, slot: str, options: tuple[str, ...]) -> list[str]:
        """Return the options that may be said, in this client's order for *slot*."""
        allowed = [o for o in options if o and not self.avoidance.concerns(o)]
        return sorted(allowed, key=lambda option: draw(self.seed, slot, options.index(option)))

    def choose(self, slot: str, *options: str) -> str:
        """Return one of the options; empty text where none of them may be said."""
        return next(iter(self.order(slot, tuple(self.own(slot)) or options)), "")

    def nth(self, slot: str, number: int, options: tuple[str, ...]) -> str:
        """
        Return the option that is *number* in this client's order, from 0; else empty text.

        Sections that say different ones of a list ask for different numbers.
        """
        ordered = self.order(slot, options)
        return ordered[number] if number < len(ordered) else ""
