"""The influencer strategy: who speaks for the client, how they are chosen, and on what terms."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import BusinessType, NormalizedBriefDTO
from aicmo_core.modules.production.internal.channels import Family
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.ideas import campaign_idea
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import open_day, phases
from aicmo_core.modules.production.internal.refusals import refuses_creators
from aicmo_core.modules.production.internal.wording import clip, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: tiers, selection, activation by phase, and agreements."""
    page = context.page(
        290, 540, "work with anyone", "all influencers", least_bullets=10, most_bullets=18
    )
    f = spared(context.facts, page.avoidance)
    own = refuses_creators(context.facts, brief)
    _tiers(page, f, context, own)
    _choice(page, f, context, own)
    _activation(page, f, context, own)
    _terms(page, f, context, own)
    return page.render()


def _social(f: Facts) -> str:
    names = [c.channel for c in f.publishers if f.craft(c.channel).family is Family.SOCIAL]
    return series([clip(n, 4) for n in names[:2]]) or clip(f.publishers[0].channel, 4)


def _tiers(page: Page, f: Facts, context: Context, own: bool) -> None:
    choose = context.phrasing.choose
    where = f.where or ""
    page.heading("Influencer Tiers")
    if own:
        page.paragraph(
            f"{f.brand} does not want outside voices for hire, so this plan relies on people who "
            "know it anyway.",
            f"They speak on {_social(f)} and are named only with their consent.",
        )
    elif f.business is BusinessType.B2B:
        page.paragraph(
            choose(
                "b2b",
                f"In this trade, influence is expertise: people whose judgement on {f.thing} is "
                "asked for.",
                f"{f.brand} looks for experts with few but fitting readers, not for fame.",
            ),
            f"They are found on {_social(f)} and at the events of the trade.",
        )
    else:
        page.paragraph(
            choose(
                "b2c",
                f"{f.brand} works with few voices, chosen for their readers and not for their "
                "number.",
                f"Three circles of voices carry {f.thing} further than {f.brand} reaches alone.",
            ),
            f"The work happens on {_social(f)}.",
        )
    page.bullet(
        choose(
            "customers",
            f"People who already use {f.thing} and say so unasked. They are thanked and "
            "given early news.",
            f"Five to ten satisfied customers of {f.brand}, invited in person to show their own "
            "view.",
        ),
        label="Circle 1, customers",
    )
    page.bullet(
        f"Staff of {f.brand} who like to explain their work, with time set aside for it."
        if own
        else choose(
            "local",
            f"Small accounts{where} with a few thousand readers who answer their comments "
            "themselves.",
            f"Voices with a small, loyal readership{where} that overlaps with {f.readers}.",
        ),
        label="Circle 2, colleagues" if own else "Circle 2, small voices",
    )
    page.bullet(
        f"Partners and suppliers of {f.brand} who have something true to add about {f.thing}."
        if own
        else choose(
            "expert",
            f"One or two specialists on {f.thing} whose word counts with people who compare.",
            f"A known expert in the field of {f.brand}, for one piece that stays useful.",
        ),
        label="Circle 3, partners" if own else "Circle 3, experts",
    )


def _choice(page: Page, f: Facts, context: Context, own: bool) -> None:
    choose = context.phrasing.choose
    page.heading("Selection")
    page.bullet(
        choose(
            "fit",
            f"Half of the last ten pieces deal with subjects that matter to {f.readers}.",
            f"Their readers would recognise themselves in this: {f.audience}",
        ),
        label="Fit",
    )
    page.bullet(
        choose(
            "comments",
            f"Comments are answered, and they are about the subject; {f.brand} reads twenty of "
            "them before it writes.",
            "Real talk stands under the pieces: questions, objections, answers, not rows of "
            "hearts.",
        ),
        label="Talk",
    )
    page.bullet(
        choose(
            "clean",
            f"Nothing in the past year that {f.brand} would have to explain to a customer.",
            f"No competitor of {f.brand} in the last three months, and no claims without a source.",
        ),
        label="Record",
    )
    page.bullet(
        fact(
            f"They can speak in a tone that is {series(f.voice)} without putting it on"
            if f.voice
            else ""
        ),
        label="Tone",
    )


def _activation(page: Page, f: Facts, context: Context, own: bool) -> None:
    choose = context.phrasing.choose
    idea = campaign_idea(context, f)
    one, two, three = phases(f)
    second, third = (near_day(open_day(f, phase.first)) for phase in (two, three))
    page.heading("Activation Strategy")
    page.paragraph(
        f"The task is the same for each of them: {idea.creator[:1].lower()}{idea.creator[1:]}",
    )
    page.bullet(
        choose(
            "phase one",
            f"By {near_day(one.last)}, twelve names are on a list, six are written to, and three "
            "have agreed.",
            f"Until {near_day(one.last)}, {f.brand} writes to six people in person and sends no "
            "mass letter.",
        ),
        label=one.name,
    )
    page.bullet(
        choose(
            "phase two",
            f"From {second}, the first pieces appear; {f.brand} answers in the "
            "comments and lets criticism stand.",
            f"Pieces go out from {second} on, two or three days apart, never on one day.",
        ),
        label=two.name,
    )
    page.bullet(
        choose(
            "phase three",
            f"From {third}, the best piece is shown again by {f.brand}, with "
            "consent and the name beside it.",
            f"{f.brand} picks the piece with the most questions on {third} and "
            "answers them in a piece of its own.",
        ),
        label=three.name,
    )
    lead = f.kpis[0].name if f.kpis else ""
    page.bullet(
        f"Each voice gets a link of its own, so that its part in {lead} can be told apart."
        if lead
        else f"Each voice gets a link of its own, so that {f.brand} sees what it brought.",
        label="Measure",
    )


def _terms(page: Page, f: Facts, context: Context, own: bool) -> None:
    choose = context.phrasing.choose
    page.heading("Agreements")
    page.paragraph(
        f"Nobody is paid; {f.brand} gives time, access and thanks."
        if own
        else choose(
            "pay",
            f"Whoever is paid or given {f.thing} says so at the beginning of the piece, in plain "
            "words.",
            f"Payment and gifts from {f.brand} are disclosed in the first line, as the law and "
            "decency ask.",
        ),
        choose(
            "brief",
            f"The brief has one page: the thought, three facts about {f.thing}, what must not be "
            "said, and a date.",
            f"{f.brand} hands over facts and limits, not a script; the words belong to the voice.",
        ),
        fact(
            f"These limits are part of each agreement: {'; '.join(f.limits[:2])}"
            if f.limits
            else ""
        ),
        fact(f"One fact is always handed over with its source: {f.proof[0]}" if f.proof else ""),
        fill(
            f"{f.brand} sees a piece before it appears, corrects facts within one day, and leaves "
            "opinions alone."
        ),
        fill(
            f"The right to show a piece again is agreed for six months and in writing before "
            f"{f.brand} uses it."
        ),
        fill(
            f"If a voice turns out wrong, {f.brand} ends the work politely, pays what was agreed, "
            "and says nothing in public."
        ),
        fill(
            "Numbers of followers are noted and set aside; saved pieces and questions asked tell "
            f"{f.brand} more."
        ),
        fill(
            f"Children are shown by nobody on behalf of {f.brand}, and people in the background "
            "only with consent."
        ),
        fill(
            f"Contacts stay with {f.brand} after the campaign, with a note on what worked and what "
            "it would change."
        ),
    )
