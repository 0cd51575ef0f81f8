"""Hashtags out of names and trades."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from aicmo_core.modules.production.internal.facts import gather
from aicmo_core.modules.production.internal.hashtags import hashtags, tag


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Glow Botanicals", "#GlowBotanicals"),
        ("Bäckerei Möhrle", "#BäckereiMöhrle"),
        ("D2C Beauty", "#D2CBeauty"),
        ("cloud-based team", "#CloudBasedTeam"),
        ("茶の木", "#茶の木"),
        ("عطور الواحة", "#عطورالواحة"),
        ("हिन्दी चाय", "#हिन्दीचाय"),
        ("<b>Evil</b> & Co", "#BEvilBCo"),
        ("24/7", ""),
        ("🥨🥨", ""),
    ],
)
def test_a_tag_is_made_of_letters_and_figures(text: str, found: str) -> None:
    """Words are joined with capitals, signs are dropped, marks of a script are kept."""
    assert tag(text) == found


def test_each_group_has_three_tags_and_none_twice(any_client: Any) -> None:
    """For any client: a sign first, no space, no repetition across the groups."""
    groups = hashtags(gather(any_client.brief, any_client.strategy))

    texts = [t.text for group in groups for t in group]
    assert [len(g) >= 3 for g in groups] == [True] * 3
    assert all(t.startswith("#") and " " not in t and len(t) > 1 for t in texts)
    assert len({t.casefold() for t in texts}) == len(texts)


def test_a_tag_does_not_spell_an_avoided_term(make: Callable[[str], Any]) -> None:
    """Not even with its words run together."""
    client = make("skincare").but(must_avoid=("beauty tips", "moments"))

    groups = hashtags(gather(client.brief, client.strategy))

    joined = " ".join(t.text for group in groups for t in group).casefold()
    assert "beautytips" not in joined
    assert "moments" not in joined


def test_a_name_without_letters_borrows_its_trade(make: Callable[[str], Any]) -> None:
    """A brand called by a sign is still found."""
    client = make("sparse").but(brand_name="🥨")

    brand = hashtags(gather(client.brief, client.strategy))[0]

    assert brand[0].text == "#Tea"
