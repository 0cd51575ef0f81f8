"""A row as bytes, and back: what a store keeps that knows of no columns."""

from __future__ import annotations

import json
from typing import Any

from aicmo_core.kernel.errors import InvalidValue, Problem
from aicmo_core.storage.rows import Row

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def pack_row(row: Row) -> bytes:
    """Return *row*, children included, as UTF-8 JSON: `[key, token, values, children]`."""
    return _encode(row).encode()


def unpack_row(data: bytes) -> Row:
    """
    Return the row that was packed as *data*, equal to it in every value and type.

    Raises:
        InvalidValue: It is no packed row, as after a manual change.
    """
    try:
        key, token, values, children = json.loads(data)
        lists = tuple(tuple(map(tuple, table)) for table in children)
        return Row(tuple(key), _text(token), tuple(values), lists)
    except (ValueError, TypeError) as error:
        problem = Problem("$", f"expected [key, token, values, children]: {error}")
        raise InvalidValue("stored row", (problem,)) from error


def _text(token: Any) -> str:
    if type(token) is not str:
        raise TypeError("the token is not text")
    return token
