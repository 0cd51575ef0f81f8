"""Which channels are planned, and what the reasons say."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from aicmo_core.modules.onboarding.api import BudgetDTO, BudgetPeriod, BusinessType
from aicmo_core.modules.strategy.api import NoChannelLeft
from aicmo_core.modules.strategy.internal.directory import hosted, mentioned
from aicmo_core.modules.strategy.internal.document import Document
from aicmo_core.modules.strategy.internal.rule_sets import ALL, rules_of
from aicmo_core.runtime.rules import Rules

Plan = Callable[..., Document]
RULES = rules_of(Rules(ALL))
MONTHLY = BudgetDTO(Decimal(300), Decimal(500), "EUR", BudgetPeriod.MONTH, "300-500 EUR a month")
SAAS: dict[str, Any] = {
    "brand_name": "CloudSync",
    "pack": "full_funnel_growth_suite",
    "industry": "B2B SaaS",
    "description": "File sync for growing teams",
    "objectives": ("Generate 500 qualified leads in Q1",),
    "target_audience": "IT directors and operations managers",
    "products": ("Team file sync",),
    "locations": ("North America",),
}


def names(document: Document) -> list[str]:
    return [channel.channel for channel in document.channels]


def reason(document: Document, name: str) -> str:
    return next(c.reason for c in document.channels if c.channel == name)


def every_tactic(document: Document) -> str:
    return "\n".join(tactic for c in document.channels for tactic in c.tactics)


def test_a_bakery_with_a_door_gets_the_map_and_pictures(plan: Plan) -> None:
    """The rules of a local food business choose its channels and say so with its words."""
    document = plan()

    assert names(document) == ["Google Business Profile", "Instagram", "Facebook"]
    assert "a door to walk through in Tübingen" in reason(document, "Google Business Profile")
    assert "“Bakery”" in reason(document, "Instagram")


def test_software_for_companies_gets_linkedin_and_neither_instagram_nor_tiktok(plan: Plan) -> None:
    """Rules for business customers speak for the one and against the others."""
    document = plan(**SAAS)

    assert names(document)[0] == "LinkedIn"
    assert not {"Instagram", "TikTok"} & set(names(document))
    assert "B2B lead generation" in reason(document, "LinkedIn")


def test_a_tourism_office_gets_channels_on_which_places_are_collected(plan: Plan) -> None:
    """Another trade, other channels and other tactics."""
    document = plan(
        pack="strategy_campaign_premium",
        industry="Destination marketing",
        target_audience="Leisure travellers",
        objectives=("Raise awareness and demand in all seasons",),
        products=("Leisure travel to Duluth",),
        locations=("Duluth, Minnesota, United States",),
    )

    assert {"Instagram", "YouTube"} <= set(names(document))
    assert "A place a week" in every_tactic(document)


def test_wanted_channels_come_first_in_the_client_s_order(plan: Plan) -> None:
    """What the client asks for is planned, by whatever alias in whatever case."""
    document = plan(platforms_wanted=("YT", "insta", "Faceboook Nachbarn"))

    assert names(document) == ["YouTube", "Instagram", "Faceboook Nachbarn"]
    assert reason(document, "YouTube").startswith("The client asks for it")


def test_more_wanted_channels_than_usual_are_all_planned(plan: Plan) -> None:
    """The usual number bounds proposals, never the client's wish."""
    wanted = ("television", "radio", "programmatic display", "Facebook", "Instagram", "YouTube")

    document = plan(platforms_wanted=wanted)

    assert names(document) == [
        "Television",
        "Radio",
        "Display advertising",
        "Facebook",
        "Instagram",
        "YouTube",
    ]


def test_offline_media_are_not_proposed_unasked(plan: Plan) -> None:
    """Television, radio and print are planned only where the client wants them."""
    kinds = {c.name: c.kind for c in RULES.directory.all}

    unasked = plan(pack="strategy_campaign_premium", budget=MONTHLY)

    assert "offline" not in {kinds[name] for name in names(unasked)}
    assert names(plan(platforms_wanted=("Radio",)))[0] == "Radio"


@pytest.mark.parametrize(
    "spelling", ["Instagram", "INSTA", "ig", "instagram reels", "Ｉｎｓｔａｇｒａｍ"]
)
def test_an_avoided_channel_is_not_planned_however_it_is_spelled(plan: Plan, spelling: str) -> None:
    """Avoiding works by alias, in any case and width."""
    document = plan(platforms_avoided=(spelling,))

    assert "Instagram" not in names(document)
    assert any("Left out, as the client wants it: Instagram" in r for r in document.reasons)


def test_avoiding_a_group_avoids_each_of_its_channels(plan: Plan) -> None:
    """A name for many channels, such as social media, stands for all of them."""
    kinds = {c.name: c.kind for c in RULES.directory.all}

    document = plan(platforms_avoided=("social media",))

    assert "social" not in {kinds[name] for name in names(document)}
    assert len(document.channels) >= 2


def test_avoiding_only_a_channel_s_ads_keeps_the_channel_without_bought_reach(plan: Plan) -> None:
    """Facebook without Facebook ads is a plan."""
    document = plan(
        platforms_wanted=("Facebook",), platforms_avoided=("Facebook ads",), budget=MONTHLY
    )

    facebook = document.channels[0]
    assert facebook.channel == "Facebook"
    assert not any("bought" in tactic for tactic in facebook.tactics)


def test_a_channel_that_is_wanted_and_avoided_under_two_names_stays_out(plan: Plan) -> None:
    """To stay out is the safer reading, and the reasons say that there was a doubt."""
    document = plan(platforms_wanted=("Insta", "TikTok"), platforms_avoided=("Instagram",))

    assert "Instagram" not in names(document)
    assert "Wanted and avoided at once, so left out: Instagram." in document.reasons


def test_a_brief_that_avoids_everything_is_refused_by_name(plan: Plan) -> None:
    """No channel is invented against the client's word; the error says what helps."""
    everything = tuple(channel.name for channel in RULES.directory.all)

    with pytest.raises(NoChannelLeft, match="platforms_wanted") as refused:
        plan(platforms_avoided=everything)

    assert refused.value.brief_id == "brief-1"
    assert "Instagram" in refused.value.avoided


def test_one_answer_may_list_several_channels(plan: Plan) -> None:
    """Lists within one answer are read as lists."""
    document = plan(platforms_wanted=("Instagram, TikTok and X (Twitter)",))

    assert names(document) == ["Instagram", "TikTok", "X"]


def test_what_worked_before_speaks_for_a_channel_and_is_quoted(plan: Plan) -> None:
    """The client's experience gives points, in the client's words."""
    document = plan(
        worked=("Our Pinterest boards brought most orders",), target_audience="Home bakers"
    )

    assert "Pinterest" in names(document)
    assert "“Our Pinterest boards brought most orders”" in reason(document, "Pinterest")


def test_no_money_means_no_bought_reach(plan: Plan) -> None:
    """Tactics that cost media money need stated money."""
    assert "media money" not in every_tactic(plan(industry="D2C Beauty"))
    assert "media money" in every_tactic(plan(industry="D2C Beauty", budget=MONTHLY))


def test_a_limit_closes_the_tactics_that_would_break_it(plan: Plan) -> None:
    """No video means no Reels and no filming, and the reasons quote the limit."""
    document = plan(constraints=("No video, the bakers are camera shy",))

    assert "Reels" not in every_tactic(document)
    assert "filmed" not in every_tactic(document)
    assert any("filming is left out" in r for r in document.reasons)


def test_forbidden_words_are_in_no_tactic_and_no_reason(plan: Plan) -> None:
    """A word that must not appear is not smuggled in by a rule."""
    assert "Reels" in every_tactic(plan())

    document = plan(must_avoid=("reels", "fresh every day"))

    assert "Reels" not in every_tactic(document)
    assert "fresh every day" not in reason(document, "Instagram")


def test_a_client_without_time_is_asked_for_fewer_pieces(plan: Plan) -> None:
    """The pace follows the team, down to what the pack needs."""
    busy = {"constraints": ("Small team, two hours a week",), "pack": "strategy_campaign_premium"}
    usual = sum(c.posts_per_week for c in plan(pack="strategy_campaign_premium").channels)

    document = plan(**busy)

    assert sum(c.posts_per_week for c in document.channels) < usual
    assert any("two hours a week" in c.reason for c in document.channels)


def test_the_quick_pack_has_a_piece_for_every_day(plan: Plan) -> None:
    """Its calendar of 30 days wants seven pieces a week, whatever the channels."""
    document = plan(platforms_wanted=("YouTube", "Email"), posts_already=False)

    assert sum(c.posts_per_week for c in document.channels) >= 7


def test_a_host_of_another_name_is_no_profile() -> None:
    """An address counts as a profile only on the channel's own host."""
    instagram = next(c for c in RULES.directory.all if c.name == "Instagram")

    assert hosted(instagram, ["https://www.instagram.com/moehrle"])
    assert not hosted(instagram, ["https://my-instagram.com/x", "https://example.org"])


def test_a_short_alias_counts_only_as_a_whole_name() -> None:
    """The letter x within a text is not the network."""
    assert [c.name for c in mentioned(["X"], RULES.directory).channels] == ["X"]
    assert [c.name for c in mentioned(["model x newsletter"], RULES.directory).channels] == [
        "Email"
    ]


def test_business_type_as_answered_outweighs_the_words(plan: Plan) -> None:
    """A choice on the form is not second-guessed."""
    document = plan(business_type=BusinessType.B2B, pack="strategy_campaign_premium")

    assert "LinkedIn" in names(document)


def test_a_channel_that_is_wanted_with_and_without_ads_is_planned_once(plan: Plan) -> None:
    """Two wishes for one channel are one channel, with its ads."""
    document = plan(platforms_wanted=("Facebook", "Facebook ads"))

    assert names(document).count("Facebook") == 1


@pytest.mark.parametrize("answer", ["none", "N/A", "-", "All"])
def test_an_answer_that_names_no_channel_plans_and_avoids_none(plan: Plan, answer: str) -> None:
    """A form that is filled in with "none" says the same as an empty one."""
    assert plan(platforms_wanted=(answer,), platforms_avoided=(answer,)) == plan(
        platforms_avoided=()
    )


@pytest.mark.parametrize(
    ("limit", "pieces"),
    [
        ("I can post twice a week", 2),
        ("We post once a week", 1),
        ("At most 3 posts per week", 3),
        ("I only have one evening a week for this", 2),
        ("two people, four hours a week for marketing", 4),
        ("nur eine Stunde pro Woche", 1),
        ("deux publications par semaine", 2),
    ],
)
@pytest.mark.parametrize("pack", ["quick_social_basic", "strategy_campaign_standard"])
def test_no_more_is_planned_than_there_is_time_for(
    plan: Plan, limit: str, pieces: int, pack: str
) -> None:
    """Over all channels, whatever the pack needs; the channel that has fewer says why."""
    wanted = ("Instagram", "Facebook", "Email")

    found = plan(constraints=(limit,), platforms_wanted=wanted, pack=pack)

    assert sum(c.posts_per_week for c in found.channels) == pieces
    assert [c.channel for c in found.channels][:3] == list(wanted)
    assert all(limit in c.reason for c in found.channels if c.channel == "Instagram")


@pytest.mark.parametrize("limit", ["Closed one week in August", "open 7 days a week", "No calls"])
def test_other_limits_leave_the_rhythm_alone(plan: Plan, limit: str) -> None:
    """A week in August is no week of posts."""
    assert plan(constraints=(limit,)).channels == plan(constraints=("Nothing in red",)).channels
