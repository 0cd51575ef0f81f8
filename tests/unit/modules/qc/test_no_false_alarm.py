"""What looks like a defect, and is none, is not found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attrs import evolve

from aicmo_core.modules.qc.api import QcFacts
from aicmo_core.modules.qc.internal.gate import Verdict

Judged = Callable[[QcFacts], Verdict]
Rewritten = Callable[[QcFacts, str, Callable[[str], str]], QcFacts]

HARMLESS = {
    "capitals in quotation marks": "Das „MENÜ“ und À la carte: «CAFÉ»…",
    "Portuguese capitals": "SÃO JOÃO, EDIÇÃO Â.",
    "a sign beside a letter": "It is 20 °C, © Möhrle, ½ loaf.",
    "no use of an avoided channel": "Nothing is published on TikTok.",
    "an avoided channel left out": "The plan leaves out TikTok; it does without it.",
    "a heading with a list": "### Bread\n\n- Rye.",
    "a heading over a lower one": "### Bread\n\n#### Rye\n\nIt rests.",
    "a table with a bar in a cell": "| Loaf | Note |\n| --- | --- |\n| Rye | a \\| b |",
    "a table whose rows end early": "| Loaf | Note |\n|:--|--:|\n| Rye | dark\n| Spelt | light",
    "code that looks like a table": "```\n| a | b |\n| c |\n```",
    "a share of something else": "Instagram posts reach 65 of our readers; 40% is for Email.",
    "words near an instruction": "Write the next line of the order book by hand.",
    **{
        f"“{words}”": words
        for words in (
            "It opens 9–17 h on weekdays, and at 08:30 on market days.",
            "Telephone: +49 341 1234567.",
            "It is the 2nd bakery in the street; see page 3.",
            "Our flour is spelt, or it is not; a handful holds 1500 grains.",
            "A cheapskate would not come.",
            "The trio - warm, curious, precise - stays.",
            "E.g. the mill, i.e. the people, etc. are named.",
            "And so it goes…",
            "Two people work at the counter, and three on Saturdays.",
            "Write to hallo@moehrle.example, or on 1.2.3 of the shelf.",
            "Version 2.0 of the oven; 10/12 loaves were sold.",
            "A line of _thin_ dough; x marks the spot.",
            "In µm and Ω it is measured; Straße und Кафе.",
            "It costs a span of time, and the table is laid.",
        )
    },
    **{
        f"no claim: “{words}”": words
        for words in (
            "Nobody can guarantee a result, and this plan does not promise one.",
            "What the sign-up promised, the first letter keeps.",
            "No review or award is on the table until one is found.",
            "Typefaces and pictures are licensed, and the licence is filed.",
            "As seen in the first week, mornings work; as in the brief, Sundays rest.",
            "The leading question of a survey is: what would you change?",
            "Name the best piece of the week, and the number one reason to come by.",
            "Two of five posts teach; one of three readers’ questions becomes a post.",
            "What settles it: a trial size, and money back without a form.",
            "Research is no luxury: ask three regulars.",
            "Compare the rate with the week before; a leader of the team reads it.",
        )
    },
    **{
        f"nothing left over: “{words}”": words
        for words in (
            "**NAME** the loaf, and __say what is in it__; *kindly*.",
            "Here is the plan for Monday. Here are the loaves of the week.",
            "I have baked for thirty years, says the sign; I kept the oven.",
            "Put the link where readers find it, and add the date.",
            "#SourdoughBread and #Freiburg are tags, and a#b is none.",
            "Great, here comes the bread: sure, let us eat.",
        )
    },
    **{
        f"nobody else's: “{words}”": words
        for words in (
            "It is on moehrle.example and on @baeckerei.moehrle.",
            "Open 08:00 0 to 12:00, 24/7 in the shop, on 2026-03-09 10:00 and 007 times.",
            "Ratio 3-4-5; loaves 100-200-300; 0341 / 1234567 takes orders.",
            "Walk the 5 Minutes Way, and 12 people stroll down the road.",
            "“Bread is what we do all day”, and “crust”: titles of two posts.",
            "The line “Bread first” — Friday’s post — returns.",
            "Bäckerei Möhrle says: “since 1911”.",
        )
    },
    **{
        f"one language: “{words}”": words
        for words in (
            "Der Sauerteig, das Brot: loaves with German names.",
            "À la carte, a la mode, du jour, und so weiter.",
            "Кафе und Straße are words of a menu.",
            "The sign says “Brot und Butter”, and people read it in the street.",
        )
    },
    **{
        f"no disguise: “{words}”": words
        for words in (
            "Each ear of rye is cut; c is a letter, h e is two.",
            "An on-off switch, an e-mail and a che-quered apron.",
            "Bread 4 2 5 grams; CHE is short for nothing.",
        )
    },
    **{
        f"counted right: “{words}”": words
        for words in (
            "This 30-day calendar has 30 posts; a 5-week plan follows in three weeks.",
            "Whatever takes a tenth of the money is looked at twice, and half of it is kept.",
            "Forty percent of the budget is for Email; a few thousand people pass by.",
            "Of ten posts in total week by week, three teach; 12 posts a week are too many.",
            "The bench gives half the money’s worth to two hundred steps.",
        )
    },
    **{
        f"a right weekday: “{words}”": words
        for words in (
            "Monday, March 9th; Mon 9.3. and Mon 09/03/2026, that is Monday 2026-03-09.",
            "Monday, 2026/03/09, Monday 9 March 2026, Monday the 9th of March 2026.",
            "It opens Friday 9.30 and Sunday 24/7; on Tuesday 3.5 loaves are left.",
        )
    },
    **{
        f"a limit kept: “{words}”": words
        for words in (
            "Photos of staff are taken with their consent.",
            "No photos of staff without their consent; photos of bread are welcome.",
        )
    },
    "a total that adds up": "| Loaf | Sold |\n|---|---|\n| Rye | 10 |\n| Oat | 2 |\n| Sum | 12 |",
    "a table of days": "| Day | Platform |\n|---|---|\n| Mon 9 Mar | Email |\n| 10 | Instagram |",
    "an assistant": "You are a regular, not an assistant baker.",
}


@pytest.mark.parametrize("case", HARMLESS)
def test_harmless_text_is_no_finding(
    case: str, good: QcFacts, judged: Judged, rewritten: Rewritten
) -> None:
    """A rule that cries wolf is switched off, and then finds nothing."""
    written = rewritten(good, "overview", lambda body: f"{body}\n\n{HARMLESS[case]}")

    found = [i for i in judged(written).issues if i.rule not in ("section_headings",)]

    assert found == []


def test_other_client_that_the_client_named_may_be_named(
    good: QcFacts, judged: Judged, rewritten: Rewritten
) -> None:
    """Two clients of one agency may work together; that one says so is enough."""
    assert good.brief is not None
    written = rewritten(good, "overview", lambda body: f"{body}\n\nCheese comes from Käse-Kober.")
    partner = evolve(good.brief, products=("Cheese bread with Käse-Kober",))

    stranger = judged(evolve(written, other_brands=("Käse-Kober",)))
    named = judged(evolve(written, other_brands=("Käse-Kober",), brief=partner))

    assert [issue.rule for issue in stranger.issues] == ["other_brands"]
    assert named.issues == ()


def test_client_may_be_quoted_with_its_own_broken_characters(
    good: QcFacts, judged: Judged, rewritten: Rewritten
) -> None:
    """What came in broken is the client's to mend; a new one is found all the same."""
    assert good.brief is not None
    facts = evolve(good, brief=evolve(good.brief, description="Our cafÃ©, Gr\ufffdnblatt"))

    quoted = rewritten(facts, "overview", lambda b: f"{b}\n\nThe “cafÃ©”: Gr\ufffdnblatt’s.")
    added = rewritten(facts, "overview", lambda b: f"{b}\n\nA cafÃ© is no cafÃ©-bar.")

    assert judged(quoted).issues == ()
    assert [issue.rule for issue in judged(added).issues] == ["mojibake"]


def test_brand_that_holds_another_ones_name_may_be_named(good: QcFacts, judged: Judged) -> None:
    """A name is a name."""
    assert judged(evolve(good, other_brands=("Möhrle", ""))).issues == ()


def test_day_in_another_sentence_than_the_measure_is_not_its_day(
    good: QcFacts, judged: Judged, rewritten: Rewritten
) -> None:
    """What is due by a day stands in one sentence with it, or heads the block."""
    said = "The shop answers “all” by 20 March 2026. Pre-orders come first (e.g. on Friday)."
    headed = "**Pre-orders:** The shop counts them. They are due by 20 March 2026."

    apart = rewritten(good, "overview", lambda body: f"{body}\n\n{said}")
    together = rewritten(good, "overview", lambda body: f"{body}\n\n{headed}")

    assert "kpi_dates" not in {issue.rule for issue in judged(apart).issues}
    assert "kpi_dates" in {issue.rule for issue in judged(together).issues}


def test_measure_that_is_called_like_the_brand_is_no_measure_in_its_name(
    good: QcFacts, judged: Judged, rewritten: Rewritten
) -> None:
    """A day beside the brand's name is not the day of a measure."""
    assert good.strategy is not None
    first, *others = good.strategy.kpis
    strategy = evolve(good.strategy, kpis=(evolve(first, name="Möhrle"), *others))
    written = rewritten(
        evolve(good, strategy=strategy),
        "final_summary",
        lambda body: f"{body} Bäckerei Möhrle decides by 20 March 2026.",
    )

    assert "kpi_dates" not in {issue.rule for issue in judged(written).issues}
