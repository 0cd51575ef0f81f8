"""The value proposition map: what people need, what answers it, and what proves it."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.funnel import at_work, offer, pursuit
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.wording import capital, closed
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: the core value, needs and answers, benefits, proof, and variants."""
    page = context.page(290, 560, "best quality", "great service", least_bullets=8, most_bullets=16)
    f = spared(context.facts, page.avoidance)
    _core(page, f, context)
    _position(page, f, context)
    _map(page, f, context)
    _benefits(page, f, context)
    _proof(page, f, context)
    _variants(page, f, context)
    return page.render()


def _core(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Core Value Proposition")
    page.paragraph(
        choose(
            "core",
            f"{f.brand} exists so that {f.audience} get {f.product} they can rely on.",
            f"With {f.product}, {f.brand} gives {f.audience} one worry less.",
            f"{f.brand} gives {f.product} to {f.audience}, and with it a decision that holds.",
        ),
        label="Core Value Proposition",
    )
    page.paragraph(
        choose(
            "value",
            "Value here means what changes for people, and not what was built for it.",
            "A feature counts in this map only if somebody can say what it changes.",
        ),
        fill(
            f"The map is read from left to right: a need, what {f.brand} sets against it, and "
            "what makes it believable."
        ),
    )


def _position(page: Page, f: Facts, context: Context) -> None:
    page.heading("Positioning Statement")
    reason = f.selling_points[0] if f.selling_points else f.proof[0] if f.proof else ""
    page.paragraph(
        context.phrasing.choose(
            "position",
            f"Among all ways to meet the need, {f.brand} is the one for {f.readers} who want "
            f"{offer(f)} explained before anything is sold.",
            f"{f.brand} stands where {f.readers} look for {offer(f)} and want to understand first.",
        ),
        fact(f"The ground it stands on: {reason}" if reason else ""),
        label="Positioning Statement",
    )


def _map(page: Page, f: Facts, context: Context) -> None:
    page.heading("Needs and Answers")
    needs = f.pains[:3] or tuple(_assumed_needs(f, context))
    answers = f.selling_points or tuple(_assumed_answers(f, context))
    rows = [
        (closed(need), closed(answers[n]) if n < len(answers) else "–")
        for n, need in enumerate(needs)
    ]
    kept = [row for row in rows if not f.avoidance.concerns(" ".join(row))]
    if kept:
        page.block(table(("What people bring", "What can be set against it"), kept))
    page.paragraph(
        f"Both columns are lists in the words of {f.brand}; which answer fits which need is "
        "settled in one talk."
        if f.pains and f.selling_points
        else f"The needs are those that {f.brand} stated; the answers are proposals."
        if f.pains
        else f"The needs are working assumptions; {f.brand} strikes out what does not hold.",
        fill(
            f"A need that finds no answer in the right column is not advertised by {f.brand} "
            "until it does."
        ),
    )


def _assumed_needs(f: Facts, context: Context) -> list[str]:
    return context.phrasing.order(
        "needs",
        (
            f"No time to study {offer(f)}",
            f"Doubt whether {offer(f)} can fit their own case",
            "Fear of a choice that cannot be undone",
        ),
    ) or ["–"]


def _assumed_answers(f: Facts, context: Context) -> list[str]:
    return context.phrasing.order(
        "answers",
        (
            f"One page on {offer(f)} that is read in two minutes",
            f"An example from {f.brand} for each kind of case",
            "A first step that binds nobody",
        ),
    ) or ["–"]


def _benefits(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Benefits")
    if f.selling_points:
        page.bullet(
            f"Said as a benefit: what “{f.selling_points[0]}” saves in time, money or worry.",
            label="Functional",
        )
    else:
        page.bullet(
            choose(
                "functional",
                f"{f.brand} says in numbers or pictures what {offer(f)} can do, and leaves "
                "the rest to experience.",
                f"People can tell on the first day what {offer(f)} can do for them.",
            ),
            label="Functional",
        )
    page.bullet(
        f"Whoever proposes {f.brand} to colleagues can defend the proposal in two sentences."
        if at_work(f)
        else choose(
            "emotional",
            f"Choosing {f.brand} feels like having taken care of something properly.",
            f"{capital(f.readers)} can stop searching, which is a relief in itself.",
        ),
        label="Emotional",
    )
    page.bullet(
        choose(
            "social",
            f"{f.brand} is a name that one can pass on without having to explain it.",
            f"To recommend {f.brand} says something good about whoever does it.",
        ),
        label="Social",
    )
    page.bullet(
        choose(
            "economic",
            f"The cost can be set beside {want.value}, so that price is not discussed alone.",
            f"Instead of a low price, {f.brand} shows what the alternative costs in time.",
        ),
        fact(f"The price itself is told openly: {f.pricing}" if f.pricing else ""),
        label="Economic",
    )


def _proof(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Proof Points")
    for number, text in enumerate(f.proof[:3]):
        words = ("Opens the page", "Stands beside the request", "Serves talks and letters")[number]
        page.bullet(fact(f"{words}: {text}"), label=("First", "Second", "Third")[number])
    if not f.proof:
        page.bullet(
            choose(
                "collect",
                f"{f.brand} has named no proof yet; three quotable voices and one counted result "
                "are collected in the first two weeks.",
                f"Until results can be quoted, {f.brand} lets people look: a film in one take, a "
                "visit, a trial.",
            ),
            label="To be collected",
        )
    page.bullet(
        choose(
            "check",
            f"A claim without a source is cut, even if everyone at {f.short_brand} believes it.",
            f"Each proof carries a name, a place or a date, or {f.short_brand} does not use it.",
        ),
        label="Rule",
    )


def _variants(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Messaging Pillars in Three Lengths")
    page.bullet(
        f"“{f.tagline}”"
        if f.tagline
        else choose(
            "five",
            f"“{f.brand}: {offer(f)} without guesswork.”",
            f"“{f.brand}. {capital(offer(f))}, made easy to judge.”",
        ),
        label="In one line",
    )
    page.bullet(
        choose(
            "breath",
            f"“We offer {f.product} to {f.readers}, and we show before we ask.”",
            f"“If you are looking for {f.product}, start with your question; {f.brand} answers "
            "it first.”",
        ),
        label="In one breath",
    )
    page.bullet(
        choose(
            "minute",
            f"A need from the map, one scene with {offer(f)} in it, one proof, and the next step.",
            f"Who came to {f.brand} and why, what changed for them, and how a reader can find "
            "out as well.",
        ),
        label="In one minute",
    )
    page.paragraph(
        fill(
            f"Whoever writes for {f.brand} picks the length first and the words second; the order "
            "of the thoughts stays."
        ),
        fill(
            f"If two people at {f.short_brand} tell the long version differently, the map is "
            "not finished."
        ),
    )
