"""The new ad concepts: what takes the place of the old ones, and how the change is made."""

from __future__ import annotations

from aicmo_core.modules.onboarding.api import NormalizedBriefDTO
from aicmo_core.modules.production.internal.facts import Facts, spared
from aicmo_core.modules.production.internal.page import Page, fact
from aicmo_core.modules.production.internal.refusals import refuses_paid
from aicmo_core.modules.production.internal.sections.ad_concepts import (
    concepts,
    forms,
    messages,
    trial,
)
from aicmo_core.modules.production.internal.wording import series
from aicmo_core.modules.production.internal.writing import Context
from aicmo_core.modules.strategy.api import StrategyDocDTO


def write(brief: NormalizedBriefDTO, strategy: StrategyDocDTO, context: Context) -> str:
    """Return the section: three concepts, their messages and forms, the trial, the change."""
    page = context.page(
        350, 660, "buy now", "generic ad", "same as before", least_bullets=14, most_bullets=22
    )
    f = spared(context.facts, page.avoidance)
    unpaid = refuses_paid(context.facts, brief)
    concepts(page, f, context, unpaid)
    messages(page, f, context)
    forms(page, f, unpaid)
    _change(page, f, context)
    trial(page, f, context, unpaid)
    return page.render()


def _change(page: Page, f: Facts, context: Context) -> None:
    choose = context.phrasing.choose
    page.heading("From Old to New")
    page.paragraph(
        choose(
            "change",
            f"At first the new concepts run beside the two best old ones of {f.brand}, not "
            "instead of them.",
            f"{f.brand} gives the new concepts a third of the effort at first; old pieces leave as "
            "they are beaten.",
        ),
        fact(f"None of them brings this back: {series(f.failed)}" if f.failed else ""),
    )
