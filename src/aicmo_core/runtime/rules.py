"""
The rule sets of one application: as shipped, then changed by plugins, then by the host.

Shipped sets are read when they are first asked for, once a process. Changed ones are
put together and checked when the application is opened, with all others of their module,
so that no run meets a change that cannot be used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from os import PathLike, fspath
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from aicmo_core.hooks import RuleBook
from aicmo_core.kernel.errors import InvalidValue, Problem, UnknownName
from aicmo_core.kernel.rules import (
    MOST_RULE_BYTES,
    Change,
    RuleSet,
    RuleVersion,
    Ruling,
    change_of,
    changed,
    read_change,
    shipped,
)
from aicmo_core.runtime.plugins import Offer, PluginClash

R = TypeVar("R")

HostRules: TypeAlias = Mapping[str, str | PathLike[str] | Mapping[str, Any]]
"""Rule set to the host's change of it: a JSON file, or what such a file holds."""


class Rules(RuleBook):
    """
    The rule sets of an application.

    Args:
        sets: Those that its modules declare.
        offers: The plugins' changes.
        host: The host's changes, which come last.

    Raises:
        UnknownName: The host changes a set that no module declares.
        PluginClash: Two plugins change one entry.
        InvalidValue: A file cannot be read, or a set is not valid with a change; every
            wrong place is listed.
    """

    def __init__(
        self,
        sets: Iterable[RuleSet[Any]],
        offers: Sequence[Offer] = (),
        host: HostRules | None = None,
    ) -> None:
        self.sets = {one.name: one for one in sets}
        self.offers = offers
        self._changed: dict[str, Ruling[Any]] = {}
        self._checked: set[str] = set()
        changes = _plugin_changes(offers, self._set) + _host_changes(host or {}, self._set)
        for change in changes:
            rule_set = self._set(change.rules)
            self._changed[change.rules] = changed(rule_set, self._ruling(rule_set), change)
        self._check_together({name.partition(".")[0] for name in self._changed})

    def read(self, rule_set: RuleSet[R]) -> R:
        return self.ruling(rule_set).rules

    def version(self, rule_set: RuleSet[Any]) -> RuleVersion:
        return self.ruling(rule_set).version

    def changed(self, used: Sequence[RuleVersion]) -> tuple[RuleVersion, ...]:
        return tuple(
            one
            for one in used
            if one.rules not in self.sets or self.version(self.sets[one.rules]) != one
        )

    def ruling(self, rule_set: RuleSet[R]) -> Ruling[R]:
        """Return a rule set as it is in force. Raises what `read` does."""
        known = self._set(rule_set.name)
        if known.name not in self._checked:
            self._check(known)
        return self._ruling(known)

    def _set(self, name: str) -> RuleSet[Any]:
        if name not in self.sets:
            raise UnknownName("rule set", name, self.sets)
        return self.sets[name]

    def _ruling(self, rule_set: RuleSet[Any]) -> Ruling[Any]:
        found = self._changed.get(rule_set.name)
        return shipped(rule_set) if found is None else found

    def _check_together(self, modules: set[str]) -> None:
        """Hold every set of some modules against the others, and tell all that is wrong."""
        those = [one for one in self.sets.values() if one.name.partition(".")[0] in modules]
        problems = tuple(problem for one in those for problem in self._problems(one))
        if problems:
            by = dict.fromkeys(one.origins[-1] for one in self._changed.values())
            raise InvalidValue(f"what is changed by {', '.join(by)}", problems)
        self._checked.update(one.name for one in those)

    def _check(self, rule_set: RuleSet[Any]) -> None:
        """Hold a shipped set against the others of its module, which are shipped too."""
        problems = _shipped_problems(rule_set)
        if problems:
            raise InvalidValue(f"rule set {rule_set.name}", problems)
        self._checked.add(rule_set.name)

    def _problems(self, rule_set: RuleSet[Any]) -> Iterator[Problem]:
        """Hold a set against the others. They are read unchecked: two may name each other."""

        def read(other: RuleSet[Any]) -> Any:
            return self._ruling(self._set(other.name)).rules

        for problem in rule_set.check(self._ruling(rule_set).rules, read):
            yield Problem(f"{rule_set.name} {problem.path}", problem.message)


@cache
def _shipped_problems(rule_set: RuleSet[Any]) -> tuple[Problem, ...]:
    return tuple(rule_set.check(shipped(rule_set).rules, lambda other: shipped(other).rules))


def read_file(path: str | PathLike[str], rules: str | None = None) -> Change:
    """
    Return the change that a file holds.

    Args:
        rules: The set that it has to be about; None for the one that it names.

    Raises:
        InvalidValue: There is no such file, or it holds no change.
    """
    name = fspath(path)
    try:
        with Path(name).open("rb") as file:
            content = file.read(MOST_RULE_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InvalidValue(f"rule file {name}", (Problem("$", reason),)) from error
    return read_change(content, f"rule file {name}", rules)


_Known: TypeAlias = Callable[[str], RuleSet[Any]]


def _plugin_changes(offers: Sequence[Offer], known: _Known) -> list[Change]:
    found: list[Change] = []
    setters: list[tuple[str, str, str]] = []
    for offer in offers:
        origin = f"plugin {offer.plugin.origin}"
        try:
            rule_set = known(offer.value.rules)
        except UnknownName as error:
            raise InvalidValue(origin, (Problem("$.rules", str(error)),)) from error
        change = change_of(offer.value.data, origin, rule_set.name)
        places = list(change.touches(rule_set))
        for first, name, taken in setters:
            for place in places:
                if name == rule_set.name and first != origin and _overlap(place, taken):
                    raise PluginClash("rule", f"{name}: {max(place, taken)}", first, origin)
        setters += [(origin, rule_set.name, place) for place in places]
        found.append(change)
    return found


def _overlap(one: str, other: str) -> bool:
    """Whether two places are one, or one is a whole table and the other an entry of it."""
    return one == other or one.startswith(f"{other}[") or other.startswith(f"{one}[")


def _host_changes(host: HostRules, known: _Known) -> list[Change]:
    changes = []
    for name, given in host.items():
        rule_set = known(name)
        if isinstance(given, Mapping):
            changes.append(change_of(given, f"the host's rules {name}", rule_set.name))
        else:
            changes.append(read_file(given, rule_set.name))
    return changes
