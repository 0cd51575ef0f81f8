"""The rules that modules decide by, and a plugin's changes to them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from attrs import frozen

from aicmo_core.kernel.rules import RuleSet, RuleVersion, in_package

R = TypeVar("R")


class RuleBook(ABC):
    """The rule sets of an application, as its plugins and its host have changed them."""

    @abstractmethod
    def read(self, rule_set: RuleSet[R]) -> R:
        """
        Return the rules of a set: the same object each time.

        Raises:
            UnknownName: No module declares this set.
            InvalidValue: The module's own file is not valid.
        """

    @abstractmethod
    def version(self, rule_set: RuleSet[Any]) -> RuleVersion:
        """Return which rules these are. Raises what `read` does."""

    @abstractmethod
    def changed(self, used: Sequence[RuleVersion]) -> tuple[RuleVersion, ...]:
        """Return those of *used* that are not in force here: others are, or none of the name."""


@frozen
class RuleChange:
    """
    A plugin's change to a rule set, its own module's or another's.

    Attributes:
        rules: The set's name.
        data: What a file of rules holds: `version`, and the fields that are changed.
    """

    rules: str
    data: Mapping[str, Any]

    @classmethod
    def from_package(cls, rules: str, package: str, file: str) -> RuleChange:
        """
        Return the change that a JSON file of a plugin's own package holds.

        Raises:
            InvalidValue: It is no JSON in UTF-8, or not an object.
        """
        return cls(rules, in_package(package, file))
