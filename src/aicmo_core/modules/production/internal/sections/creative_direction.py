"""The creative direction: what the work looks like, how it sounds, and where it stops."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.channels import Family
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.ideas import campaign_idea
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import capital, clip, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: pictures, tone, forms by channel, and limits."""
    page = context.page(
        300,
        560,
        "modern and clean",
        "professional yet approachable",
        least_bullets=11,
        most_bullets=18,
    )
    f = spared(context.facts, page.avoidance)
    _look(page, f, context)
    _tone(page, f, context)
    _forms(page, f)
    _limits(page, f, context)
    return page.render()


def _look(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    idea = campaign_idea(context, f)
    page.heading("Visual Style")
    page.paragraph(
        f"The pictures follow one thought, “{idea.name}”.",
        idea.world,
        fact(f"The client’s own style leads: {f.looks}" if f.looks else ""),
        fact(f"{f.brand} points to its guidelines: {f.guidelines}" if f.guidelines else ""),
    )
    page.bullet(
        choose(
            "subject",
            f"{capital(f.thing)} in use, by people who could belong to the audience.",
            f"People before objects: somebody with {f.thing}, not {f.thing} alone.",
            f"One subject to a picture, with {f.thing} in view or plainly just out of it.",
        ),
        label="Subject",
    )
    page.bullet(
        choose(
            "colour",
            f"The colours of the logo of {f.brand}, one of them loud, the others quiet.",
            f"Two colours that belong to {f.brand}, and much empty space around them.",
            f"Colours are taken from the real surroundings of {f.brand}, and one accent from its "
            "logo.",
        )
        if not f.looks
        else "Colours are taken from that style and from nowhere else; one of them marks each "
        "request.",
        label="Colour",
    )
    page.bullet(
        choose(
            "type",
            "One typeface in two weights; a headline has seven words at most.",
            "Headlines of at most seven words, set large enough for a telephone at arm’s length.",
        ),
        label="Type",
    )
    page.bullet(
        choose(
            "light",
            f"Natural light and true skin tones; filters would make {f.brand} look like others.",
            f"Sharp, close and unposed; {f.brand} takes its own pictures before it buys any.",
        ),
        label="Photography",
    )


def _tone(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Tone of Voice")
    page.paragraph(
        choose(
            "tone",
            f"{f.brand} sounds {series(f.voice)}, in that order when they conflict.",
            f"One question is put to each text: is it {series(f.voice)}?"
            if len(f.voice) == 3
            else f"Each text has to pass as {series(f.voice)}.",
        )
        if f.voice
        else choose(
            "plain tone",
            f"{f.brand} sounds like somebody who knows {f.thing} well and has time to explain.",
            f"The tone of {f.brand} is calm and exact: a short answer first, the reason after it.",
        ),
        fact(f"Its own words for itself: {series(f.adjectives)}" if f.adjectives else ""),
    )
    for word, meaning in _meanings(f):
        page.bullet(meaning, label=capital(word))
    page.bullet(
        choose(
            "sentence",
            "Verbs carry the sentence; twelve words are a good length, twenty are the end.",
            "Short sentences, active verbs, and one thought to each; lists only where one counts.",
        ),
        label="Sentences",
    )
    page.bullet(
        choose(
            "address",
            f"The reader is addressed directly, as one person, the way staff of {f.brand} would "
            "in a talk.",
            f"{f.brand} says “we” only for what its own people do.",
        ),
        label="Address",
    )


def _meanings(f: Facts) -> list[tuple[str, str]]:
    """Return what each word for the voice asks of a writer; no meaning is given twice."""
    found: list[tuple[str, str]] = []
    phrases = f.rules.phrases
    left = list(phrases.voices.values())
    for number, word in enumerate(f.voice[:3]):
        known = next((m for m in left if word.casefold() in m.words), None)
        if known:
            left.remove(known)
            found.append((word, f"{known.means}; so {f.brand} shows that it is {word}."))
        else:
            said = phrases.said("creative_direction.otherwise", brand=f.brand, word=word)
            found.append((word, said[number]))
    return found


def _forms(page: Page, f: Facts) -> None:
    page.heading("Forms by Channel")
    told: set[Family] = set()
    alike: dict[tuple[str, ...], list[str]] = {}
    for plan in f.publishers[:5]:
        skill = f.craft(plan.channel)
        alike.setdefault((*skill.posts, *skill.light), []).append(plan.channel)
    for channels in alike.values():
        skill = f.craft(channels[0])
        page.bullet(
            f"{series(skill.posts)} for full pieces, {series(skill.light).lower()} for the days "
            "between",
            ""
            if skill.family in told
            else f.rules.phrases.one(f"creative_direction.first.{skill.family.value}"),
            label=series([clip(channel, 4) for channel in channels]),
        )
        told.add(skill.family)


def _limits(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Do and Leave Out")
    page.bullet(
        choose(
            "do",
            f"Show names, hands, places and dates that only {f.brand} has.",
            f"Keep the first take when it is understandable; polish costs {f.brand} credibility.",
        ),
        label="Do",
    )
    page.bullet(
        choose(
            "leave",
            "Leave out stock pictures, empty superlatives and countdowns without a real end.",
            f"Leave out claims that {f.brand} could not defend in front of a customer.",
        ),
        label="Leave out",
    )
    for limit in f.limits[:3]:
        page.bullet(fact(f"Creative work respects this: {limit}"), label="From the brief")
    page.bullet(
        fact(f"What failed before stays away: {series(f.failed)}" if f.failed else ""),
        label="Known failure",
    )
    page.paragraph(
        fill(
            f"Each picture carries a text for people who cannot see it, and each clip of "
            f"{f.brand} has captions."
        ),
        fill(f"Two people at {f.brand} look at a piece on a telephone before it is approved."),
        fill(
            "Music, typefaces and pictures are licensed, and the licence is filed with the piece."
        ),
        fill(
            f"When in doubt between clear and clever, {f.brand} takes clear, and keeps the clever "
            "one for the caption."
        ),
        fill(
            f"A template for each form is built once, so that a new piece about {f.thing} takes "
            "an hour and not a day."
        ),
        fill(f"Old pictures of {f.thing} are retired when what they show is no longer true."),
    )
