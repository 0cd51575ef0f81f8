"""
The page of errors, written from the classes: each with what it means and what to do.

    python tests/scenarios/error_page.py > docs/reference/errors.md
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator

import aicmo_core
from aicmo_core.kernel import AicmoError

_HEAD = """\
# Errors

Whatever the library raises on purpose is an `aicmo_core.AicmoError`, and carries its facts
as attributes. An error that is a kind of another is caught with it. What a message says is
meant for people and may change; classes and attributes are part of the contract.

The page is written from the classes' own docstrings.
"""


def import_everything() -> None:
    """Import every module, so that every error class is known."""
    for found in pkgutil.walk_packages(aicmo_core.__path__, "aicmo_core."):
        if not {"migrations", "testing", "__main__"} & set(found.name.split(".")):
            importlib.import_module(found.name)


def public_errors(root: type[AicmoError] = AicmoError) -> Iterator[type[AicmoError]]:
    """Return the subclasses of *root*, each below the class that it is a kind of."""
    for one in sorted(root.__subclasses__(), key=lambda c: c.__name__):
        if one.__module__.startswith("aicmo_core.") and not one.__name__.startswith("_"):
            yield one
            yield from public_errors(one)


def home(error: type[AicmoError]) -> str:
    """Return the public module that a host imports the class from."""
    parts = error.__module__.split(".")
    for length in range(2, len(parts) + 1):
        name = ".".join(parts[:length])
        if getattr(importlib.import_module(name), error.__name__, None) is error:
            return name
    return error.__module__


def entry(error: type[AicmoError]) -> str:
    """Return what the page says about one class."""
    text = inspect.cleandoc(error.__doc__ or "").replace("\nAttributes:\n", "\n")
    text = re.sub(r"^    (\w+): ", r"- `\1`: ", text, flags=re.MULTILINE)
    parents = [c.__name__ for c in error.__mro__[1:] if c.__module__.startswith("aicmo_core.")]
    kind = f"A kind of `{parents[0]}`. " if parents[0] != "AicmoError" else ""
    names = [a.name for a in getattr(error, "__attrs_attrs__", ())]
    facts = f"\n\nFacts: {', '.join(f'`{n}`' for n in names)}." if names else ""
    lines = "\n".join(line.strip() for line in text.splitlines())
    return f"## {error.__name__}\n\n{kind}From `{home(error)}`.\n\n{lines}{facts}\n"


def page() -> str:
    """Return the page."""
    import_everything()
    return "\n".join([_HEAD, *(entry(error) for error in public_errors())])


if __name__ == "__main__":
    import sys

    sys.stdout.write(page())
