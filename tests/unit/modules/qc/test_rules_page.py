"""The page of quality rules names what there is, as it is."""

from __future__ import annotations

import re
from pathlib import Path

import attrs
import pytest

from aicmo_core.modules.production.api import SectionKind
from aicmo_core.modules.qc.internal.rulesets import ReportRules, SectionRules, house

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "quality_rules.md"
TEXT = PAGE.read_text(encoding="utf-8")


def part(heading: str) -> str:
    """Return what stands under a heading, to the next of its level or above."""
    level = len(heading.partition(" ")[0])
    rest = TEXT.partition(f"\n{heading}\n")[2]
    return re.split(rf"^#{{1,{level}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def test_every_rule_is_on_the_page_with_its_weight() -> None:
    """Once, with its severity and its reason, and an example; and no other is."""
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.+?) \| (.+) \|$", part("## The rules"), re.M)

    shown = {rule: (weighs, why) for rule, weighs, why, _ in rows}
    weights = house().weights.items()
    assert shown == {name: (w.severity.value, w.reason) for name, w in weights}
    assert len(rows) == len(shown)
    assert all(len(example) > 20 for *_, example in rows)


@pytest.mark.parametrize(
    ("heading", "shape"),
    [("### Of a section", SectionRules), ("### Of the whole report", ReportRules)],
)
def test_every_field_of_a_rule_set_is_on_the_page(heading: str, shape: type) -> None:
    """In the first column of its table."""
    rows = re.findall(r"^\| (`.+?`) \|", part(heading), re.M)

    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(named) == sorted(a.name for a in attrs.fields(shape))


def test_every_kind_is_on_the_page() -> None:
    """Of which an order may ask for a section."""
    kinds = part("## The acceptance block").partition("KIND is one of:")[2].partition(".")[0]

    assert re.findall(r"`(\w+)`", kinds) == [kind.value for kind in SectionKind]


def test_scores_on_the_page_are_those_of_the_house() -> None:
    """Points, and what passes."""
    scoring = house().scoring
    numbers = [
        int(n) for n in re.findall(r"\b\d+\b", part("## The verdict").strip().split("\n\n")[0])
    ]

    points = [scoring.deductions[s] for s in ("critical", "major", "minor")]
    assert numbers == [scoring.start, *points, scoring.threshold]
