"""The brand positioning: for whom, against what, on what grounds, and where it ends."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import near_day
from aicmo_core.modules.production.internal.funnel import at_work, offer
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: the statement, its grounds, its edges, its tone, and its test."""
    page = context.page(
        300, 560, "be everything to everyone", "for everyone", least_bullets=8, most_bullets=16
    )
    f = spared(context.facts, page.avoidance)
    _statement(page, f, context)
    _grounds(page, f, context)
    _edges(page, f, context)
    _conduct(page, f, context)
    _trial(page, f, context)
    return page.render()


def _statement(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Positioning Statement")
    page.paragraph(
        _claim(f, context),
        choose(
            "inside",
            f"It is written for people inside {f.brand}: it decides what is done and left, and is "
            "not printed anywhere.",
            f"This is a tool and no slogan; whoever works for {f.brand} holds drafts against it.",
        ),
    )


def _claim(f: Facts, context: Context) -> str:
    choose = context.phrasing.choose
    if f.selling_points:
        return choose(
            "claim",
            f"Among all who offer {f.kind}, {f.brand} stands for one thing first: "
            f"{f.selling_points[0]}.",
            f"Who thinks of {f.kind} should think of {f.brand}, because of this: "
            f"{f.selling_points[0]}.",
        )
    return choose(
        "claim open",
        f"Among all who offer {f.kind}, {f.brand} wants to be the one that shows what others only "
        "say.",
        f"Who thinks of {f.kind} should think of {f.brand} as the one that can be asked anything.",
    )


def _grounds(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("On What Grounds")
    page.bullet(
        f"It starts from the person in the brief: {f.readers}",
        label="Who is meant",
    )
    page.bullet(
        f"What bothers them stands in the brief: {f.pains[0]}"
        if f.pains
        else choose(
            "tension",
            f"They want {f.kind} without having to become experts first; {f.brand} asks ten of "
            "them whether that is so.",
            f"They expect more praise than use behind {f.kind}; {f.brand} can disarm that.",
        ),
        label="The tension",
    )
    page.bullet(
        f"This can be checked by anybody: {f.proof[0]}"
        if f.proof
        else choose(
            "ground",
            f"Until there is evidence to quote, the ground is conduct: {f.brand} shows its work, "
            "mistakes included.",
            f"A position without proof is a wish; {f.brand} collects the first piece of it by "
            f"{near_day(f.on(15))}.",
        ),
        label="The ground",
    )
    page.bullet(
        fact(
            f"It is supported by these: {f.together(f.selling_points[1:3])}"
            if len(f.selling_points) > 1
            else ""
        ),
        label="Support",
    )


def _edges(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Where It Ends")
    page.bullet(
        choose(
            "not work",
            f"Houses that only compare prices are not courted; {f.brand} answers them politely "
            "and spends its time elsewhere.",
            f"Whoever needs {f.kind} once and never again is served by {f.brand}, and not pursued.",
        )
        if at_work(f)
        else choose(
            "not",
            f"Those who look for the lowest price alone will be happier elsewhere, and {f.brand} "
            "does not chase them.",
            f"Some people will find {f.brand} too plain; the position holds because of that, and "
            "not in spite of it.",
        ),
        label="Not meant",
    )
    page.bullet(
        choose(
            "not said",
            f"{f.brand} speaks badly of nobody; the difference is shown on its own work.",
            f"Superlatives are left to others, since {f.brand} would have to prove them each year.",
        ),
        label="Not said",
    )
    page.bullet(
        fact(f"The position never justifies breaking this: {f.limits[-1]}" if f.limits else ""),
        label="Not done",
    )


def _conduct(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("How It Shows")
    page.bullet(
        fact(f"A voice that is {series(f.voice)}, in bad news as well" if f.voice else ""),
        label="In words",
    )
    page.bullet(
        fact(f"It is carried by this look: {f.looks}" if f.looks else ""), label="In pictures"
    )
    page.bullet(
        choose(
            "deed",
            f"One decision that costs something and that others would not take; {f.brand} names "
            "it when it is asked.",
            f"What {f.brand} does when nobody watches: answers, repairs, admits. That is where a "
            "position is believed.",
        ),
        label="In deeds",
    )
    page.bullet(
        choose(
            "offer",
            f"The statement can be found in {offer(f)} without being told; {f.brand} builds and "
            "explains for that.",
            f"Each change to {offer(f)} is asked one question at {f.brand}: does it make the "
            "statement truer?",
        ),
        label="In the offer",
    )


def _trial(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("How It Is Tested")
    page.paragraph(
        choose(
            "swap",
            "Put another name into the statement: if it still holds, it is too general, and "
            f"{f.brand} sharpens it.",
            f"Five people who know {f.brand} and five who do not are asked to finish the sentence "
            "“They are the ones who …”.",
        ),
        choose(
            "date",
            f"The answer is in by {near_day(f.on(10))}, before the second phase spends on it.",
            f"By {near_day(f.on(10))} {f.brand} decides whether the statement stays as it is.",
        ),
        fill(
            f"A position is kept for years; {f.brand} changes pieces, channels and lines long "
            "before it changes this."
        ),
        fill(
            f"When two departments at {f.brand} disagree about a text, the statement decides and "
            "not the louder voice."
        ),
        fill(
            f"New staff learn it in their first week at {f.brand}, by three examples of what was "
            "turned down because of it."
        ),
        fill(
            f"Once a year somebody from outside plays the advocate of a rival against {f.brand}, "
            "and the gaps are noted."
        ),
        fill(f"Whatever cannot be shown in a picture or a deed is taken out of it by {f.brand}."),
    )
