"""What a calendar entry asks of its reader."""

import pytest

from aicmo_core.kernel.rules import shipped
from aicmo_core.modules.production.internal.asks import BUCKETS, COMMUNITY, PROMO, PROOF
from aicmo_core.modules.production.internal.channels import Family
from aicmo_core.modules.production.internal.rule_sets import ASKS


def asks(bucket: str, family: Family, hook: str, site: str) -> tuple[str, ...]:
    """Return what the shipped rules ask for."""
    return shipped(ASKS).rules.to(bucket, family, hook, site)


@pytest.mark.parametrize(
    ("hook", "request_"),
    [
        ("A quick poll about bread", "Vote before {weekday}."),
        ("Your turn: a photo with Nu", "Post yours and name {brand}."),
        ("Save the date: Advent market on 5 December", "Put the day in your diary."),
        ("Today: Advent market", "Be there this {today}."),
        ("The week at Nu in three pictures", "Pick your favourite of the three."),
    ],
)
def test_some_hooks_have_requests_of_their_own(hook: str, request_: str) -> None:
    """A vote is asked for where there is one, and nothing else is."""
    own = asks(COMMUNITY, Family.SOCIAL, hook, "")

    assert request_ in own
    assert request_ not in asks(COMMUNITY, Family.SOCIAL, "What does “warm” mean to you?", "")
    assert "Drop your idea in the comments." not in own


@pytest.mark.parametrize("family", Family)
@pytest.mark.parametrize("bucket", BUCKETS)
def test_every_bucket_has_requests_on_every_kind_of_channel(bucket: str, family: Family) -> None:
    """No reader is left without a next step, and none is sent to a page that is not there."""
    found = asks(bucket, family, "Bread in plain words", "")

    assert found
    assert not any("{site}" in text for text in found)


def test_an_address_is_named_where_something_is_sold() -> None:
    """On social networks only there; talk stays where it is."""
    assert any("{site}" in t for t in asks(PROMO, Family.SOCIAL, "New here?", "nu.example"))
    assert not any("{site}" in t for t in asks(PROOF, Family.SOCIAL, "Up close", "nu.example"))
