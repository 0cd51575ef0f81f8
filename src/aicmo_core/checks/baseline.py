"""
Breaches that a package is known to have: a list that can shrink and never grow.

A baseline lets a boundary be drawn where the code does not keep it yet. What is on it is
no news; what is not fails; and what does not occur any more has to be taken off it, so
that it cannot come back. A broken promise to those who use the last release is never on
it: its way out is the next version.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from attrs import frozen

from aicmo_core.checks.compatibility import COMPATIBLE
from aicmo_core.checks.finding import Breach, Finding
from aicmo_core.kernel.structuring import unstructure


@frozen
class Baseline:
    """
    What a package is known to breach.

    Attributes:
        package: Its dotted name.
        breaches: In order; one that occurs twice stands here twice.
    """

    package: str
    breaches: tuple[Breach, ...] = ()

    @classmethod
    def of(cls, package: str, findings: Iterable[Finding]) -> Baseline:
        """Return the baseline that holds what was found, broken promises left out."""
        kept = sorted(f.breach for f in findings if f.rule != COMPATIBLE)
        return cls(package, tuple(kept))

    def compare(self, findings: Iterable[Finding]) -> Comparison:
        """Tell what is new, what is known, and what is gone."""
        left = Counter(self.breaches)
        new, known = [], []
        for finding in findings:
            if finding.rule != COMPATIBLE and left[finding.breach]:
                left[finding.breach] -= 1
                known.append(finding)
            else:
                new.append(finding)
        return Comparison(tuple(new), tuple(known), tuple(left.elements()))

    def save(self, path: Path) -> None:
        """Write it, readable, so that its changes show in a review."""
        text = json.dumps(unstructure(self), indent=1, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")


@frozen
class Comparison:
    """
    What was found, beside what was known.

    Attributes:
        new: Not on the baseline.
        known: On it.
        gone: On it, and not found any more.
    """

    new: tuple[Finding, ...]
    known: tuple[Finding, ...]
    gone: tuple[Breach, ...]

    @property
    def clean(self) -> bool:
        """Whether the baseline says exactly what was found."""
        return not self.new and not self.gone
