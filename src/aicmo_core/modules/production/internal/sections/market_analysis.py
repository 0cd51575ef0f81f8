"""The situation: the market in the client’s words, where it stands, who else is there."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import (
    apart,
    due,
    goal_of,
    long_day,
    near_day,
    start_of,
)
from aicmo_core.modules.production.internal.funnel import at_work, joined, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import capital, clip, series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import KpiDTO, StrategyDocDTO

_MOST_KPIS = 3
"""A situation is told by the measures that matter most."""


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: context, performance, others, challenges, and what follows."""
    page = context.page(
        405, 690, "no data available", "information not provided", least_bullets=7, most_bullets=12
    )
    f = spared(context.facts, page.avoidance)
    _market(page, f, context)
    _performance(page, f, context)
    _others(page, f, context)
    _challenges(page, f, context)
    _so_what(page, f, context)
    return page.render()


def _market(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Market Context")
    page.paragraph(
        choose(
            "who",
            f"The market of {f.brand} is best described by those who decide in it: {f.audience}.",
            f"A market is people with a reason to choose; for {f.brand} they are these: "
            f"{f.audience}.",
        ),
        fact(
            f"Beside them stands a second circle: {f.second_audience}" if f.second_audience else ""
        ),
        choose(
            "work",
            f"They decide together and slowly, and {f.brand} has to be present at each step with "
            "something that can be passed on.",
            f"Several people have a say, so {f.brand} must convince some whom it never meets.",
        )
        if at_work(f)
        else choose(
            "home",
            f"They decide between other things, in minutes, and {f.brand} has to be clear before "
            "it can be convincing.",
            f"Their decision is small for them and large for {f.brand}; it is made where the next "
            "alternative is one tap away.",
        ),
        choose(
            "demand",
            f"How large this group is has to be looked up by {f.brand}; the plan does not rest on "
            "a guess about it.",
            f"The brief gives no size for this group, and the plan needs none before {f.brand} "
            "widens it.",
        ),
    )


def _performance(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Current Performance")
    known = [k for k in f.kpis if k.baseline is not None]
    page.paragraph(
        choose(
            "known",
            f"Where {f.brand} stands today is known from its own words, and only as far as these "
            "go.",
            f"This part holds what {f.brand} told us, and names what it has to read from its "
            "records.",
        ),
        ""
        if known
        else choose(
            "unknown",
            f"No starting value is stated for any target, so {f.brand} reads all of them by "
            f"{near_day(f.on(3))}.",
            f"The targets of {f.brand} have no starting values yet; these are read by "
            f"{near_day(f.on(3))}.",
        ),
    )
    for kpi in (known or list(f.kpis))[:_MOST_KPIS]:
        page.bullet(_standing(f, kpi), label=capital(kpi.name))
    page.bullet(
        fact(f"This has worked: {series(f.worked)}" if f.worked else ""), label="What carries"
    )
    page.bullet(
        fact(f"This has failed: {series(f.failed)}" if f.failed else ""), label="What does not"
    )
    page.bullet(
        fact(
            f"It can be shown already: {f.proof[0]}"
            if f.proof
            else f"{f.brand} has not named any; collecting it is part of the plan"
        ),
        label="Evidence in hand",
    )


def _standing(f: Facts, kpi: KpiDTO) -> str:
    day = long_day(due(kpi, f.start))
    if not start_of(kpi):
        aim = f"{goal_of(kpi)}{apart(kpi, f.kpis, f.start)}"
        return f"To be read by {f.brand}; the target is {aim}, due on {day}"
    return f"{start_of(kpi)} today, {goal_of(kpi)} by {day}"


def _others(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Competitive Landscape")
    page.paragraph(
        f"{f.brand} looks up to some of the others, and names them: {series(f.rivals_liked[:3])}."
        if f.rivals_liked
        else choose(
            "unnamed",
            f"{f.brand} has named nobody whose work it admires; the analysis of competitors says "
            "how the list is drawn up.",
            f"Which names stand beside {f.brand} in the mind of a buyer is asked, not assumed.",
        ),
        fact(
            f"It wants to stay apart from these: {series(f.rivals_disliked[:3])}"
            if f.rivals_disliked
            else ""
        ),
        choose(
            "compare",
            f"What counts are the two minutes in which somebody compares {offer(f)} with the "
            "others.",
            f"A buyer sees two or three offers at once; in that short list {f.brand} needs one "
            "clear difference.",
        ),
        f"The difference that {f.brand} claims is this: {f.selling_points[0]}."
        if f.selling_points
        else choose(
            "difference",
            f"The brief claims no difference yet; {f.brand} settles it in the section on "
            "positioning before money is spent.",
            f"Which difference it will claim, {f.brand} decides with the positioning, and tests "
            "before it is printed.",
        ),
    )


def _challenges(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Key Challenges")
    page.bullet(
        f"It is stated in the brief: {f.pains[0]}"
        if f.pains
        else choose(
            "pain",
            f"People who believe that {f.kind} can wait do not think of {f.brand} yet.",
            f"The need for {f.kind} is real and seldom urgent, so {f.brand} has to give a reason "
            "for now.",
        ),
        label="The matter itself",
    )
    page.bullet(
        choose(
            "proof",
            f"Claims are cheap in each trade; {f.brand} has to show one thing that can be checked "
            f"before it asks anybody to {want.act}.",
            f"Between interest and {want.event} lies doubt, and {f.brand} answers it with "
            "evidence or not at all.",
        ),
        label="Belief",
    )
    page.bullet(
        f"{f.budget_total} has to reach across "
        f"{joined([clip(n, 4) for n in f.channel_names[:3]])}, so what {f.brand} leaves out "
        "matters as much"
        if f.budget_total
        else choose(
            "means",
            f"No sum is stated; hours at {f.brand} are the budget, and they run out sooner than "
            "ideas.",
            f"Without a stated sum, the time of people at {f.brand} sets the limit of the plan.",
        ),
        label="Means",
    )
    page.bullet(
        fact(f"The work has to keep to what was ruled: {f.limits[0]}" if f.limits else ""),
        label="Limits of the work",
    )


def _so_what(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("What Follows from It")
    page.paragraph(
        choose(
            "follow",
            "The plan answers this situation in order: be understood first, be believed second, "
            f"be chosen third; {f.brand} does not skip a step.",
            f"For {f.brand} this means fewer messages, each with something behind it, and a first "
            "decision on figures after two weeks.",
        ),
        choose(
            "wrong",
            f"If one of these statements is wrong, {f.brand} says so before {near_day(f.start)}, "
            "and the plan changes where it rests on it.",
            f"Whatever {f.brand} corrects here before {near_day(f.start)} saves a correction in "
            "public.",
        ),
        fill(
            f"None of this is final: on {near_day(f.on(30))} the situation is written anew, from "
            f"the figures of {f.brand} itself."
        ),
        fill(
            "A situation looks different from inside, which is why two people from outside "
            f"{f.brand} should read this page."
        ),
        fill(
            f"Past campaigns are laid beside it, as far as {f.brand} has kept their results, so "
            "that nothing is learnt twice."
        ),
        fill(
            f"Where two sources differ, both are kept with their date, and {f.brand} decides "
            "which one it counts on."
        ),
        fill(
            f"Sales, service and marketing at {f.brand} see different parts of it; an hour with "
            "all three closes most gaps."
        ),
        fill(
            f"The order of the challenges is an opinion; {f.brand} may change it, as long as one "
            "of them comes first."
        ),
    )
