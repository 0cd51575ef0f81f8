"""What a command prints: lines for people, or one JSON object for programs."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

import click

_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f"  # what terminals take for orders
    r"\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what turns the direction of a line around
    r"\ud800-\udfff]"  # what cannot be encoded
)


def visible(text: str) -> str:
    """
    Return *text* with what steers a terminal, or turns its lines around, spelled out.

    A client's answer may be quoted in any message; it must not move the cursor.
    """
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def say(text: str, *, err: bool = False) -> None:
    """Print a line for people."""
    click.echo(visible(text), err=err)


def print_json(data: dict[str, Any]) -> None:
    """Print one JSON object on standard output, readable wherever it can be encoded."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("_", "-")
    ascii_only = not encoding.startswith("utf")
    click.echo(json.dumps(data, ensure_ascii=ascii_only, allow_nan=False, indent=2))
