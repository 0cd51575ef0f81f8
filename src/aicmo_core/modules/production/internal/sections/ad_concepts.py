"""The ad concepts: what is shown, said and asked, ready to be made."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.ideas import campaign_idea
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import phases
from aicmo_core.modules.production.internal.refusals import refuses_paid
from aicmo_core.modules.production.internal.wording import capital, clip, longest_count, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: three concepts, their messages, their forms, and how they are tried."""
    page = context.page(345, 640, "buy now", "generic ad", least_bullets=14, most_bullets=23)
    f = spared(context.facts, page.avoidance)
    unpaid = refuses_paid(context.facts, brief)
    concepts(page, f, context, unpaid)
    messages(page, f, context)
    forms(page, f, unpaid)
    trial(page, f, context, unpaid)
    return page.render()


def concepts(page: Page, f: Facts, context: Context, unpaid: bool) -> None:
    """Write the three concepts, one to a phase."""
    choose = context.phrasing.choose
    idea = campaign_idea(context, f)
    one, two, three = phases(f)
    running = f.lasting(f.offers, three.first)
    page.heading("Ad Concepts")
    page.paragraph(
        f"{f.brand} rules out bought reach, so the three concepts run as posts of its own."
        if unpaid
        else choose(
            "three",
            f"Three concepts cover the way from the first glance to the decision for {f.brand}.",
            f"Each phase has its own concept, so that nobody sees {f.brand} ask before it has "
            "given.",
        )
    )
    page.bullet(
        idea.ad,
        fact(f"It speaks to this: {f.pains[0]}" if f.pains else ""),
        label=f"Concept 1, {one.name}",
    )
    page.bullet(
        f"One person, one sentence, one fact on screen: {f.proof[0]}"
        if f.proof
        else choose(
            "concept two",
            f"Somebody who uses {f.thing} finishes the sentence “I had not expected that …”.",
            f"A try of {f.thing} before the camera, in one take, with the result left in.",
            f"Two short scenes, one without {f.brand} and one with it, in the same place.",
        ),
        fact(f"It rests on this point: {f.selling_points[0]}" if f.selling_points else ""),
        label=f"Concept 2, {two.name}",
    )
    page.bullet(
        f"What runs now fills the frame: {running[0]}"
        if running
        else choose(
            "concept three",
            f"The first step towards {f.thing} is shown at full length, to prove how short it is.",
            f"A hand, a telephone, three taps: that is how one begins with {f.brand}.",
            f"The question “What happens next?” and its answer by {f.brand} in three pictures.",
        ),
        label=f"Concept 3, {three.name}",
    )


def messages(page: Page, f: Facts, context: Context) -> None:
    """Write headlines, body text and requests."""
    choose = context.phrasing.choose
    page.heading("Messaging")
    heads = (
        (
            "Headline 1",
            choose("h1", f"{capital(f.thing)}, seen up close", f"A second look at {f.thing}"),
        ),
        (
            "Headline 2",
            choose("h2", f"What {f.brand} can show you", f"Checked twice: {f.brand}"),
        ),
        (
            "Headline 3",
            choose("h3", f"Your first step with {f.brand}", f"Begin here: {f.brand}"),
        ),
    )
    for label, text in heads:
        page.bullet(f"“{text}”", label=label)
    page.bullet(
        choose(
            "body",
            f"Two sentences: what changes for {f.readers}, and why {f.brand} can say so.",
            f"First the situation of {f.readers}, then the part that falls to {f.thing}.",
        ),
        label="Body text",
    )
    page.bullet(
        choose(
            "request",
            "“See how it works” in the first two concepts, “Take the first step” in the third.",
            "“Show me” for those who look, “Start today” for those who have seen enough.",
            "“Find out how” in the first phase, “Choose your day” in the last.",
        ),
        label="Request",
    )
    for message in f.messages[:2]:
        if longest_count(message) <= 20:
            page.bullet(fact(f"Word for word in each concept: “{message}”"), label="Required")
    page.bullet(fact(f"All of it sounds {series(f.voice)}" if f.voice else ""), label="Sound")


def forms(page: Page, f: Facts, unpaid: bool) -> None:
    """Write the form of the concepts on each channel."""
    page.heading("Forms")
    bank = "ad_concepts.forms_unpaid" if unpaid else "ad_concepts.forms"
    for plan in f.publishers[:4]:
        family = f.craft(plan.channel).family
        same = [p.channel for p in f.publishers[:4] if f.craft(p.channel).family is family]
        name = clip(plan.channel, 4)
        text = (
            capital(f.rules.phrases.one(f"{bank}.{family.value}"))
            if same[0] == plan.channel
            else f"As on {clip(same[0], 4)}, with another first line for people on {name}"
        )
        page.bullet(text, label=name)


def trial(page: Page, f: Facts, context: Context, unpaid: bool) -> None:
    """Write how the concepts are tried, and how one is chosen."""
    choose = context.phrasing.choose
    lead = f.kpis[0].name if f.kpis else ""
    page.heading("Trial and Choice")
    page.bullet(
        choose(
            "trial",
            f"Each concept has two first seconds; by {near_day(f.on(8))} {f.brand} knows which one "
            "holds people longer.",
            f"Two openings for each concept run until {near_day(f.on(8))}; the weaker one is "
            "dropped.",
        ),
        label="Trial",
    )
    page.bullet(
        f"The concept that adds most to {lead} gets the room of the weakest from "
        f"{near_day(f.on(16))}."
        if lead
        else f"The strongest concept takes the room of the weakest from {near_day(f.on(16))}.",
        label="Choice",
    )
    page.bullet(
        choose(
            "tired",
            f"When the same people of {f.brand}’s audience have met a concept four times, its "
            "scene changes.",
            "A concept rests as soon as reactions fall for three days in a row.",
        ),
        label="Fatigue",
    )
    page.paragraph(
        fact(f"No concept may break this: {'; '.join(f.limits[:2])}" if f.limits else ""),
        fact(f"The way ends at {f.site}, on a page that repeats the headline" if f.site else ""),
        fill(
            f"A concept that needs an explanation inside {f.brand} will need a longer one outside; "
            "it is simplified."
        ),
        fill(
            "Comments under a concept are answered like all others, the unfriendly ones first, "
            f"by {f.brand} itself."
        ),
        fill(
            f"Drafts go to two people of the audience before they go live, and {f.brand} notes "
            "what they retell."
        ),
    )
    words = {"brand": f.brand, "thing": f.thing, "readers": f.readers}
    for label, text in f.rules.phrases.pairs("ad_concepts.craft", **words):
        page.bullet(fill(text), label=label)
