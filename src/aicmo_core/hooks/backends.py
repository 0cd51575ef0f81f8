"""The kinds of databases, found by URL."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from aicmo_core.storage import Backend


@frozen
class BackendProvider:
    """
    A kind of backend, found by the scheme of a URL.

    Attributes:
        scheme: The part of the URL before its first `:`.
        open: Makes a backend from the whole URL. It connects no earlier than `prepare`.
        description: One line for `aicmo plugins`.
    """

    scheme: str
    open: Callable[[str], Backend]
    description: str = ""
