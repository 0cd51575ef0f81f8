"""The diagnosis: what is seen, what may lie behind it, what it costs, and how to make sure."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import due, long_day, near_day, stated
from aicmo_core.modules.production.internal.funnel import Stage, at_work, names_for, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.phases import open_day
from aicmo_core.modules.production.internal.wording import series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: symptoms, root causes, impact, the working diagnosis, and its tests."""
    page = context.page(
        320, 600, "no clear problems", "everything working fine", "no problems", "all good",
        least_bullets=10, most_bullets=17,
    )  # fmt: skip
    f = spared(context.facts, page.avoidance)
    _symptoms(page, f, context)
    _causes(page, f, context)
    _impact(page, f, context)
    _diagnosis(page, f, context)
    _tests(page, f, context)
    return page.render()


def _symptoms(page: Page, f: Facts, context: Context) -> None:
    page.heading("Symptoms")
    page.paragraph(
        context.phrasing.choose(
            "symptom",
            f"What {f.brand} wants changed tells what hurts: {f.goal}.",
            f"Nobody sets such a goal without a reason, and the one of {f.brand} reads: {f.goal}.",
        )
    )
    frames = (f"Reported from inside {f.short_brand}", "Named beside it", "Named in the end")
    for frame, pain in zip(frames, f.pains[:3], strict=False):
        page.bullet(fact(f"{frame}: {pain}"), label="Seen")
    page.bullet(
        fact(
            f"Remedies that brought nothing say as much as the trouble itself: {series(f.failed)}"
            if f.failed
            else ""
        ),
        label="Earlier attempts",
    )


def _causes(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Root Causes")
    page.paragraph(
        choose(
            "causes",
            f"Four causes could produce this picture. None is proven yet at {f.brand}; each has a "
            "test below.",
            f"A symptom at {f.brand} can have several parents, so four suspicions are kept until "
            "three have been ruled out.",
        )
    )
    page.bullet(
        choose(
            "promise",
            f"What is said about {offer(f)} is larger than what arrives, and people notice in the "
            "first week.",
            f"{f.brand} delivers something sound, yet another thing than its texts announce.",
        ),
        label="Suspected, promise",
    )
    page.bullet(
        choose(
            "people",
            f"The money meets people who were never going to {want.act}; {f.readers} are among "
            "them, too thinly.",
            f"{f.brand} is seen by many and by too few of those who matter: {f.readers}.",
        ),
        label="Suspected, audience",
    )
    page.bullet(
        choose(
            "path",
            f"Interest in {offer(f)} is there and is lost on the way, between the first click and "
            f"{want.event}.",
            f"The road to {want.event} has a step on which people turn round, and {f.brand} has "
            "not stood there and watched.",
        ),
        label="Suspected, path",
    )
    page.bullet(
        choose(
            "counting",
            f"The figures themselves mislead: {f.brand} may be counting twice, or not at all, and "
            "steering by it.",
            f"Nobody has checked lately whether what {f.brand} counts is what happened.",
        ),
        label="Suspected, measurement",
    )


def _impact(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    lead = f.kpis[0] if f.kpis else None
    page.heading("Impact")
    page.bullet(
        f"As long as the cause stands, this remains a wish: {stated(lead)} by "
        f"{long_day(due(lead, f.start))}."
        if lead
        else f"As long as the cause stands, {f.brand} does not come nearer to its goal.",
        label="On the goal",
    )
    page.bullet(
        f"Of {f.budget_total}, the part that meets the wrong people or a broken path buys nothing."
        if f.budget_total
        else choose(
            "hours",
            f"{f.brand} pays in hours: each piece made for a broken path is work for the drawer.",
            f"No budget is stated, so the loss is counted in time that people at {f.brand} do not "
            "get back.",
        ),
        label="On money",
    )
    page.bullet(
        f"A team that was disappointed tells its successor, and {f.brand} is off the list for "
        "years."
        if at_work(f)
        else choose(
            "trust",
            f"Every disappointed person costs {f.brand} {want.events} that were never counted, "
            "because they were never begun.",
            f"People who turn away from {offer(f)} rarely complain. They are simply missing next "
            "time.",
        ),
        label="On trust",
    )


def _diagnosis(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Working Diagnosis")
    page.paragraph(
        choose(
            "working",
            f"Until the tests say otherwise, {f.brand} works from this: the promise and the path "
            "are mended first, because nothing that is bought before that can hold.",
            f"The working diagnosis puts the path first and reach last. More people on a road with "
            f"a hole in it would only cost {f.brand} more.",
        ),
        choose(
            "humble",
            "It is a diagnosis by description, not by examination, and is treated as one.",
            f"It rests on the answers of {f.brand} alone, so a single figure may overturn it.",
        ),
    )


def _tests(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("How to Make Sure")
    page.bullet(
        choose(
            "t1",
            f"Ten {want.won} say what they had expected of {f.brand}; their words are laid beside "
            "the first page.",
            f"The ten newest complaints at {f.brand} are sorted: expected something else, or got "
            "something faulty?",
        ),
        label="Promise",
    )
    page.bullet(
        f"The last two weeks on {names_for(f, Stage.AWARENESS, 1)} are read by who reacted; "
        "if fewer than half belong to the audience, the choice of people is the cause.",
        label="Audience",
    )
    page.bullet(
        choose(
            "t3",
            f"Five strangers try to {want.act} on a telephone while somebody from {f.brand} looks "
            "on and says nothing.",
            f"Each step up to {want.event} gets a count; the step with the steepest fall is "
            "watched by a person.",
        ),
        label="Path",
    )
    page.bullet(
        choose(
            "t4",
            f"One week of {want.events} is counted by hand at {f.short_brand} and compared with "
            "the reports.",
            f"Somebody places three test entries and looks for them in the figures of "
            f"{f.short_brand}.",
        ),
        label="Measurement",
    )
    page.paragraph(
        f"All four tests have an answer by {near_day(open_day(f, f.on(9)))}, and the diagnosis is "
        "confirmed or rewritten on that day.",
        fact(f"No test goes beyond this: {f.limits[-1]}" if f.limits else ""),
        fill(
            f"If two causes pass their tests, {f.brand} treats the cheaper one first and counts "
            "again."
        ),
        fill(
            f"A cause that people at {f.short_brand} have suspected for years gets no bonus; it "
            "is tested like the rest."
        ),
        fill(
            f"What the tests cost is written down beforehand, so that {f.brand} stops when an "
            "answer would cost more than the mistake."
        ),
    )
