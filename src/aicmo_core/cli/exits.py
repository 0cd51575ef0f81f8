"""Exit codes, and how an error becomes one of them and a message."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import attrs
import click

from aicmo_core.cli.output import print_json, say, visible
from aicmo_core.kernel.errors import AicmoError, InvalidValue, NotFound, UnknownName, nearest
from aicmo_core.kernel.structuring import unstructure_as

P = ParamSpec("P")
R = TypeVar("R")

COMPLETED = 0
UNEXPECTED = 1
REFUSED = 2
COMPENSATED = 3
PARKED = 4
WAITING = 5


def is_callers(error: AicmoError) -> bool:
    """Return whether the input or the usage is wrong, rather than something here."""
    from aicmo_core.checks import PackageUncheckable
    from aicmo_core.cli.unreadable import UnreadableInput
    from aicmo_core.modules.production.api import PackUnavailable
    from aicmo_core.runtime.errors import (
        CancelRefused,
        DefinitionChanged,
        KeyReused,
        NothingRefused,
        NotParked,
        RunErased,
        RunPurged,
        SignalRefused,
        SubjectBarred,
    )
    from aicmo_core.saga import InputRefused
    from aicmo_core.storage import NoMigrations, NothingToMigrate, QueryRefused

    return isinstance(
        error,
        CancelRefused
        | DefinitionChanged
        | InputRefused
        | InvalidValue
        | KeyReused
        | NoMigrations
        | NotFound
        | NothingRefused
        | NothingToMigrate
        | NotParked
        | PackUnavailable
        | PackageUncheckable
        | QueryRefused
        | RunErased
        | RunPurged
        | SubjectBarred
        | SignalRefused
        | UnknownName
        | UnreadableInput,
    )


def report_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn errors into a message on stderr, JSON on stdout if asked for, and an exit code."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        as_json = bool(kwargs.get("as_json"))
        try:
            return command(*args, **kwargs)
        except AicmoError as error:
            _tell(error, as_json)
            sys.exit(REFUSED if is_callers(error) else UNEXPECTED)
        except KeyboardInterrupt:
            _tell_interrupt(str(kwargs.get("url", "")), as_json)
            sys.exit(UNEXPECTED)
        except (click.exceptions.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            raise  # click ends quietly with 1, as every command whose reader has gone
        except Exception as error:
            logging.getLogger("aicmo_core.cli").debug("unexpected", exc_info=error)
            _tell(error, as_json)
            sys.exit(UNEXPECTED)

    return wrapped


def _tell_interrupt(url: str, as_json: bool) -> None:
    from aicmo_core.cli.remedies import option

    message, command = "interrupted", None
    if url and not url.startswith("memory:"):
        command = f"aicmo recover{option(url)}"
        message += f"; what was begun is finished or taken back by: {command}"
    if as_json:
        print_json({"error": {"type": "Interrupted", "message": message, "command": command}})
    say(message, err=True)


def _tell(error: Exception, as_json: bool) -> None:
    from aicmo_core.cli.remedies import remedy
    from aicmo_core.saga import InputRefused

    if as_json:
        print_json({"error": plain(error)})
    if isinstance(error, InputRefused):
        say(f"error: {error.reason}", err=True)
        for detail in error.details:
            say(_clarification(dict(detail)), err=True)
    elif isinstance(error, InvalidValue):
        say(f"error: {error.what} is not valid", err=True)
        for problem in error.problems:
            say(f"  {problem}", err=True)
    else:
        name = "" if isinstance(error, AicmoError) else f"{type(error).__name__}: "
        say(f"error: {name}{error}", err=True)
    command = remedy(error)
    if command is not None and command not in str(error):
        say(f"run: {command}", err=True)


def _clarification(detail: dict[str, Any]) -> str:
    mark = "must be answered" if detail.get("blocking") else "assumed until answered"
    line = f"  {detail.get('question_id', '')} ({mark}): {detail.get('message', '')}"
    if detail.get("found"):
        line += f"\n    found: {detail['found']}"
    if detail.get("assumption"):
        line += f"\n    assumed: {detail['assumption']}"
    return line


def plain(error: Exception) -> dict[str, Any]:
    """Return what is known of an error as plain data."""
    from aicmo_core.cli.remedies import remedy
    from aicmo_core.cli.unreadable import UnreadableInput
    from aicmo_core.saga import InputRefused

    found: dict[str, Any] = {"type": type(error).__name__, "message": str(error)}
    if (command := remedy(error)) is not None:
        found["command"] = command
    match error:
        case InputRefused():
            found["clarifications"] = [dict(d) for d in error.details]
        case InvalidValue():
            found["problems"] = [attrs.asdict(p) for p in error.problems]
        case UnreadableInput():
            found |= {"source": error.source, "line": error.line, "column": error.column}
        case UnknownName():
            found |= {"name": error.name, "nearest": nearest(error.name, error.known)}
    return _printable(found)


def _printable(plain: dict[str, Any]) -> dict[str, Any]:
    try:
        return unstructure_as(plain, Any)  # type: ignore[no-any-return]
    except InvalidValue:  # a name with a lone surrogate, such as a file's
        return {name: visible(str(value)) for name, value in plain.items()}
