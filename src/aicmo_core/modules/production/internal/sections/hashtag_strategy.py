"""The hashtag strategy: which tags, and how they are used."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.hashtags import hashtags
from aicmo_core.modules.production.internal.page import Page, fill
from aicmo_core.modules.production.internal.wording import capital, possessive, series, short
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: three groups of tags, and the guidelines as prose."""
    page = context.page(125, 270, "use random hashtags")
    f = spared(context.facts, page.avoidance)
    brand, industry, campaign = hashtags(context.facts)
    for heading, tags in (
        ("Brand Hashtags", brand),
        ("Industry Hashtags", industry),
        ("Campaign Hashtags", campaign),
    ):
        page.heading(heading)
        for found in tags:
            page.bullet(f"{found.text}, {found.use}")
    page.heading("Usage Guidelines")
    _guidelines(page, f, context, brand[0].text if brand else "the brand’s own")
    return page.render()


def _guidelines(page: Page, f: Facts, context: Context, tag: str) -> None:
    choose = context.phrasing.choose
    tagged = [c.channel for c in f.publishers if f.craft(c.channel).tags]
    plain = [c.channel for c in f.publishers if not f.craft(c.channel).tags]
    counts = series([f"{f.craft(name).tags} on {name}" for name in tagged])
    page.paragraph(
        f"{f.brand} keeps to a fixed number of tags per post: {counts}."
        if tagged
        else f"The channels of this plan need no tags, so {f.brand} keeps these for later and for "
        "the posts of its customers.",
        f"{series(plain)} {'needs' if len(plain) == 1 else 'need'} no tags."
        if plain and tagged
        else "",
        choose(
            "mix",
            f"A good set joins {tag}, one or two tags of the trade, and one of this campaign.",
            f"Each post by {f.brand} carries one tag of its own name and at most one of the "
            "campaign; the rest come from the trade.",
            f"The name of {f.brand} comes first, then the trade, then the campaign.",
        ),
        choose(
            "write",
            f"Each word in a tag begins with a capital, so that screen readers can read "
            f"{possessive(f.brand)} tags aloud.",
            f"Capitals at the start of each word keep tags such as {tag} readable, for screen "
            "readers too.",
        ),
        fill(
            choose(
                "check",
                f"Before first use, somebody at {f.brand} looks each tag up and drops any that "
                "others use for something else.",
                f"Each tag is searched once before {f.brand} adopts it, in case it already means "
                "something else.",
            )
        ),
        fill(
            f"After two weeks, {f.brand} keeps the tags that brought new readers and replaces "
            "the others."
        ),
        fill(f"Tags stand at the end of the text, so that {f.brand} speaks in whole sentences."),
        fill(f"{capital(short(f.product))} may be named in the text too, for those who search."),
    )
