"""Numbers, counts and days to plant in good drafts, in other words than the draft's own."""

from __future__ import annotations

from attrs import evolve

from aicmo_core.modules.qc.api import QcFacts

from .planting import CALENDAR, END, SCHOOL, Defect, Plant, spoiled, swapped, text

SPELLED = (
    "three thousand euros", "a hundred and twenty thousand dollars", "eighty-seven percent",
    "seventy-one per cent", "a ninetyfold", "two million pounds",
)  # fmt: skip
PARTS = (
    "A third of the budget goes to print.", "Two thirds of the money are for search.",
    "Half of the budget goes to YouTube.", "It costs twice the budget.",
    "It takes ten times the whole money.", "Instagram has a tenth of the budget.",
)  # fmt: skip
COUNTS = (
    "The calendar has 24 posts.", "In total, 19 posts are written.",
    "Twenty-four posts are planned.", "There are 33 posts in all.",
    "It is a 12-week plan.", "A 45-day calendar follows.", "The plan runs for eleven weeks.",
)  # fmt: skip
DAYS = (
    "Tuesday, December 9th", "Tue 9.12.", "Tuesday, 2026/12/09", "Tuesday 2026-12-09",
    "Tuesday 09.12.2026", "Tuesday, Dec 9, 2026", "Tuesday, 9 December 2026", "Tue 09/12/2026",
)  # fmt: skip
LIMITS = {
    "No discounts": "Discounts are welcome at any time.",
    "Never contact guests by phone": "Contact guests by phone every Monday.",
    "No posts on Sundays": "Posts on Sundays are seen by most.",
    "Do not name the farmer": "Name the farmer in each post.",
    "Photos of guests only with their consent": "Take photos of guests without consent.",
    "avoid prizes": "Every post offers prizes.",
}


def limited(limit: str, plant: Plant) -> Plant:
    """Let the client state a limit, and the draft too, before it is spoiled."""

    def spoil(facts: QcFacts) -> QcFacts:
        assert facts.brief is not None
        brief = evolve(facts.brief, constraints=(*facts.brief.constraints, limit))
        return plant(text("overview", END, f"\n\n**Limit:** {limit}.")(evolve(facts, brief=brief)))

    return spoil


FIGURES = {
    "two heads that changed places": Defect(
        spoiled(CALENDAR, swapped("Date |", "Platform |")), "column_heads", CALENDAR, "date",
    ),
    "heads of shares that changed places": Defect(
        spoiled("kpi_and_budget_plan", swapped("Channel |", "Share |")),
        "column_heads", "kpi_and_budget_plan", "channel", SCHOOL,
    ),
    "a total that is off": Defect(
        text("final_summary", END,
             "\n\n| Part | Money |\n| --- | --- |\n| Beans | EUR 147 |\n| Film | EUR 81 |\n"
             "| Total | EUR 300 |"),
        "table_sums", "final_summary", "eur 300",
    ),
    "a sentence with one word changed": Defect(
        text("final_summary", END,
             " Capitals at the start of each term keep tags such as #KaffeeröstereiGrünblatt "
             "readable, for screen readers too."),
        "repeated_sentences", "final_summary", "capitals at the start of each term",
    ),
    **{
        f"{said} that nobody stated": Defect(
            text("overview", END, f" It is {said} more."), "stray_numbers", "overview", "it is",
        )
        for said in SPELLED
    },
    **{
        f"another part of the money: {said}": Defect(
            text("final_summary", END, f" {said}"), "budget_statements", "final_summary", "line 10",
        )
        for said in PARTS
    },
    **{
        f"a wrong count: {said}": Defect(
            text("final_summary", END, f" {said}"), "calendar_counts", "final_summary", "line 10",
        )
        for said in COUNTS
    },
    **{
        f"a wrong weekday as {said!r}": Defect(
            text("execution_roadmap", END, f" It is due on {said}"),
            "weekdays", "execution_roadmap", "tue",
        )
        for said in DAYS
    },
    "a day outside the plan, the year first": Defect(
        text("execution_roadmap", END, " It starts on 2029/02/03."),
        "stray_dates", "execution_roadmap", "2029/02/03",
    ),
    **{
        f"a limit turned round: {said}": Defect(
            limited(limit, text("final_summary", END, f" {said}")),
            "turned_limits", "final_summary", "line 10",
        )
        for limit, said in LIMITS.items()
    },
}  # fmt: skip
