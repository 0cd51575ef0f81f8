"""The funnel breakdown: each stage with its question, its place, its measure and its way on."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.api.markdown import table
from aicmo_core.modules.production.internal.calendar import by_bucket
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.figures import due, goal_of, long_day
from aicmo_core.modules.production.internal.funnel import (
    STAGE_OF_BUCKET,
    Stage,
    kpis_for,
    names_for,
    offer,
    pursuit,
)
from aicmo_core.modules.production.internal.page import Page, fact, fill
from aicmo_core.modules.production.internal.pursuits import VISITS
from aicmo_core.modules.production.internal.wording import capital
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import KpiDTO, StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: a table of the stages, then each under its own heading."""
    page = context.page(
        310, 620, "funnel may vary", "no clear stages", least_bullets=10, most_bullets=18
    )
    f = spared(context.facts, page.avoidance)
    _glance(page, f, context)
    _awareness(page, f, context)
    _consideration(page, f, context)
    _conversion(page, f, context)
    _retention(page, f, context)
    _advocacy(page, f, context)
    return page.render()


def _glance(page: Page, f: Facts, context: Context) -> None:
    cell = context.phrasing.choose
    want = pursuit(f)
    page.heading("The Funnel at a Glance")
    page.paragraph(
        cell(
            "glance",
            f"Read from top to bottom, the table follows one person from a first glance at "
            f"{f.brand} to a recommendation.",
            f"Each line is one step nearer to {f.brand}, with the place where it is taken.",
        )
    )
    steps = {
        Stage.AWARENESS: cell("s1", "Notices the name.", "Stops for a moment."),
        Stage.CONSIDERATION: cell("s2", "Compares and asks.", "Looks a second time."),
        Stage.CONVERSION: cell("s3", f"Decides to {want.act}.", f"Is ready to {want.act}."),
        Stage.RETENTION: cell("s4", "Finds the promise kept.", f"May {want.again}."),
        Stage.ADVOCACY: cell("s5", "Tells somebody else.", "Recommends the name."),
    }
    rows: list[tuple[str, ...]] = []
    for stage, step in steps.items():
        kpis = [capital(k.name) for k in kpis_for(f, stage)[:2]]
        names = kpis or [f.rules.phrases.one(f"funnel_breakdown.counted.{stage.value}")]
        measure = cell(f"m {stage.value}", ", ".join(names))
        rows.append((stage.value, names_for(f, stage), step or "–", measure or "–"))
    page.block(table(("Stage", "Where", "What a person does", "Measured by"), rows))


def _entries(context: Context, stage: Stage) -> int:
    counts = by_bucket(context.calendar)
    return sum(counts[bucket] for bucket, of in STAGE_OF_BUCKET.items() if of is stage)


def _measured(page: Page, f: Facts, stage: Stage) -> None:
    for kpi in kpis_for(f, stage)[:2]:
        page.bullet(fact(_line(f, kpi)), label="Measure")


def _line(f: Facts, kpi: KpiDTO) -> str:
    return f"{capital(kpi.name)} shall be {goal_of(kpi)} by {long_day(due(kpi, f.start))}"


def _awareness(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Stage 1: Awareness")
    page.bullet(
        choose(
            "q1",
            f"“What is {f.short_brand}, and what has it to do with me?”",
            f"“Why do I see {f.short_brand} here, and is it worth a second?”",
        ),
        label="The question",
    )
    page.bullet(
        f"{_entries(context, Stage.AWARENESS)} entries of the calendar teach something about "
        f"{offer(f)} and ask for nothing back.",
        label="What is done",
    )
    page.bullet(
        choose(
            "on1",
            f"Somebody looks at a second piece by {f.brand}, or opens the page behind it.",
            f"A stranger stays to the end of a piece, or looks up {f.brand} by name.",
        ),
        label="Passes on when",
    )
    _measured(page, f, Stage.AWARENESS)


def _consideration(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("Stage 2: Consideration")
    doubt = f"“{f.pains[0]}: does {f.short_brand} help with that?”" if f.pains else ""
    page.bullet(
        doubt
        or choose(
            "q2",
            f"“What would {offer(f)} do for someone like me, and who says so?”",
            f"“What speaks for {offer(f)}, and what against it?”",
        ),
        label="The question",
    )
    page.bullet(
        f"{_entries(context, Stage.CONSIDERATION)} entries show {f.brand} at work, with something "
        "in each that can be checked.",
        label="What is done",
    )
    page.bullet(
        choose(
            "on2",
            f"A question about {offer(f)} comes in, or the page is opened twice.",
            "Prices, terms or reviews are read, which nobody does out of idle interest.",
        ),
        label="Passes on when",
    )
    _measured(page, f, Stage.CONSIDERATION)


def _conversion(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Stage 3: Conversion")
    page.bullet(
        choose(
            "q3",
            "“What happens after I press this button, and what if I change my mind?”",
            f"“How long does it take to {want.act}, and who answers me then?”",
        ),
        label="The question",
    )
    page.bullet(
        f"{_entries(context, Stage.CONVERSION)} entries ask people to {want.act}; each leads to "
        f"one page with one request by {f.brand}.",
        label="What is done",
    )
    page.bullet(
        f"Somebody books, sets a date, or asks {f.brand} for the way."
        if want.kind == VISITS
        else choose(
            "on3",
            f"{capital(want.event)} reaches {f.brand} and is confirmed within one working day.",
            f"{f.brand} has confirmed {want.event} and named what comes next.",
        ),
        label="Passes on when",
    )
    _measured(page, f, Stage.CONVERSION)


def _retention(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Stage 4: Retention")
    page.bullet(
        choose(
            "q4",
            f"“Was it right to choose {f.short_brand}?”",
            "“Do they still know me, now that I have decided?”",
        ),
        label="The question",
    )
    page.bullet(
        f"{_entries(context, Stage.RETENTION)} entries keep the talk going; {want.won} hear from "
        f"{f.brand} before they have to ask.",
        label="What is done",
    )
    page.bullet(
        fill(f"People {want.again} without being reminded by {f.brand}."), label="Passes on when"
    )
    _measured(page, f, Stage.RETENTION)


def _advocacy(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    want = pursuit(f)
    page.heading("Stage 5: Advocacy")
    page.bullet(
        choose(
            "q5",
            f"“Whom do I know who should hear about {f.short_brand}?”",
            f"“Would I put my own name beside {f.short_brand}?”",
        ),
        label="The question",
    )
    page.bullet(
        choose(
            "a5",
            f"{f.brand} asks {want.won} for one honest sentence, and for leave to show it, when "
            "they are content.",
            f"Satisfied {want.won} are given something by {f.brand} that is easy to pass on: a "
            "picture, a line, a link.",
        ),
        label="What is done",
    )
    page.paragraph(
        fill(
            f"The stage with the largest loss is worked on first. Until {f.brand} has counted two "
            "weeks, nobody knows which one that is."
        ),
        fill(
            f"Each stage has one person at {f.brand} who looks at its figure, so that no step "
            "belongs to nobody."
        ),
    )
