"""Whether a server has said something on a connection that nobody uses: then it is good-bye."""

from __future__ import annotations

import select


def has_input(descriptor: int) -> bool:
    """Return whether something can be read from a socket, without waiting for it."""
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(0))
    readable, _, _ = select.select([descriptor], [], [], 0)
    return bool(readable)
