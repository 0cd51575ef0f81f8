"""
Rule sets: what a module decides by, as versioned data that a host or a plugin may change.

A rule set is a JSON file. `rules` names it, `version` says which state of it this is, and
its other fields are the rules. Of a change the same is expected, and as much of the fields
as it changes:

    {"rules": "strategy.budget", "version": "acme-3",
     "least_share": {"value": 10, "because": "we buy nothing below a tenth"}}

What stands in a table, which is an object with names for keys, is changed by its name and
as a whole; null takes it out, and one that is new is named in `adds`, so that a misspelled
name adds nothing. Every other field is replaced as a whole. With `whole` set to true the
change is all there is. Whatever decides by a number says why: see `unexplained`. Fields
whose names begin with `$` are notes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Generic, TypeAlias, TypeVar, get_origin

import attrs
from attrs import field, frozen

from aicmo_core.kernel.errors import InvalidValue, Problem
from aicmo_core.kernel.reasons import hint, unexplained
from aicmo_core.kernel.structuring import dump_plain, plain_from_json, structure

R = TypeVar("R")

MOST_RULE_BYTES = 1024 * 1024
"""How large a file of rules may be. The largest that is shipped has a twentieth of it."""

SHIPPED = "shipped"
"""The origin of rules that nobody changed."""

_NAME, _VERSION, _ADDS, _WHOLE = "rules", "version", "adds", "whole"
_LONGEST_VERSION = 80
_DIGITS = 12

Reader: TypeAlias = Callable[["RuleSet[Any]"], Any]
"""Returns the rules of another set, as a check may want to hold them against its own."""


@frozen
class Count:
    """
    A whole number that decides something, and why it is this one.

    Attributes:
        because: A reason, or the source of the number.
    """

    value: int
    because: str


@frozen
class RuleVersion:
    """
    Which rules something was made by.

    Attributes:
        rules: The rule set's name.
        version: Its version; behind `+` those of the changes to it, in their order.
        digest: The beginning of the SHA-256 of its content: two that differ are two, though
            somebody forgot to count the version up.
    """

    rules: str
    version: str
    digest: str

    def __str__(self) -> str:
        return f"{self.rules} {self.version} ({self.digest})"


def _no_problems(_: Any, __: Reader) -> Iterable[Problem]:
    return ()


@frozen(eq=False)
class RuleSet(Generic[R]):
    """
    A rule set that a module declares. Nothing is read until it is asked for.

    Attributes:
        name: Unique, such as `strategy.budget`; a module's sets begin with its name.
        shape: The attrs class that its fields make. A field that is a dict is a table.
        package: Where its file lies, dotted.
        file: The file's path within the package.
        check: Yields what the shape alone does not say is wrong: bounds, and names in other
            sets of its module, which it may read.
    """

    name: str
    shape: type[R]
    package: str
    file: str
    check: Callable[[R, Reader], Iterable[Problem]] = _no_problems

    @property
    def tables(self) -> frozenset[str]:
        """The fields whose entries are changed one by one."""
        return frozenset(
            name
            for name, one in _fields(self.shape).items()
            if get_origin(one.type) in (dict, Mapping)
        )


@frozen
class Change:
    """
    A change to a rule set.

    Attributes:
        version: The change's own.
        origin: Who makes it, for people: a plugin, the host, and the file.
        fields: What it says, by the set's fields.
        adds: Entries that are new, as `table.name`.
        whole: Whether nothing of the set stays that it does not say.
    """

    rules: str
    version: str
    origin: str
    fields: Mapping[str, Any]
    adds: tuple[str, ...] = ()
    whole: bool = False

    def touches(self, rule_set: RuleSet[Any]) -> Iterator[str]:
        """Yield the places that it sets, as `field` or `table['name']`."""
        for name in [*_fields(rule_set.shape)] if self.whole else self.fields:
            value = self.fields.get(name)
            if name in rule_set.tables and not self.whole and isinstance(value, Mapping):
                yield from (f"{name}[{entry!r}]" for entry in value)
            else:
                yield name


@frozen
class Ruling(Generic[R]):
    """
    A rule set as it is in force.

    Attributes:
        rules: What its fields make.
        version: What those that are made by it keep.
        plain: Its fields as plain data.
        origins: Who made it so: `SHIPPED`, then the changes.
    """

    rules: R
    version: RuleVersion
    plain: Mapping[str, Any] = field(repr=False)
    origins: tuple[str, ...] = ()


# -- reading ------------------------------------------------------------------------------------


def read_change(text: bytes, source: str, rules: str | None = None) -> Change:
    """
    Return the change that a file holds.

    Args:
        text: Its content: JSON in UTF-8.
        source: What the file is called.
        rules: The set that it has to be about; None for the one that it names.

    Raises:
        InvalidValue: It is no such file.
    """
    return change_of(_plain(text, source), source, rules)


def change_of(data: object, source: str, rules: str | None = None) -> Change:
    """
    Return the change that plain data says; args and errors are those of `read_change`.

    A mapping that a host hands over need not repeat the name that it is handed over under.
    """
    if not isinstance(data, Mapping):
        raise InvalidValue(source, (Problem("$", f"expected an object, found {_kind(data)}"),))
    plain = {key: value for key, value in data.items() if not str(key).startswith("$")}
    problems = list(_envelope_problems(plain, rules))
    if problems:
        raise InvalidValue(source, tuple(problems))
    return Change(
        rules=plain.pop(_NAME, rules),
        version=plain.pop(_VERSION),
        origin=source,
        adds=tuple(plain.pop(_ADDS, ())),
        whole=plain.pop(_WHOLE, False),
        fields=plain,
    )


def in_package(package: str, file: str) -> Mapping[str, Any]:
    """
    Return what a JSON file in a package holds.

    Raises:
        InvalidValue: It is no JSON in UTF-8, or not an object.
    """
    source = f"{package}/{file}"
    data = _plain(files(package).joinpath(file).read_bytes(), source)
    if not isinstance(data, Mapping):
        raise InvalidValue(source, (Problem("$", f"expected an object, found {_kind(data)}"),))
    return data


def _envelope_problems(plain: Mapping[str, Any], rules: str | None) -> Iterator[Problem]:
    name = plain.get(_NAME, rules)
    if not isinstance(name, str):
        yield Problem("$.rules", f"expected the name of a rule set, found {_kind(name)}")
    elif rules is not None and name != rules:
        yield Problem("$.rules", f"expected {rules!r}, found {name!r}")
    version = plain.get(_VERSION)
    if not isinstance(version, str) or not 0 < len(version.strip()) <= _LONGEST_VERSION:
        expected = f"expected text of at most {_LONGEST_VERSION} characters that tells this version"
        yield Problem("$.version", f"{expected}, found {_shown(version)}")
    adds = plain.get(_ADDS, [])
    if not isinstance(adds, list | tuple) or not all(isinstance(one, str) for one in adds):
        yield Problem("$.adds", f"expected a list of texts such as 'table.name', found {adds!r}")
    if not isinstance(plain.get(_WHOLE, False), bool):
        yield Problem("$.whole", f"expected true or false, found {_shown(plain[_WHOLE])}")


def _plain(content: bytes, source: str) -> Any:
    if len(content) > MOST_RULE_BYTES:
        found = f"expected at most {MOST_RULE_BYTES} bytes, found more"
        raise InvalidValue(source, (Problem("$", found),))
    if content.startswith(b"\xef\xbb\xbf"):
        found = "it begins with a byte order mark; save it as UTF-8 without one"
        raise InvalidValue(source, (Problem("$", found),))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"expected UTF-8, found byte 0x{content[error.start]:02x} at {error.start}"
        raise InvalidValue(source, (Problem("$", found),)) from error
    return plain_from_json(text, source)


def shipped(rule_set: RuleSet[R]) -> Ruling[R]:
    """
    Return a rule set as its module ships it, but for its check; read once a process.

    Raises:
        InvalidValue: Its file is not of its shape, or leaves a number unexplained.
    """
    return _shipped(rule_set)


@cache
def _shipped(rule_set: RuleSet[Any]) -> Ruling[Any]:
    content = files(rule_set.package).joinpath(rule_set.file).read_bytes()
    own = read_change(content, rule_set.file, rule_set.name)
    whole = attrs.evolve(own, whole=True)
    return _ruling(rule_set, whole.fields, own.version, (SHIPPED,), own.origin)


def changed(rule_set: RuleSet[R], before: Ruling[R], change: Change) -> Ruling[R]:
    """
    Return a rule set as it is with one more change.

    Raises:
        InvalidValue: The change names what is not there, or the set is not valid with it.
    """
    problems = tuple(_misplaced(rule_set, before.plain, change))
    version = f"{before.version.version}+{change.version}"
    origins = (*before.origins, change.origin)
    plain = _merged(rule_set, {} if change.whole else before.plain, change)
    try:
        ruling = _ruling(rule_set, plain, version, origins, change.origin)
    except InvalidValue as error:
        raise InvalidValue(change.origin, problems + error.problems) from error
    if problems:
        raise InvalidValue(change.origin, problems)
    return ruling


def _misplaced(
    rule_set: RuleSet[Any], plain: Mapping[str, Any], change: Change
) -> Iterator[Problem]:
    """Yield the names that a change neither finds nor says it adds."""
    fields = _fields(rule_set.shape)
    for name in change.fields.keys() - fields.keys():
        yield Problem(f"$.{name}", f"unknown field {name!r}{hint(name, fields)}")
    named = set(change.adds)
    for table in sorted(rule_set.tables & change.fields.keys()):
        entries = change.fields[table]
        known = plain.get(table, {})
        if change.whole or not isinstance(entries, Mapping):
            continue
        for entry, value in entries.items():
            place = f"{table}.{entry}"
            if entry in known or (place in named and value is not None):
                continue
            message = f"there is no {entry!r} to change{hint(entry, known)}"
            if value is not None:
                message += f"; if it is new, name it in `adds`, as {place!r}"
            yield Problem(f"$.{table}[{entry!r}]", message)
    given = {
        f"{table}.{entry}"
        for table in rule_set.tables & change.fields.keys()
        if isinstance(change.fields[table], Mapping)
        for entry in change.fields[table]
    }
    for n, place in enumerate(change.adds):
        if place not in given:
            yield Problem(f"$.adds[{n}]", f"nothing here is called {place!r}{hint(place, given)}")


def _merged(rule_set: RuleSet[Any], plain: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """Return the fields with the change to them, those left out that the set does not have."""
    merged = dict(plain)
    for name, value in change.fields.items():
        if name not in _fields(rule_set.shape):
            continue
        if name in rule_set.tables and isinstance(value, Mapping):
            entries = {**merged.get(name, {}), **value}
            merged[name] = {entry: one for entry, one in entries.items() if one is not None}
        else:
            merged[name] = value
    return merged


def _ruling(
    rule_set: RuleSet[R],
    plain: Mapping[str, Any],
    version: str,
    origins: tuple[str, ...],
    source: str,
) -> Ruling[R]:
    try:
        rules = structure(dict(plain), rule_set.shape)
    except InvalidValue as error:
        raise InvalidValue(source, error.problems) from error
    problems = tuple(unexplained(rules))
    if problems:
        raise InvalidValue(source, problems)
    return Ruling(rules, RuleVersion(rule_set.name, version, digest_of(plain)), plain, origins)


def digest_of(plain: Mapping[str, Any]) -> str:
    """Return what tells the content of rules that are valid, as plain data, from any other."""
    return hashlib.sha256(dump_plain(dict(plain)).encode()).hexdigest()[:_DIGITS]


def _fields(shape: Any) -> dict[str, Any]:
    return {one.name: one for one in attrs.fields(attrs.resolve_types(shape)) if one.init}


def _kind(value: object) -> str:
    return "nothing" if value is None else type(value).__name__


def _shown(value: object) -> str:
    return "nothing" if value is None else repr(value)[:60]
