"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_DB = "sqlite:///aicmo.db"
DEFAULT_OUT = "out"


def database(command: F) -> F:
    """Add `--db`."""
    return click.option(
        "--db",
        "url",
        default=DEFAULT_DB,
        show_default=True,
        envvar="AICMO_DB",
        metavar="URL",
        help="Database: sqlite:///FILE, postgresql://…, or memory: for none.",
    )(command)


def out(command: F) -> F:
    """Add `--out`."""
    return click.option(
        "--out",
        "out",
        default=DEFAULT_OUT,
        show_default=True,
        envvar="AICMO_OUT",
        metavar="DIR",
        help="Folder, or URL of a store, for the files that runs make.",
    )(command)


def json_output(command: F) -> F:
    """Add `--json`."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON object on standard output."
    )(command)
