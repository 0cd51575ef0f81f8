"""Plants a defect into the code that runs, and takes it out again."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from types import CodeType, FunctionType, ModuleType
from typing import Any

from .defects import Defect


@contextmanager
def planted(defect: Defect) -> Iterator[None]:
    """
    Give the functions that *defect* patches their patched code, in all objects that exist.

    Only code is exchanged: classes, constants and whoever imported them stay as they are.
    """
    sources: dict[str, str] = {}
    for file, found, patched in defect.patches:
        source = sources.get(file) or inspect.getsource(_module(file))
        assert source.count(found) == 1, f"the patch {defect.name!r} does not fit {file}"
        sources[file] = source.replace(found, patched)
    before: list[tuple[FunctionType, CodeType]] = []
    try:
        for file, source in sources.items():
            before += _exchange(_module(file), source)
        assert before, f"the patch {defect.name!r} changes no function"
        yield
    finally:
        for function, code in before:
            function.__code__ = code


def _module(file: str) -> ModuleType:
    return importlib.import_module(f"aicmo_core.{file}")


def _exchange(right: ModuleType, source: str) -> list[tuple[FunctionType, CodeType]]:
    wrong = ModuleType(right.__name__)
    exec(compile(source, f"<{right.__name__} with a defect>", "exec"), vars(wrong))
    patched = dict(_functions(wrong))
    before: list[tuple[FunctionType, CodeType]] = []
    for name, function in _functions(right):
        code = function.__code__
        if _essence(code) != _essence(patched[name].__code__):
            before.append((function, code))
            function.__code__ = patched[name].__code__
    return before


def _essence(code: CodeType) -> Any:
    """Return what a function does, without where it stands."""
    inner = tuple(_essence(c) if isinstance(c, CodeType) else repr(c) for c in code.co_consts)
    return code.co_code, code.co_names, code.co_varnames, inner


def _functions(module: ModuleType) -> Iterator[tuple[str, FunctionType]]:
    """Yield the functions of a module and of its classes, by name."""
    for name, thing in vars(module).items():
        if getattr(thing, "__module__", None) != module.__name__:
            continue
        if inspect.isclass(thing):
            for inner, member in vars(thing).items():
                yield from _plain(f"{name}.{inner}", member)
        else:
            yield from _plain(name, thing)


def _plain(name: str, member: Any) -> Iterator[tuple[str, FunctionType]]:
    if isinstance(member, property):
        member = member.fget
    elif isinstance(member, cached_property):
        member = member.func
    elif isinstance(member, staticmethod | classmethod):
        member = member.__func__
    member = inspect.unwrap(member) if callable(member) else member
    if isinstance(member, FunctionType):
        yield name, member
