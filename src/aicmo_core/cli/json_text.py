"""JSON as plain data, strictly: no key twice, no NaN, and a place for whatever is wrong."""

from __future__ import annotations

import json
import re
from typing import Any

from aicmo_core.cli.unreadable import UnreadableInput, unreadable_at
from aicmo_core.kernel.limits import MOST_LEVELS

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s"{}\[\],:]+', re.DOTALL)
_CONSTANTS = ("NaN", "Infinity", "-Infinity")
_MOST_DIGITS = 4300


def parse_json(source: str, text: str) -> Any:
    """
    Return the plain data that *text* says.

    Raises:
        UnreadableInput: With line and column.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableInput(source, error.msg, error.lineno, error.colno) from error
    except (RecursionError, ValueError) as error:  # too deep, or an int of thousands of digits
        _refuse_what_json_takes(source, text)
        raise UnreadableInput(source, str(error)) from error
    _refuse_what_json_takes(source, text)
    return data


def _refuse_what_json_takes(source: str, text: str) -> None:
    """Walk the tokens of well-formed JSON, and refuse what Python's reader lets pass."""
    keys: list[set[str] | None] = []  # for each open object the keys so far; None for a list
    before = ""
    for found in _TOKEN.finditer(text):
        token, problem = found[0], None
        if token in ("{", "["):
            keys.append(set() if token == "{" else None)
            if len(keys) > MOST_LEVELS:
                problem = f"it is nested more than {MOST_LEVELS} levels deep"
        elif token in ("}", "]"):
            keys.pop()
        elif token[0] == '"':
            seen = keys[-1] if keys else None
            if seen is not None and before in ("{", ","):
                key = json.loads(token, strict=False)
                problem = f"the key {key!r} stands twice in one object" if key in seen else None
                seen.add(key)
        elif token in _CONSTANTS:
            problem = f"{token} is not JSON"
        elif len(token) > _MOST_DIGITS:
            problem = f"a number of {len(token)} characters is not accepted"
        if problem is not None:
            raise unreadable_at(source, problem, text, found.start())
        before = token
