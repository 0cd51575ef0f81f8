"""
Defects to plant in good drafts, one at a time, and what has to be found: rule, section, place.
"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from attrs import evolve

from aicmo_core.kernel import Money
from aicmo_core.kernel.ids import ClientId
from aicmo_core.modules.production.api import SectionDTO, SectionKind

from .planted_figures import FIGURES
from .planted_words import WORDS
from .planting import (
    BRAND,
    CALENDAR,
    END,
    SCHOOL,
    Defect,
    besides,
    budget,
    draft,
    entry,
    order,
    other_target,
    repeated_week,
    row_again,
    sections,
    spoiled,
    text,
    unchanged,
    with_sections,
)

NUMBERS = {
    "a wrong number": Defect(
        text("kpi_plan_light", "44,000 people", "44,500 people"),
        "kpi_numbers", "kpi_plan_light", "44,500 people",
    ),
    "a target that differs between plan and roadmap": Defect(
        text("execution_roadmap", "from 140 to 260.", "from 140 to 280."),
        "kpi_numbers", "execution_roadmap", "to 280",
    ),
    "a baseline that differs between plan and summary": Defect(
        text("final_summary", "bean subscriptions from 140", "bean subscriptions from 120"),
        "kpi_numbers", "final_summary", "from 120 to 260",
    ),
    "a target that is nowhere": Defect(
        text("kpi_plan_light", "44,000 people", "more people"), "default_targets", "", "reach",
    ),
    "a target of the client that is nowhere": Defect(
        other_target, "kpi_targets", "", "named in overview, line",
    ),
    "a percentage that nobody stated": Defect(
        text("content_buckets", END, " Every post lifts sales by 37%."),
        "stray_numbers", "content_buckets", "by 37%",
    ),
    "an amount of money that nobody stated": Defect(
        text("overview", END, " A visit costs 8.40 €."), "stray_numbers", "overview", "8.40 €",
    ),
    "a multiple that nobody stated": Defect(
        text("final_summary", END, " The return is 7.5x."),
        "stray_numbers", "final_summary", "7.5x",
    ),
    "a measure the wrong way round": Defect(
        text("final_summary", "watches bean subscriptions from 140 to 260",
             "watches bean subscriptions from 260 to 140"),
        "kpi_numbers", "final_summary", "from 260 to 140",
    ),
    "money in a currency that nobody named": Defect(
        text("final_summary", "EUR 300 a month", "USD 300 a month"),
        "stray_numbers", "final_summary", "usd 300",
    ),
    "the client misquoted": Defect(
        text("content_buckets", "4.8 stars from 312 reviews", "4.8 stars from 321 reviews"),
        "altered_quotes", "content_buckets", "from 321 reviews",
    ),
}  # fmt: skip

MONEY = {
    "shares that do not sum to 100": Defect(
        budget(share_pct=Decimal(50)), "budget_sum", "", "budget, Instagram",
    ),
    "a negative share": Defect(
        budget(share_pct=Decimal(-49)), "budget_sum", "", "budget, Instagram",
    ),
    "another share than the strategy's": Defect(
        budget(share_pct=Decimal(48)), "budget_channels", "", "budget, Instagram",
    ),
    "amounts that do not sum to the stated money": Defect(
        budget(amount=Money(Decimal(157), "EUR")), "budget_amounts", "", "budget",
    ),
    "another currency": Defect(
        budget(amount=Money(Decimal(147), "USD")), "budget_amounts", "", "budget",
    ),
    "the money for another time": Defect(
        text("final_summary", "EUR 300 a month", "EUR 300 a week"),
        "budget_statements", "final_summary", "eur 300 a week",
    ),
    "a share of another channel in a sentence": Defect(
        text("final_summary", "Instagram 49%", "Instagram 27%"),
        "budget_statements", "final_summary", "instagram 27%",
    ),
    "a share of another channel in a table": Defect(
        text("kpi_and_budget_plan", "| LinkedIn | 8%", "| LinkedIn | 15%"),
        "budget_statements", "kpi_and_budget_plan", "15%", SCHOOL,
    ),
    "an amount of another channel in a table": Defect(
        text("kpi_and_budget_plan", "EUR 756", "EUR 270"),
        "budget_statements", "kpi_and_budget_plan", "eur 270", SCHOOL,
    ),
}  # fmt: skip

DAYS = {
    "a calendar with a gap": Defect(
        draft(calendar=lambda d: d.calendar[:9] + d.calendar[10:]),
        "calendar_gap", CALENDAR, "2026-12-03",
    ),
    "a calendar that is too short": Defect(
        draft(calendar=lambda d: d.calendar[:20]), "calendar_days", CALENDAR, "2026-11-23",
    ),
    "a repeated week": Defect(
        draft(calendar=lambda d: repeated_week(d.calendar)),
        "calendar_hooks", CALENDAR, "2026-11-30",
    ),
    "a post twice": Defect(
        entry(8, hook=lambda c: c[2].hook.upper()), "calendar_hooks", CALENDAR, "2026-12-01",
    ),
    "a post without a hook": Defect(
        entry(8, hook="\u200b"), "calendar_hooks", CALENDAR, "2026-12-01",
    ),
    "a row that is another with its own day": Defect(
        row_again(CALENDAR, "Vier Tage jung"),
        "repeated_rows", CALENDAR, "vier tage jung",
    ),
    "a post that the report does not have": Defect(
        entry(4, hook="A tin for the road"), "calendar_text", CALENDAR, "2026-11-27",
    ),
    "a post on another channel in the report": Defect(
        text(CALENDAR, "| 9 | Tue 1 Dec | Instagram |", "| 9 | Tue 1 Dec | YouTube |"),
        "calendar_text", CALENDAR, "2026-12-01",
    ),
    "a post with another request in the report": Defect(
        text(CALENDAR, "Save this for Wednesday.", "Buy three bags today."),
        "calendar_text", CALENDAR, "2026-12-21",
    ),
    "a row that is no post": Defect(
        text(CALENDAR, "| 30 | Tue 22 Dec |",
             "| 31 | Thu 24 Dec | Instagram | Promo | Story | One more day | Come by. |\n"
             "| 30 | Tue 22 Dec |"),
        "calendar_text", CALENDAR, "line",
    ),
    "a row that is missing": Defect(
        spoiled(CALENDAR, lambda b: re.sub(r"(?m)^\| 14 \|.*\n", "", b)),
        "calendar_text", CALENDAR, "2026-12-06",
    ),
    "a post without a request": Defect(
        entry(8, call_to_action=" "), "calendar_hooks", CALENDAR, "2026-12-01",
    ),
    "a post beside another day": Defect(
        text(CALENDAR, "| 12 | Fri 4 Dec |", "| 12 | Fri 18 Dec |"),
        "calendar_text", CALENDAR, "2026-12-04",
    ),
    "a post outside the plan": Defect(
        entry(29, day=lambda c: c[29].day + timedelta(days=400)),
        "calendar_dates", CALENDAR, "2028-01-26",
    ),
    "posts out of order": Defect(
        draft(calendar=lambda d: d.calendar[::-1]), "calendar_order", CALENDAR, "2026-12-21",
    ),
    "a post on a channel that is not planned": Defect(
        entry(4, channel="Radio"), "calendar_channels", CALENDAR, "2026-11-27",
    ),
    "a date outside the plan": Defect(
        text("execution_roadmap", "by 20 May 2027", "by 20 May 2029"),
        "stray_dates", "execution_roadmap", "20 may 2029",
    ),
    "a day outside the plan, in figures and slashes": Defect(
        text("execution_roadmap", END, " It starts on 03/02/2029."),
        "stray_dates", "execution_roadmap", "03/02/2029",
    ),
    "a day outside the plan, in figures and dots": Defect(
        text("execution_roadmap", END, " It starts on 3.2.2029."),
        "stray_dates", "execution_roadmap", "3.2.2029",
    ),
    "a month outside the plan": Defect(
        text("execution_roadmap", END, " It starts in February 2029."),
        "stray_dates", "execution_roadmap", "february 2029",
    ),
    "a quarter outside the plan": Defect(
        text("execution_roadmap", END, " It starts in Q3 2031."),
        "stray_dates", "execution_roadmap", "q3 2031",
    ),
    "a day that no month has": Defect(
        text("execution_roadmap", "Sunday 29 November: 7", "Sunday 31 November: 7"),
        "stray_dates", "execution_roadmap", "31 november",
    ),
    "a wrong weekday": Defect(
        text("execution_roadmap", "On Tuesday 8 December", "On Thursday 8 December"),
        "weekdays", "execution_roadmap", "thursday 8 december",
    ),
    "a measure due on another day": Defect(
        text("kpi_plan_light", "From 140 to 260 by 20 May 2027", "From 140 to 260 by 3 May 2027"),
        "kpi_dates", "kpi_plan_light", "3 may 2027",
    ),
}  # fmt: skip

CLIENT = {
    "a limit dropped": Defect(
        lambda f: text("messaging_framework", "Photos of guests only with their consent", "None")(
            text("final_summary", "Photos of guests only with their consent", "quiet")(f)
        ),
        "stated_limits",
    ),
    "a message left out": Defect(
        lambda f: with_sections(f, tuple(
            evolve(s, body=s.body.replace("roasted in Leipzig", "roasted here"))
            for s in f.draft.sections
        )),
        "must_include",
    ),
    "a forbidden term in another case": Defect(
        text("overview", END, " It is never CHEAP."), "must_avoid", "overview", "never cheap",
    ),
    "a forbidden term in full-width letters": Defect(
        text("overview", END, " It is ｃｈｅａｐ."), "must_avoid", "overview", "is cheap",
    ),
    "a forbidden term with soft hyphens and no-width spaces": Defect(
        text("overview", END, " It is ch\u00ade\u200bap."), "must_avoid", "overview", "is cheap",
    ),
    "a forbidden term over other white space": Defect(
        text("overview", END, " No discount\u2003coffee."),
        "must_avoid", "overview", "discount coffee",
    ),
    "a forbidden term in a post": Defect(
        entry(4, call_to_action="Buy cheap."), "must_avoid", CALENDAR, "2026-11-27",
    ),
    "a forbidden term in letters of two scripts": Defect(
        text("overview", END, " It is never \u0441h\u0435ap."),
        "must_avoid", "overview", "never cheap",
    ),
    "a forbidden term behind an entity": Defect(
        text("overview", END, " It is never ch&#101;ap."), "must_avoid", "overview", "never cheap",
    ),
    "a forbidden term with marks inside": Defect(
        text("overview", END, " It is never ch**e**ap."), "must_avoid", "overview", "never cheap",
    ),
    "a forbidden term in an address": Defect(
        text("overview", END, " See [here](https://x.example/cheap)."),
        "must_avoid", "overview", "example/cheap",
    ),
    "a brand with a letter missing": Defect(
        text("final_summary", "one task for Kaffeerösterei Grünblatt",
             "one task for Kaffeerösterei Grünblat"),
        "brand_mentions", "final_summary", "kaffeerösterei grünblat",
    ),
    "a brand without its accents": Defect(
        text("final_summary", "one task for Kaffeerösterei Grünblatt",
             "one task for Kaffeeroesterei Gruenblatt"),
        "brand_mentions", "final_summary", "kaffeeroesterei gruenblatt",
    ),
    "an avoided channel with posts": Defect(
        entry(4, channel="Twitter"), "avoided_channels", "", "2026-11-27",
    ),
    "an avoided channel with money": Defect(
        budget(channel="X"), "avoided_channels", "", "budget, X",
    ),
    "an avoided channel in a table": Defect(
        text("kpi_and_budget_plan", "| Google Business Profile | 20%", "| Tik\u00ad Tok | 15%"),
        "avoided_channels", "", "line", SCHOOL,
    ),
    "a task on an avoided channel": Defect(
        text("execution_roadmap", END, " Post twice a week on TikTok."),
        "avoided_mentions", "execution_roadmap", "on tiktok", SCHOOL,
    ),
    "a missing brand name": Defect(
        lambda f: with_sections(f, tuple(
            evolve(s, body=s.body.replace(BRAND, "The roastery")) for s in f.draft.sections
        )),
        "brand_mentions", "", "not in overview",
    ),
    "a strategy that is gone": Defect(lambda f: evolve(f, strategy=None), "missing_facts"),
    "another client's name": Defect(
        lambda f: text("final_summary", BRAND, "Bäckerei Möhrle")(
            evolve(f, other_brands=("Backhaus", "BÄCKEREI MÖHRLE"))
        ),
        "other_brands", "final_summary", "bäckerei möhrle",
    ),
    "another client's name in the title": Defect(
        draft(body=lambda d: d.body.replace(f"# {BRAND}", "# Bäckerei Möhrle", 1)),
        "client_identity", "", "title",
    ),
    "another client's draft": Defect(
        draft(brand_name="Bäckerei Möhrle", client_id=ClientId("moehrle")),
        "client_identity", "", "draft",
    ),
}  # fmt: skip

UNFINISHED = {
    "a placeholder": Defect(
        text("overview", "Specialty coffee", "[Industry]"),
        "placeholders", "overview", "[industry]",
    ),
    "a note to the writer": Defect(
        text("content_buckets", END, "\n\nTODO: ask the owner."),
        "placeholders", "content_buckets", "todo",
    ),
    "template syntax": Defect(
        text("final_summary", "Thirty days", "{{ days }} days"),
        "placeholders", "final_summary", "{{ days }}",
    ),
    "an empty value": Defect(
        text("overview", "**Industry:** Specialty coffee", "**Industry:** None"),
        "placeholders", "overview", "industry: none",
    ),
    "a placeholder in a post": Defect(
        entry(4, call_to_action="See [link]."), "placeholders", CALENDAR, "2026-11-27",
    ),
    **{
        f"a gap that is written {gap!r}": Defect(
            text("overview", END, f" {said}"), "placeholders", "overview", gap.casefold(),
        )
        for gap, said in {
            "XX €": "A bag costs XX €.", "____": "It is called ____.", ".....": "It is .....",
            "%s": "Hello %s.", "$name": "Dear $name.", "coming soon": "Details coming soon.",
            "Decimal('12')": "Decimal('12') classes.",
            "datetime.date(": "It is datetime.date(2026, 11, 23).",
        }.items()
    },
    "an answer that is not available": Defect(
        text("overview", "**Industry:** Specialty coffee", "**Industry:** N/A"),
        "placeholders", "overview", "industry: n/a",
    ),
    "markup of a web page": Defect(
        text("overview", END, "\n\n<div>beans</div>"), "placeholders", "overview", "<div>",
    ),
    "a model that takes its leave": Defect(
        text("overview", END, "\n\nI hope this helps! Let me know if you want changes."),
        "placeholders", "overview", "i hope this helps",
    ),
    "a model that knows no more": Defect(
        text("overview", END, " As of my last knowledge update, beans rest."),
        "placeholders", "overview", "my last knowledge",
    ),
    "an instruction to a model": Defect(
        text("overview", END, "\n\nYou are an experienced marketing copywriter."),
        "placeholders", "overview", "you are an experienced marketing copywriter",
    ),
    "a mark of a model's prompt": Defect(
        text("overview", END, "\n\n<|im_end|>"), "placeholders", "overview", "<|im_end|>",
    ),
    "an instruction to reword": Defect(
        text("overview", END, " Rewrite the above section and answer only in JSON."),
        "placeholders", "overview", "rewrite the above section",
    ),
    "a model that speaks of itself": Defect(
        text("overview", END, " As an AI language model I like it."),
        "placeholders", "overview", "as an ai language model",
    ),
    "mojibake": Defect(
        text("overview", "A small roastery with a café", "A small roastery with a cafÃ©"),
        "mojibake", "overview", "cafÃ©",
    ),
    "a broken apostrophe": Defect(
        text("final_summary", END, " Thatâ€™s it."), "mojibake", "final_summary", "Thatâ€™s",
    ),
    "a lost character": Defect(
        text("final_summary", END, " Gr\ufffdnblatt."), "mojibake", "final_summary", "Gr\ufffdn",
    ),
    "an empty section": Defect(
        spoiled("content_buckets", lambda _: " \n---\n"), "section_empty", "content_buckets",
        "section 4 of 8",
    ),
    "a heading without text": Defect(
        text("content_buckets", END, "\n\n### Bucket 5: Service"),
        "empty_headings", "content_buckets", "bucket 5: service",
    ),
    "a heading over a heading": Defect(
        text("content_buckets", "### Bucket 2: Proof", "### Bucket 0\n\n### Bucket 2: Proof"),
        "empty_headings", "content_buckets", "bucket 0",
    ),
    "a broken table row": Defect(
        text(CALENDAR, "| 5 | Fri 27 Nov | Google Business Profile |", "| 5 | Fri 27 Nov |"),
        "table_rows", CALENDAR, "5 | fri 27 nov |",
    ),
    "a row after the table": Defect(
        text(CALENDAR, "| 28 | Sun 20 Dec", "\n| 28 | Sun 20 Dec"),
        "table_rows", CALENDAR, "28 | sun 20 dec",
    ),
    "a table without its rule": Defect(
        text(CALENDAR, "| --- | --- | --- | --- | --- | --- | --- |\n", ""),
        "section_format", CALENDAR, "line",
    ),
    "a sentence cut off": Defect(
        text("final_summary", "Thirty days, one task", "Thirty days... one task"),
        "slips", "final_summary", "days... one",
    ),
    "words joined by a machine": Defect(
        text("final_summary", "The money is divided", "The the money is divided"),
        "slips", "final_summary", "the the money",
    ),
    "a worn-out phrase": Defect(
        text("final_summary", END, " In today’s digital age, content is king."),
        "agency_phrases", "final_summary", "in today's digital age",
    ),
}  # fmt: skip

STRUCTURE = {
    "a section left out": Defect(
        sections(lambda s: s[:2] + s[3:]),
        "section_missing", CALENDAR, "after 'messaging_framework'",
    ),
    "sections out of order": Defect(
        sections(lambda s: (*s[1:], s[0])),
        "section_order", "messaging_framework", "section 1 of 8",
    ),
    "a section twice": Defect(
        sections(lambda s: (*s, s[0])), "section_repeated", "overview", "sections 1, 9 of 9",
    ),
    "a section out of another pack": Defect(
        sections(lambda s: (*s, SectionDTO("risk_assessment", "Risks", "None is known."))),
        "section_unknown", "risk_assessment", "section 9 of 9",
    ),
    "a report that is not its sections": Defect(
        draft(body=lambda d: d.body.replace("Plagwitz", "Lindenau")),
        "body_mismatch", "overview", "section 1 of 8",
    ),
    "a section cut short": Defect(
        spoiled("execution_roadmap", lambda body: body[: len(body) // 3]),
        "section_words", "execution_roadmap", "lines 1 to",
    ),
    "a section padded": Defect(
        text("overview", END, "\n\n" + "Beans and more beans. " * 60),
        "section_words", "overview", "beans and more beans",
    ),
    "too many points": Defect(
        text("content_buckets", END, "\n" + "".join(f"\n- Point {n}." for n in "abcdefghijkl")),
        "section_bullets", "content_buckets", "point",
    ),
    "a heading that is looked for renamed": Defect(
        text("execution_roadmap", "### Week 1", "### Soon"),
        "required_headings", "execution_roadmap", "lines 1 to",
    ),
    "a duplicated sentence": Defect(
        text(
            "final_summary", END,
            " Capitals at the start of each word keep tags such as #KaffeeröstereiGrünblatt "
            "readable, for screen readers too.",
        ),
        "repeated_sentences", "final_summary", "capitals at the start of each word",
    ),
    "a list that repeats": Defect(
        text("hashtag_strategy", END, "\n" + "\n- #BeansBeansBeans" * 12),
        "repeated_lines", "hashtag_strategy", "#beansbeansbeans",
    ),
    "a statute's language": Defect(
        spoiled("final_summary", lambda b: re.sub(r"\b[a-z]{3,}\b", "responsibility", b)),
        "readability", "final_summary", "responsibility",
    ),
    "a section without end": Defect(
        text("overview", END, "\n\n" + "beans " * 20_000), "section_size", "overview", "lines 1 to",
    ),
    "a section without headings": Defect(
        spoiled("content_buckets", lambda b: b.replace("### ", "")),
        "section_headings", "content_buckets", "lines 1 to",
    ),
    "a section's heading above the section": Defect(
        text("content_buckets", "### Bucket 2: Proof", "# Bucket 2: Proof"),
        "section_headings", "content_buckets", "bucket 2: proof",
    ),
    "a bucket that is never used": Defect(
        spoiled(CALENDAR, lambda b: b.replace("Promo", "Offer")),
        "required_text", CALENDAR, "lines 1 to",
    ),
    "words that make a summary worthless": Defect(
        text("final_summary", END, " Do social media consistently!"),
        "forbidden_text", "final_summary", "do social media consistently",
    ),
    "a pattern that matches nothing": Defect(
        unchanged, "required_pattern", "overview", "lines 1 to",
        rules=besides("overview", required_regex=[r"\bopen (?:from|until) \d"]),
    ),
    "a pattern that should match nothing": Defect(
        unchanged, "forbidden_pattern", "overview", "specialty coffee",
        rules=besides("overview", forbidden_regex=[r"\bspecialty coffees?\b"]),
    ),
    "a term that the pack is about": Defect(
        unchanged, "required_terms", rules=besides(required_terms=["espresso machine"]),
    ),
    "a term of another pack": Defect(
        unchanged, "forbidden_terms", "overview", "café",
        rules=besides(forbidden_terms=["CAFE\u0301"]),
    ),
    "a sentence of an hour": Defect(
        text("final_summary", END, "\n\n" + "and so on and on with the beans " * 30 + "it goes."),
        "sentence_length", "final_summary", "and so on",
    ),
    "a list without hashes": Defect(
        text("hashtag_strategy", "- #SpecialtyCoffee, the", "- SpecialtyCoffee, the"),
        "hashtags", "hashtag_strategy", "specialtycoffee, the",
    ),
    "a term that was ordered": Defect(
        order(required_terms=("croissant",)), "acceptance_required_terms",
    ),
    "a term that the order rules out": Defect(
        order(forbidden_terms=("FRESH  beans",)),
        "acceptance_forbidden_terms", "overview", "fresh beans",
    ),
    "fewer sections than were ordered": Defect(order(min_sections=9), "acceptance_sections"),
    "a brand that is named less than was ordered": Defect(
        order(min_brand_mentions=500), "acceptance_brand_mentions",
    ),
    "a kind of section that was ordered": Defect(
        order(must_have=(SectionKind.FUNNEL,)), "acceptance_must_have",
    ),
    "fewer days than were ordered": Defect(
        order(min_calendar_days=31), "acceptance_calendar_days", CALENDAR,
    ),
}  # fmt: skip

DEFECTS = NUMBERS | MONEY | DAYS | CLIENT | UNFINISHED | STRUCTURE | WORDS | FIGURES
