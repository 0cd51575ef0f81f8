"""Good reports pass; one defect planted in them is found by the rule that should find it."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from aicmo_core.kernel import Money
from aicmo_core.modules.production.api import SectionDTO, SectionKind
from aicmo_core.modules.qc.api import AcceptanceDTO, QcFacts, Severity
from aicmo_core.modules.qc.internal.gate import Verdict

Judged = Callable[[QcFacts], Verdict]
Rewritten = Callable[[QcFacts, str, Callable[[str], str]], QcFacts]
WithSections = Callable[[QcFacts, tuple[SectionDTO, ...]], QcFacts]

CALENDAR = "detailed_30_day_calendar"


def test_good_report_has_no_finding(good: QcFacts, judged: Judged) -> None:
    """A report that an editor would send scores 100."""
    verdict = judged(good)

    assert verdict.issues == ()
    assert verdict.score == 100
    assert verdict.passed


def test_good_report_meets_a_demanding_order(good: QcFacts, judged: Judged) -> None:
    """What an order asks for and the report has is no finding."""
    order = AcceptanceDTO(
        required_terms=("Sourdough bread", "SATURDAY queue", "pre-order"),
        forbidden_terms=("SaaS", "G2", "test drive"),
        min_brand_mentions=5,
        min_sections=8,
        min_calendar_days=30,
        must_have=(SectionKind.CALENDAR, SectionKind.MESSAGING),
    )

    assert judged(evolve(good, acceptance=order)).passed


# -- defects in a section's text: section, what is replaced, by what, the rule -----------------

END = r"\Z"
TEXT_DEFECTS = {
    "a note to the writer": ("overview", END, "\n\nTODO: ask the owner.", "placeholders"),
    "a bold placeholder": ("overview", "Artisan bakery", "**TBD**", "placeholders"),
    "a field in brackets": ("final_summary", "Thirty days", "[Number] days", "placeholders"),
    "an escaped field": ("final_summary", "Thirty days", r"\[Number\] days", "placeholders"),
    "template syntax": ("final_summary", "Thirty days", "{{ days }} days", "placeholders"),
    "a format field": ("final_summary", "Thirty days", "{days} days", "placeholders"),
    "a field in angles": ("overview", "Freiburg", "<insert town>", "placeholders"),
    "an escaped entity": ("overview", "Freiburg", "&lt;insert town&gt;", "placeholders"),
    "blind text": ("final_summary", END, "\n\nLorem ipsum.", "placeholders"),
    "a split placeholder": ("final_summary", END, "\n\nT\u200bO\u00adDO.", "placeholders"),
    "a full-width placeholder": ("final_summary", END, "\n\nＴＢＤ.", "placeholders"),
    "a program's None": ("overview", "Artisan bakery", "None", "placeholders"),
    "a model speaks": ("final_summary", END, " As an AI model I agree.", "placeholders"),
    "an unanswered question": ("final_summary", END, " Which day???", "placeholders"),
    "a promise for later": ("overview", END, " Photos are to be provided.", "placeholders"),
    "a worn-out opening": (
        "final_summary",
        r"\A",
        "In today’s digital age bread matters. ",
        "agency_phrases",
    ),
    "nobody's client": ("final_summary", END, " Your business will grow.", "agency_phrases"),
    "a hole in a sentence": ("final_summary", "Instagram carries", " , carries", "slips"),
    "a text cut off": ("final_summary", "the daily work and", "the daily… and", "slips"),
    "words joined by a machine": ("final_summary", "to be seen on", "to be seen on on", "slips"),
    "a section cut short": ("final_summary", r"(?s)\. It needs.*", ".", "section_words"),
    "a section padded": ("overview", END, " bread and butter" * 60, "section_words"),
    "a list taken away": ("overview", r"(?m)^- ", "", "section_bullets"),
    "headings taken away": ("content_buckets", r"(?m)^### ", "", "section_headings"),
    "a heading renamed": ("execution_roadmap", "### Week 1", "### Soon", "required_headings"),
    "a column renamed": (CALENDAR, "Platform", "Where", "required_headings"),
    "a bucket never used": (CALENDAR, "Promo", "Offer", "required_text"),
    "a table turned into text": (CALENDAR, r"\| --- .*\n", "", "section_format"),
    "unwanted words": ("final_summary", END, " Do social media consistently!", "forbidden_text"),
    "a list that repeats": (
        "hashtag_strategy",
        r"(?s)- #Sourdough.*?- #FreiburgIsst",
        "- #Sourdough\n" * 9,
        "repeated_lines",
    ),
    "too few hashtags": ("hashtag_strategy", "- #MöhrleBrot\n- #Seit1911\n", "", "hashtags"),
    "a list without hashes": ("hashtag_strategy", "- #Sauerteig", "- Sauerteig", "hashtags"),
    "a sentence of an hour": (
        "final_summary",
        r"(?<=\w)\. (?=[A-Z])",
        " and ",
        "sentence_length",
    ),
    "a statute's language": (
        "final_summary",
        r"\b[a-z]{4,}\b",
        "responsibility",
        "readability",
    ),
    "a sentence from elsewhere": (
        "final_summary",
        END,
        " The dough rests for two nights, and that is why regulars drive across town for it.",
        "repeated_sentences",
    ),
    "a copied week": (
        CALENDAR,
        "Salt: the smallest part, the longest debate",
        "Why our dough sleeps for two nights",
        "calendar_text",
    ),
    "a row like another": (
        CALENDAR,
        r"(?s)\| 6 \|(.*?)\n\| 7 \|.*?\n",
        r"| 6 |\1\n| 7 |\1\n",
        "repeated_rows",
    ),
    "a target in no place": ("kpi_plan_light", r"3\.5%", "2.1%", "kpi_targets"),
    "a target that nobody asked for": ("kpi_plan_light", "4,000", "many", "default_targets"),
    "a wrong percentage": ("kpi_plan_light", r"3\.5%", "5.3%", "stray_numbers"),
    "a wrong sum of money": ("kpi_plan_light", "EUR 540", "EUR 640", "stray_numbers"),
    "another target": ("kpi_plan_light", "Target:\\*\\* 65", "Target:** 99", "stray_numbers"),
    "another target by name": ("final_summary", END, " Pre-orders: 60 a week.", "kpi_numbers"),
    "a target of another measure": (
        "final_summary",
        END,
        " The engagement rate of 65% counts.",
        "kpi_numbers",
    ),
    "another way to the target": (
        "final_summary",
        END,
        " Pre-orders beside their target: from 40 to 56.",
        "kpi_numbers",
    ),
    "a measure due on another day": (
        "final_summary",
        END,
        " The engagement rate is due by 20 March 2026.",
        "kpi_dates",
    ),
    "a number in the block of a measure": (
        "final_summary",
        END,
        "\n\n**Pre-orders:** at a steady pace about 60 on day 30.",
        "kpi_numbers",
    ),
    "the client misquoted": (
        "overview",
        "pre-orders from 40 to 65",
        "pre-orders from 30 to 65",
        "altered_quotes",
    ),
    "a day that no month has": (
        "execution_roadmap",
        "Weeks 2 and 3",
        "From 41 March",
        "stray_dates",
    ),
    "a wrong count": (
        "kpi_plan_light",
        "65 pre-orders a week",
        "56 pre-orders a week",
        "stray_numbers",
    ),
    "a multiple from nowhere": ("kpi_plan_light", END, " ROAS is 7.5x.", "stray_numbers"),
    "a date from last year": ("execution_roadmap", "2 March 2026", "2 March 2025", "stray_dates"),
    "a day out of season": ("execution_roadmap", "Weeks 2 and 3", "From 9 August", "stray_dates"),
    "a wrong weekday": ("execution_roadmap", "Weeks 2 and 3", "From Tuesday 9 March", "weekdays"),
    "a post on another day": (CALENDAR, "Wed 2026-03-11", "Wed 2026-03-18", "calendar_text"),
    "a limit dropped": (
        "overview",
        "photos of staff only with their consent",
        "be kind",
        "stated_limits",
    ),
    "a forbidden word": ("final_summary", END, " Bread is Cheap.", "must_avoid"),
    "a forbidden word in disguise": (
        "final_summary",
        END,
        " It is ＣＨ\u00adＥＡＰ.",
        "must_avoid",
    ),
    "a forbidden word in bold": ("final_summary", END, " It is **che***ap*.", "must_avoid"),
}


@pytest.mark.parametrize("defect", TEXT_DEFECTS)
def test_defect_in_the_text_is_found(
    defect: str, good: QcFacts, judged: Judged, rewritten: Rewritten
) -> None:
    """The rule that should find it does, and says where."""
    section, old, new, rule = TEXT_DEFECTS[defect]
    planted = rewritten(good, section, lambda body: re.sub(old, new, body))

    found = [issue for issue in judged(planted).issues if issue.rule == rule]

    assert planted.draft != good.draft
    assert found, [str(issue) for issue in judged(planted).issues]
    assert found[0].section in (section, "")


# -- defects in the draft's shape and data -------------------------------------------------------


def _move_first_to_last(facts: QcFacts) -> tuple[SectionDTO, ...]:
    return (*facts.draft.sections[1:], facts.draft.sections[0])


SECTION_DEFECTS: dict[str, tuple[Callable[[QcFacts], tuple[SectionDTO, ...]], str]] = {
    "a section left out": (lambda f: f.draft.sections[:-1], "section_missing"),
    "sections out of order": (_move_first_to_last, "section_order"),
    "a section twice": (lambda f: (*f.draft.sections, f.draft.sections[0]), "section_repeated"),
    "a section nobody ordered": (
        lambda f: (*f.draft.sections, SectionDTO("poem", "Poem", "Bread, oh bread.")),
        "section_unknown",
    ),
    "an empty section": (
        lambda f: (evolve(f.draft.sections[0], body=" \n---\n"), *f.draft.sections[1:]),
        "section_empty",
    ),
    "no section at all": (lambda f: (), "section_empty"),
    "an endless section": (
        lambda f: (evolve(f.draft.sections[0], body="bread " * 20_000), *f.draft.sections[1:]),
        "section_size",
    ),
    "a placeholder in a title": (
        lambda f: (evolve(f.draft.sections[0], title="[Title]"), *f.draft.sections[1:]),
        "placeholders",
    ),
}


@pytest.mark.parametrize("defect", SECTION_DEFECTS)
def test_defect_in_the_sections_is_found(
    defect: str, good: QcFacts, judged: Judged, with_sections: WithSections
) -> None:
    """What was ordered is there once, in order, with text."""
    change, rule = SECTION_DEFECTS[defect]

    verdict = judged(with_sections(good, change(good)))

    assert rule in {issue.rule for issue in verdict.issues}


def _entry(facts: QcFacts, number: int, **changes: Any) -> QcFacts:
    entries = list(facts.draft.calendar)
    entries[number] = evolve(entries[number], **changes)
    return evolve(facts, draft=evolve(facts.draft, calendar=tuple(entries)))


def _budget(facts: QcFacts, **changes: Any) -> QcFacts:
    first, *others = facts.draft.budget
    lines = (evolve(first, **changes), *others)
    return evolve(facts, draft=evolve(facts.draft, budget=lines))


def _euros(amount: int) -> Money:
    return Money(Decimal(amount), "EUR")


DATA_DEFECTS: dict[str, tuple[Callable[[QcFacts], QcFacts], str]] = {
    "a day left out": (
        lambda f: evolve(
            f,
            draft=evolve(f.draft, calendar=f.draft.calendar[:9] + f.draft.calendar[10:]),
        ),
        "calendar_gap",
    ),
    "too few days": (
        lambda f: evolve(f, draft=evolve(f.draft, calendar=f.draft.calendar[:20])),
        "calendar_days",
    ),
    "no calendar": (
        lambda f: evolve(f, draft=evolve(f.draft, calendar=())),
        "calendar_days",
    ),
    "a hook twice": (
        lambda f: _entry(f, 8, hook=f.draft.calendar[1].hook.upper()),
        "calendar_hooks",
    ),
    "an empty hook": (lambda f: _entry(f, 8, hook="\u200b"), "calendar_hooks"),
    "a post after the plan": (lambda f: _entry(f, 29, day=date(2026, 7, 1)), "calendar_dates"),
    "a post before the plan": (lambda f: _entry(f, 0, day=date(2026, 3, 1)), "calendar_dates"),
    "days out of order": (
        lambda f: evolve(f, draft=evolve(f.draft, calendar=f.draft.calendar[::-1])),
        "calendar_order",
    ),
    "a post that the report lacks": (lambda f: _entry(f, 3, hook="A new idea"), "calendar_text"),
    "an avoided channel": (lambda f: _entry(f, 3, channel="Tik Tok"), "avoided_channels"),
    "a channel not planned": (lambda f: _entry(f, 3, channel="Radio"), "calendar_channels"),
    "a placeholder in a post": (lambda f: _entry(f, 3, call_to_action="[Link]"), "placeholders"),
    "a forbidden word in a post": (lambda f: _entry(f, 3, format="CHEAP reel"), "must_avoid"),
    "shares over 100": (lambda f: _budget(f, share_pct=Decimal("60.1")), "budget_sum"),
    "a negative share": (lambda f: _budget(f, share_pct=Decimal(-60)), "budget_sum"),
    "another share than planned": (
        lambda f: _budget(f, share_pct=Decimal(50)),
        "budget_channels",
    ),
    "a channel without money": (lambda f: _budget(f, channel="Radio"), "budget_channels"),
    "money that is not there": (lambda f: _budget(f, amount=_euros(640)), "budget_amounts"),
    "another currency": (
        lambda f: _budget(f, amount=Money(Decimal(540), "USD")),
        "budget_amounts",
    ),
    "another text in the body": (
        lambda f: evolve(f, draft=evolve(f.draft, body=f.draft.body.replace("Kaiserstuhl", ""))),
        "body_mismatch",
    ),
    "a placeholder around the sections": (
        lambda f: evolve(f, draft=evolve(f.draft, body=f"Lorem ipsum\n\n{f.draft.body}")),
        "placeholders",
    ),
    "another client's name": (
        lambda f: evolve(f, draft=evolve(f.draft, brand_name="Backhaus Rössle")),
        "brand_mentions",
    ),
    "a strategy that is gone": (lambda f: evolve(f, strategy=None), "missing_facts"),
    "a brief that is gone": (lambda f: evolve(f, brief=None), "missing_facts"),
    "a message left out": (
        lambda f: evolve(f, brief=f.brief and evolve(f.brief, must_include=("Family-owned.",))),
        "must_include",
    ),
}


@pytest.mark.parametrize("defect", DATA_DEFECTS)
def test_defect_in_the_data_is_found(defect: str, good: QcFacts, judged: Judged) -> None:
    """Calendar, budget and facts are held against one another and the report."""
    plant, rule = DATA_DEFECTS[defect]

    verdict = judged(plant(good))

    assert rule in {issue.rule for issue in verdict.issues}


ORDERS = {
    "acceptance_required_terms": AcceptanceDTO(required_terms=("croissant",)),
    "acceptance_forbidden_terms": AcceptanceDTO(forbidden_terms=("REGULARS",)),
    "acceptance_brand_mentions": AcceptanceDTO(min_brand_mentions=50),
    "acceptance_sections": AcceptanceDTO(min_sections=9),
    "acceptance_calendar_days": AcceptanceDTO(min_calendar_days=31),
    "acceptance_must_have": AcceptanceDTO(must_have=(SectionKind.FUNNEL,)),
}


@pytest.mark.parametrize("rule", ORDERS)
def test_order_that_is_not_met_fails_the_draft(rule: str, good: QcFacts, judged: Judged) -> None:
    """One violation of the acceptance block is critical by itself."""
    verdict = judged(evolve(good, acceptance=ORDERS[rule]))

    assert {(i.rule, i.severity) for i in verdict.issues} == {(rule, Severity.CRITICAL)}
    assert not verdict.passed


def test_client_may_be_quoted_whatever_it_says(
    good: QcFacts, judged: Judged, rewritten: Rewritten
) -> None:
    """Template syntax and worn-out words in the client's own answers are only text."""
    words = "Content is king {{7*7}} TODO ??? [Brand] well... we really really..."
    assert good.brief is not None
    quoting = evolve(good, brief=evolve(good.brief, description=words))
    planted = rewritten(
        quoting,
        "overview",
        lambda body: f"{body} They say: {words.replace('[', chr(92) + '[')}.",
    )

    assert judged(planted).passed


def test_brand_that_holds_a_forbidden_word_may_be_named(good: QcFacts, judged: Judged) -> None:
    """A name is a name; the word alone is still found."""
    assert good.brief is not None
    in_name = evolve(good, brief=evolve(good.brief, must_avoid=("Möhrle",)))
    alone = evolve(good, brief=evolve(good.brief, must_avoid=("Bread",)))

    assert judged(in_name).passed
    assert not judged(alone).passed


def test_plan_of_four_weeks_takes_a_calendar_of_thirty_days(good: QcFacts, judged: Judged) -> None:
    """A month's calendar may outlast the plan by its last days."""
    assert good.strategy is not None
    timeline = evolve(
        good.strategy.timeline,
        end=good.strategy.timeline.start + timedelta(weeks=4),
    )

    verdict = judged(evolve(good, strategy=evolve(good.strategy, timeline=timeline)))

    assert "calendar_dates" not in {issue.rule for issue in verdict.issues}


@pytest.mark.parametrize(("stands", "found"), [("2.7%", False), ("2.9%", True), ("2.2%", True)])
def test_measure_may_be_named_on_its_way_to_the_target(
    stands: str, found: bool, good: QcFacts, judged: Judged, rewritten: Rewritten
) -> None:
    """From 2.1% to 3.5% in 34 days: 2.7% after two weeks is where the straight line is."""
    planted = rewritten(good, "final_summary", lambda body: f"{body} It may stand at {stands}.")

    rules = {issue.rule for issue in judged(planted).issues}

    assert ("stray_numbers" in rules) == found


SAID = {
    "a number beside a measure": (
        "312 pre-orders last year",
        "They took 312 pre-orders last year.",
    ),
    "a number in the name": (
        "The 7th Street Deli",
        "The 7th Street Deli sells it as the 7th does.",
    ),
    "a shortened number": (
        "From 5k to 10k visitors a year",
        "They count 5k to 10k visitors a year.",
    ),
    "the same number spelt apart": (
        "rate from 1.2 % to 2.5 %",
        "The rate rises from 1.2% to 2.5%.",
    ),
    "an age": ("Women aged 25-40 in town", "It is for women aged 25-40 in town."),
}


@pytest.mark.parametrize("case", SAID)
def test_what_the_client_said_is_no_invention(
    case: str, good: QcFacts, judged: Judged, rewritten: Rewritten
) -> None:
    """Numbers from the client's own answers stand in the report unchallenged."""
    said, written = SAID[case]
    assert good.brief is not None
    facts = evolve(good, brief=evolve(good.brief, description=said))

    planted = rewritten(facts, "final_summary", lambda body: f"{body} {written}")

    assert judged(planted).issues == ()


def test_measure_may_have_a_number_in_its_name(
    good: QcFacts, judged: Judged, rewritten: Rewritten
) -> None:
    """A figure within the name is not taken for its value."""
    assert good.strategy is not None
    first, *others = good.strategy.kpis
    strategy = evolve(good.strategy, kpis=(evolve(first, name="Orders (2)"), *others))
    planted = rewritten(
        evolve(good, strategy=strategy),
        "final_summary",
        lambda body: f"{body}\n\n**Orders (2):** 65, for orders (2) counts most.",
    )

    assert judged(planted).issues == ()
