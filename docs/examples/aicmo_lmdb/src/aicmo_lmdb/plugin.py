"""Registers `lmdb:`. The driver is imported when a store is opened."""

from __future__ import annotations

from collections.abc import Sequence

from aicmo_core.hooks import BackendProvider, hookimpl
from aicmo_core.storage import Backend


def open_lmdb(url: str) -> Backend:
    """
    Return the backend that *url* names, not yet prepared.

    Raises:
        InvalidValue: It is not a URL of this kind.
    """
    from aicmo_lmdb.address import read_address
    from aicmo_lmdb.backend import LmdbBackend

    return LmdbBackend(read_address(url))


@hookimpl
def aicmo_backends() -> Sequence[BackendProvider]:
    """One scheme; a plugin may offer several."""
    return [BackendProvider("lmdb", open_lmdb, "an embedded folder: lmdb:///folder")]
