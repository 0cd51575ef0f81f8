"""Names and words of every shape: what clients and their channels are called is sayable."""

from __future__ import annotations

import re
from itertools import cycle

import pytest

from unit.modules.orders.order_desk import PACKS, Order, forms, order
from unit.modules.orders.report_reader import plain, sentences

NAMES = (
    "The Velvet Herons",
    "A Little Bread",
    "Dr. Ngo's Smile Studio",
    "University of Lund – Alumni Office",
    "Smith, Jones & Daughters (Harbour Branch)",
    "Society for the Protection of Rare Apples and Pears of the Upper Valley",
    "Honourable Company of Master Bookbinders and Paper Conservators of the Northern Counties",
    "1847",
    "Gallery 2027",
    "24/7 Fitness",
    "A.B.C.",
    "Next",
    "kube-gnome",
    "#HODLbox",
    "Yahoo!",
    "Wer weiß was?",
    "Donaudampfschifffahrtsgesellschaft",
    "茶の間 Cha no Ma",
    "עיניים",
    "Edda Klein, piano tuner",
    "Harrison, Wellington: Printers",
    "Studio (Harbour) Lighthouse",
)
named = pytest.mark.parametrize(("name", "pack"), list(zip(NAMES, cycle(PACKS), strict=False)))


def written(pack: str, **answers: object) -> Order:
    found = order(forms()["kayak_tours"]["responses"] | answers, pack)
    assert found is not None
    return found


@named
def test_a_brand_may_have_any_name(name: str, pack: str) -> None:
    """Nothing is found in its draft, and its name is never broken off in a sentence."""
    made = written(pack, brand_name=name)

    verdict = made.judged({})
    assert [f"{i.rule}: {i.place}" for i in verdict.issues] == []
    beginning = re.escape(" ".join(name.split()[:2]))
    text = plain(made.report.body)
    assert re.findall(rf"{beginning}[^.“”]{{0,60}}(?<!\bI )…", text) == []
    assert not re.search(r"(?i)\b(?:the|your own|an?) (?:the|an?)\b", text)


@pytest.mark.parametrize("pack", PACKS)
def test_channels_that_no_rule_knows_are_told_apart(pack: str) -> None:
    """Four of them are planned, and no sentence about one is said of another."""
    wanted = ["Hacker News", "GitHub", "Mastodon", "Dev.to"]

    made = written(pack, platforms_wanted=wanted, platforms_avoided=[])

    assert [c.channel for c in made.strategy.channels][:4] == wanted
    said = [s for s in sentences(made.report.body) if not re.fullmatch("“[^”]+”[.]?", s)]
    assert {s for s in said if said.count(s) > 1} == set()


@pytest.mark.parametrize(
    "limit", ["No testimonials from tribunal clients", "AHPRA: no testimonials in advertising"]
)
def test_a_limit_on_voices_is_itself_told(limit: str) -> None:
    """What keeps our sentences from asking for voices does not keep the limit out of the report."""
    made = written("retention_crm_booster", constraints=[limit])

    assert "stated_limits" not in {issue.rule for issue in made.judged({}).issues}
