"""The rules, read from the data file that ships with this package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from attrs import field, frozen

from aicmo_core.kernel import from_json
from aicmo_legal_review.api.dtos import LegalSeverity

Terms = dict[str, tuple[str, ...]]
"""Language to terms. All languages are looked for: a text may mix them."""


@frozen
class Rule:
    """
    Words that may not stand in a text, or not alone.

    Attributes:
        terms: Whole words, any case.
        reason: Why, and what would be allowed.
        source: Where that is written.
        itself_denied: Terms that hold a denial themselves, and are claims all the same.
    """

    name: str
    severity: LegalSeverity
    terms: Terms
    reason: str
    source: str
    itself_denied: tuple[str, ...] = ()


@frozen
class LabelRule(Rule):
    """
    Words that need another word in the same section.

    Attributes:
        labels: Any of these is enough.
    """

    labels: tuple[str, ...] = field(kw_only=True)


@frozen
class Rulebook:
    """
    All rules.

    Attributes:
        denials: Just before a term in the same sentence, they make it no claim.
        comparison: Applies where a competitor is named in the same sentence.
        label: Applies where its labels are missing.
    """

    version: str
    denials: Terms
    rules: tuple[Rule, ...]
    comparison: Rule
    label: LabelRule


@cache
def rulebook() -> Rulebook:
    """Return the rules; the file is read when they are first asked for."""
    text = files("aicmo_legal_review.internal").joinpath("rules.json").read_text("utf-8")
    return from_json(text, Rulebook)
