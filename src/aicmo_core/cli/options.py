"""Options that several commands share."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_DB = "sqlite:///aicmo.db"
DEFAULT_OUT = "out"
ALLOWED = f"{__name__}.allowed"
DENIED = f"{__name__}.denied"
"""Where the context of a command keeps which distributions' plugins it may load."""
DOCUMENTS = f"{__name__}.documents"
"""Where it keeps in which formats it makes documents."""

RULES = f"{__name__}.rules"
"""Where it keeps the files of the host's changes to rule sets."""


_BETWEEN = re.compile(r"(?<![<>=!~,\s])[,\s]+(?![<>=!~,\s])")
"""What stands between two entries; a comma or a space inside `legal >=1, <2` does not."""


class _Listed(click.types.StringParamType):
    """Text, one an option; in a variable several. *shown* stands for it in the help."""

    def __init__(self, shown: str) -> None:
        self.shown = shown


class _Several(_Listed):
    """Names, distributions' with versions or without: one an option, several in a variable."""

    def split_envvar_value(self, rv: str) -> list[str]:
        return [entry for entry in _BETWEEN.split(rv.strip(", \t\r\n")) if entry]


class _Files(_Listed):
    """Files: one an option, several in a variable, as in PATH."""

    def split_envvar_value(self, rv: str) -> list[str]:
        return [file for file in rv.split(os.pathsep) if file]


def plugin_choice(group: F) -> F:
    """Add `--allow` and `--deny`, for every command of the group."""
    allow = _kept(
        "--allow",
        ALLOWED,
        _Several("DIST"),
        "Load only plugins of this distribution, such as legal or legal==1.2; repeatable.",
    )
    deny = _kept(
        "--deny",
        DENIED,
        _Several("DIST"),
        "Load no plugins of this distribution, allowed or not; repeatable.",
    )
    return allow(deny(group))


def document_choice(group: F) -> F:
    """Add `--documents`, for every command of the group."""
    return _kept(
        "--documents",
        DOCUMENTS,
        _Several("FORMAT"),
        "Make reports in this format too, or in none; repeatable. Without it: pdf.",
    )(group)


def rule_files(group: F) -> F:
    """Add `--rules`, for every command of the group."""
    return _kept(
        "--rules",
        RULES,
        _Files("FILE"),
        "Decide by the changed rules in this file, which names its rule set; repeatable.",
    )(group)


def _kept(option: str, key: str, kind: _Listed, text: str) -> Callable[[F], F]:
    """Return what adds an option whose values the group's context keeps under *key*."""

    def keep(context: click.Context, _: click.Parameter, values: tuple[str, ...]) -> None:
        context.meta[key] = values

    return click.option(
        option,
        type=kind,
        multiple=True,
        envvar=f"AICMO_{option.removeprefix('--').upper()}",
        metavar=kind.shown,
        callback=keep,
        expose_value=False,
        help=text,
    )


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


def _not_empty(_: click.Context, __: click.Parameter, key: str | None) -> str | None:
    if key == "":
        raise click.BadParameter("a key has at least one character")
    return key


def run_key(command: F) -> F:
    """Add `--key`."""
    return click.option(
        "--key",
        metavar="KEY",
        callback=_not_empty,
        help="The same key and input give the same run, whatever became of it.",
    )(command)
