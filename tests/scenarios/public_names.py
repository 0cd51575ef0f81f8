"""
What users of the library may name, and what the reference says of it.

A name is documented if a page of the reference describes the object itself: the class, the
function, the hook. Under which of its modules it is described does not matter.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import zlib
from abc import ABC
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs

from aicmo_core.kernel import AicmoError, Event
from scenarios.error_page import import_everything, public_errors

PACKAGES = (
    "aicmo_core",
    "aicmo_core.kernel",
    "aicmo_core.documents",
    "aicmo_core.hooks",
    "aicmo_core.storage",
    "aicmo_core.saga",
    "aicmo_core.checks",
    "aicmo_core.testing",
    "aicmo_core.backends.memory",
    "aicmo_core.workflows",
)
"""Packages whose `__all__` users import from, besides the modules' own."""

_PORTS_IN = ("hooks", "kernel", "storage", "saga", "modules")


def apis() -> list[str]:
    """Return the `api` package of each module."""
    import aicmo_core.modules

    found = pkgutil.iter_modules(aicmo_core.modules.__path__, "aicmo_core.modules.")
    return [f"{module.name}.api" for module in found if module.ispkg]


def exported() -> Iterator[tuple[str, Any]]:
    """Yield what the packages list in `__all__`, with its name."""
    for package in (*PACKAGES, *apis()):
        module = importlib.import_module(package)
        for name in module.__all__:
            if name != "CONTRACT_VERSION":
                yield f"{package}.{name}", getattr(module, name)


def hook_names(owner: type) -> Iterator[tuple[str, Any]]:
    """Yield the hooks that *owner* declares."""
    for name, value in vars(owner).items():
        if not name.startswith("_"):
            yield f"{owner.__module__}.{owner.__qualname__}.{name}", value


def ports() -> Iterator[tuple[str, Any]]:
    """Yield every public abstract class that somebody else implements."""
    import_everything()
    for cls in _below(ABC):
        if inspect.isabstract(cls) and _is_public(cls):
            yield f"{cls.__module__}.{cls.__qualname__}", cls


def _is_public(cls: type) -> bool:
    library, _, place = cls.__module__.partition(".")
    parts = place.split(".")
    hidden = {"internal", "plugin"} & set(parts) or cls.__name__.startswith("_")
    return library == "aicmo_core" and parts[0] in _PORTS_IN and not hidden


def events() -> Iterator[tuple[str, Any]]:
    """Yield every event that the library emits."""
    import_everything()
    for cls in _below(Event):
        if cls.__module__.startswith("aicmo_core.") and not cls.__name__.startswith("_"):
            yield f"{cls.__module__}.{cls.__qualname__}", cls


def errors() -> Iterator[tuple[str, Any]]:
    """Yield every public error."""
    import_everything()
    found: list[type[AicmoError]] = [AicmoError, *public_errors()]
    yield from ((f"{e.__module__}.{e.__qualname__}", e) for e in found)


def _below(cls: type) -> Iterator[type[Any]]:
    subclasses: list[type[Any]] = type.__subclasses__(cls)
    for one in subclasses:
        yield one
        yield from _below(one)


def undocumented(wanted: Iterable[tuple[str, Any]], described: Iterable[str]) -> list[str]:
    """Return the names of what no page describes."""
    by_name: dict[str, list[Any]] = {}
    for place in described:
        by_name.setdefault(place.rpartition(".")[2], []).append(resolve(place))
    return sorted(
        {
            name
            for name, value in wanted
            if not any(found is value for found in by_name.get(name.rpartition(".")[2], []))
        }
    )


def gone(described: Iterable[str]) -> list[str]:
    """Return which names are described and are not there."""
    return sorted(place for place in described if resolve(place) is _NOTHING)


class _Nothing:
    """Stands for what is not there."""


_NOTHING = _Nothing()


def resolve(place: str) -> Any:
    """
    Return what a dotted name means: a field of a class as its declaration.

    A package may hand out a function under the name of the module that it is written in:
    then the name means the function, and a longer one what else the module holds.
    """
    parts = place.split(".")
    for length in range(1, len(parts) + 1):
        try:
            found: Any = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            break
        for part in parts[length:]:
            found = _member(found, part)
        if found is not _NOTHING:
            return found
    return _NOTHING


def _member(owner: Any, name: str) -> Any:
    if isinstance(owner, type):
        if name in owner.__dict__:
            return owner.__dict__[name]
        declared = attrs.fields_dict(owner) if attrs.has(owner) else {}
        annotated = {k for cls in owner.__mro__ for k in vars(cls).get("__annotations__", {})}
        if name in declared or name in annotated:
            return declared.get(name, name)
    return getattr(owner, name, _NOTHING)


def read_inventory(built: Path) -> list[str]:
    """
    Return the dotted names of what built pages describe, as the pages have them.

    The inventory is four lines and a packed list; what an object is called where it was
    written, which nobody needs to know, has the priority -1.
    """
    _, _, _, _, packed = (built / "objects.inv").read_bytes().split(b"\n", 4)
    lines = zlib.decompress(packed).decode().splitlines()
    found = re.findall(r"^(\S+) py:(\w+) (-?\d+) ", "\n".join(lines), re.MULTILINE)
    return [name for name, kind, priority in found if kind != "module" and priority != "-1"]
