"""The plan for pieces by customers: how they come about, who is the host, and who owns them."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.channels import Family
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import at_work, joined, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import clip
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: what people are asked for, the community, rights, and the rhythm."""
    page = context.page(
        310, 600, "ask for reviews", "hope for engagement", least_bullets=9, most_bullets=17
    )
    f = spared(context.facts, page.avoidance)
    _pieces(page, f, context)
    _community(page, f, context)
    _rights(page, f, context)
    _rhythm(page, f, context)
    return page.render()


def _home(f: Facts) -> str:
    """Return where people talk: the social channels of the plan, else the first of it."""
    social = [c.channel for c in f.publishers if f.craft(c.channel).family is Family.SOCIAL]
    return joined([clip(name, 4) for name in social[:2]]) or clip(f.publishers[0].channel, 4)


def _pieces(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("UGC Strategy")
    page.paragraph(
        choose(
            "why",
            f"People believe other people, so {f.brand} makes it easy to show {offer(f)} in real "
            "life.",
            f"The best pictures of {offer(f)} are not taken by {f.brand}; this plan gives them a "
            "reason and a place.",
        ),
        choose(
            "small",
            f"The request is always small and exact, because “show us something” gets {f.brand} "
            "nothing.",
            f"{f.brand} asks for one thing at a time, and for something that takes less than a "
            "minute.",
        ),
    )
    page.bullet(
        choose(
            "prompt one work",
            f"One screen, one desk, one line: how does work look since {f.brand} came? Faces are "
            "optional.",
            f"“The one thing I would tell a colleague about {offer(f)}”, written in two sentences.",
        )
        if at_work(f)
        else choose(
            "prompt one",
            f"“Here it was.” A photo of the place where {offer(f)} came in, with the town and no "
            "other words.",
            f"Two photos by {want.won}: the moment before {offer(f)}, and the moment after.",
        ),
        label="First request",
    )
    page.bullet(
        f"A piece that answers this point of the brief in a customer’s own words: {f.pains[0]}"
        if f.pains
        else choose(
            "prompt two",
            f"“What I wish I had known before.” {want.won.capitalize()} of {f.brand} finish the "
            "sentence for those who come next.",
            f"A question that newcomers ask {f.brand} is passed on, and the best answer is shown "
            "with a name.",
        ),
        label="Second request",
    )
    page.bullet(
        fact(f"Pieces from this day are collected: {f.events[0]}" if f.events else ""),
        label="Occasion for pieces",
    )
    page.bullet(
        choose(
            "moment",
            f"The request comes when people are content: after {want.value}.",
            f"{f.brand} asks in the week after the first success, and nobody is asked twice in a "
            "quarter.",
        ),
        label="Moment to ask",
    )


def _community(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Community Tactics")
    page.paragraph(
        f"The meeting place is {_home(f)}; a forum of its own would stay empty for a long time at "
        f"{f.brand}.",
    )
    page.bullet(
        choose(
            "host",
            f"One person at {f.brand} is the host, by name: greets, introduces, and leaves the "
            "stage to others.",
            f"A host with a name at {f.brand} answers within the working day, and knows who could "
            "help whom.",
        ),
        label="Host",
    )
    page.bullet(
        choose(
            "ritual",
            f"Once a week there is a fixed question about {f.kind}; the best three answers are "
            "shown on the same channel.",
            f"A weekly thread with the same title; {f.brand} opens it, and the regulars keep it "
            "going.",
        ),
        label="Ritual",
    )
    page.bullet(
        choose(
            "circle work",
            f"Twice a year, eight customers meet at one table, and {f.brand} takes notes instead "
            "of showing slides.",
            f"Customers of {f.brand} who have the same task are introduced to one another, two at "
            "a time.",
        )
        if at_work(f)
        else choose(
            "circle",
            f"The twenty most active people get a direct line, and hear of changes at {f.brand} "
            "early enough to object.",
            f"Regulars{f.where} are invited to see {f.brand} from behind, in a group that fits "
            "around one table.",
        ),
        label="Inner circle",
    )
    page.bullet(
        choose(
            "critic",
            f"Criticism stays visible and is answered; what {f.brand} deletes is insult and "
            "nothing else.",
            f"A fair critic is thanked in public, and {f.brand} comes back when the thing is "
            "mended.",
        ),
        label="Criticism",
    )


def _rights(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Rights and Credit")
    page.bullet(
        choose(
            "leave",
            f"Before {f.brand} shows a piece, it asks in writing and says where, how long, and in "
            "which form.",
            f"A tag is no permission; {f.brand} sends two lines and waits for the yes.",
        ),
        label="Permission",
    )
    page.bullet(
        choose(
            "credit",
            f"The name stands with the piece as its maker wishes, and {f.brand} changes nothing "
            "but the size.",
            f"Whoever made it is named; an edited piece goes back to its maker before {f.brand} "
            "uses it.",
        ),
        label="Credit",
    )
    page.bullet(
        fact(
            f"Pieces by others keep to the same limits: {'; '.join(f.limits[:2])}"
            if f.limits
            else ""
        ),
        label="Limits for pieces",
    )


def _rhythm(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Rhythm and Measure")
    page.bullet(
        choose(
            "start",
            f"The first request goes to ten people who know {f.brand} well on "
            f"{near_day(f.on(5))}; their pieces show others how.",
            f"By {near_day(f.on(5))}, ten regulars of {f.brand} have made the first pieces, so "
            "that nobody has to begin.",
        ),
        label="Beginning",
    )
    page.bullet(
        choose(
            "measure",
            f"On {near_day(f.on(26))} {f.brand} counts makers, not pieces: how many different "
            "people took part, and how many again.",
            f"{f.brand} counts on {near_day(f.on(26))} how many people made something for the "
            "first time.",
        ),
        label="Measure",
    )
    page.paragraph(
        fill(
            "Prizes are kept small or left out, since they bring people who like prizes and not "
            f"{f.kind}."
        ),
        fill(
            f"Nothing is written for customers to sign; invented praise would cost {f.brand} more "
            "than silence."
        ),
        fill(
            f"Each piece that {f.brand} shows is followed by thanks to its maker, in words and "
            "not by a machine."
        ),
        fill(
            f"If a request brings fewer than three answers, {f.brand} changes the request and not "
            "the people."
        ),
        fill(
            f"Pieces are filed with their permission beside them, so that {f.brand} can find both "
            "in a year."
        ),
    )
