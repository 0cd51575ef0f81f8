"""
What code asks for, read from its compiled form before any of it runs.

A step that says `context.port(Port)`, a build that says `scope.get(Port)` and an adapter
that says `store.open(COLLECTION)` name what they want. Reading the names has no effect,
so that it can be done whenever an application is opened. What is worked out while the
code runs cannot be read; it is met when the code asks.
"""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache, partial
from importlib import import_module
from importlib.util import resolve_name
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from attrs import frozen

from aicmo_core.saga import Step
from aicmo_core.storage import Collection

_UNKNOWN = object()
_CALL = ("CALL", "PRECALL")
_LOCAL = ("LOAD_FAST", "LOAD_FAST_CHECK", "LOAD_FAST_BORROW")
_VARIABLE = ("LOAD_DEREF", *_LOCAL)  # at the end: STORE_FAST_LOAD_FAST does two things at once
_NAMED = ("LOAD_GLOBAL", "LOAD_DEREF", *_LOCAL)
_ASKING = frozenset({"get", "port"})
_OPENING = frozenset({"open"})
_IMPORT = dis.opmap["IMPORT_NAME"]
_NOTHING = ("CACHE", "PUSH_NULL", "EXTENDED_ARG", "RESUME", "NOP")


def ports_asked(subject: object, *, imports: bool = False) -> list[Any]:
    """
    Return the ports that a build, step or preparation asks for, in order, each once.

    Read are its own code and that of the functions and classes of its own package,
    those below it included, which it names.

    Args:
        imports: Whether to follow imports inside functions, too, by importing.
    """
    found: dict[Any, None] = {}
    for one in _reached(subject, imports):
        for receiver, value in _calls(one, _ASKING):
            if receiver and isinstance(value, type):
                found[value] = None
    return list(found)


def collections_opened(subject: object, *, imports: bool = False) -> list[Collection[Any]]:
    """Return the collections that a build, or the adapter class that it names, opens."""
    found: dict[str, Collection[Any]] = {}
    for one in _reached(subject, imports):
        for _, value in _calls(one, _OPENING):
            if isinstance(value, Collection):
                found[value.name] = value
    return list(found.values())


@frozen
class _Code:
    """Compiled code, and what its names stand for: those from outside it, and its imports."""

    code: CodeType
    names: Mapping[str, Any]
    imported: Mapping[str, Any]


def _calls(read: _Code, wanted: frozenset[str]) -> Iterator[tuple[bool, Any]]:
    """
    Yield `x.method(NAME)` as (whether x is a plain variable, what NAME stands for).

    NAME is a name from outside the function, or one reached from it by dots. Code that
    names none of the *wanted* methods is passed over, which most does: to take it apart
    costs more than everything else here.
    """
    if wanted.isdisjoint(read.code.co_names):
        return
    steps = _instructions(read.code)
    for at, one in enumerate(steps):
        if one.opname not in ("LOAD_METHOD", "LOAD_ATTR") or at == 0 or one.argval not in wanted:
            continue
        if at + 1 == len(steps) or steps[at + 1].opname not in _NAMED:
            continue
        known = read.imported if steps[at + 1].opname in _LOCAL else read.names
        value = known.get(steps[at + 1].argval, _UNKNOWN)
        after = at + 2
        while after < len(steps) and steps[after].opname == "LOAD_ATTR":
            # By dots from a package or a class: never a call of somebody's property.
            holder = value if isinstance(value, (ModuleType, type)) else None
            value = inspect.getattr_static(holder, steps[after].argval, _UNKNOWN)
            after += 1
        if after < len(steps) and steps[after].opname in _CALL and steps[after].arg == 1:
            receiver = steps[at - 1].opname.endswith(_VARIABLE)
            yield receiver, value


@lru_cache(maxsize=4096)
def _instructions(code: CodeType) -> tuple[dis.Instruction, ...]:
    """Return what *code* does; read once, however many applications a process opens."""
    return tuple(i for i in dis.get_instructions(code) if i.opname not in _NOTHING)


def _reached(subject: object, imports: bool) -> Iterator[_Code]:
    """Yield the code of *subject*, and of what it names in its own package."""
    waiting = list(_functions(subject))
    home = {_package(function) for function in waiting}
    seen: set[CodeType] = set()
    met: set[int] = set()  # what was named: the same few things, by nearly every function
    while waiting:
        function = waiting.pop(0)
        if function.__code__ in seen or not _is_in(_package(function), home):
            continue
        seen.add(function.__code__)
        names = _names(function)
        for code in _nested(function.__code__):
            imported = _imported(code, function, home) if imports else {}
            yield _Code(code, names, imported)
            named = [names.get(name) for name in (*code.co_names, *code.co_freevars)]
            for value in (*named, *imported.values()):
                if id(value) not in met and not isinstance(value, Step):  # named for its result
                    met.add(id(value))
                    waiting += _functions(value)


def _functions(subject: object) -> list[FunctionType]:
    """Return the Python functions that *subject* is or is made of; none for anything else."""
    if isinstance(subject, Step):
        subject = subject.run
    if isinstance(subject, partial):
        subject = subject.func
    if isinstance(subject, MethodType):
        subject = subject.__func__
    if isinstance(subject, FunctionType):
        return [inspect.unwrap(subject)]
    if isinstance(subject, type):
        return [f for cls in subject.__mro__[:-1] for f in _methods(cls)]
    return []


def _methods(cls: type) -> Iterator[FunctionType]:
    for attribute in vars(cls).values():
        inner: Any = attribute
        if isinstance(inner, (staticmethod, classmethod)):
            inner = inner.__func__
        elif isinstance(inner, property):
            inner = inner.fget
        elif isinstance(inner, cached_property):
            inner = inner.func
        if isinstance(inner, FunctionType):
            yield inner


def _package(function: Callable[..., Any]) -> str:
    """Return what counts as beside: the package of the module, or the module that has none."""
    module: str = function.__module__ or ""
    return module.rpartition(".")[0] or module


def _imported(code: CodeType, function: FunctionType, home: set[str]) -> dict[str, Any]:
    """Return what the code imports from its own package, by the variables that hold it."""
    found: dict[str, Any] = {}
    if _IMPORT not in code.co_code[::2]:
        return found
    steps = _instructions(code)
    module = ""
    for at, one in enumerate(steps):
        if one.opname == "IMPORT_NAME":
            dots = "." * (steps[at - 2].argval or 0)
            module = resolve_name(f"{dots}{one.argval}", function.__globals__.get("__package__"))
        elif one.opname == "IMPORT_FROM" and _is_in(module, home):
            found[steps[at + 1].argval] = getattr(import_module(module), one.argval, _UNKNOWN)
    return found


def _is_in(module: str, packages: set[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def _names(function: FunctionType) -> Mapping[str, Any]:
    if not function.__code__.co_freevars:
        return function.__globals__
    names: dict[str, Any] = dict(function.__globals__)
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            names[name] = cell.cell_contents
        except ValueError:  # not yet assigned
            names.pop(name, None)
    return names


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)
