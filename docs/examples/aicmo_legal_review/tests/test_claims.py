"""What counts as a claim, and what does not."""

import pytest
from aicmo_legal_review.internal.claims import review_sections
from aicmo_legal_review.internal.rulebook import Rule, rulebook

from aicmo_core.modules.production.api import SectionDTO


def rules_broken(body: str, competitors: tuple[str, ...] = ()) -> list[str]:
    section = SectionDTO("overview", "Overview", body)
    return [f.rule for f in review_sections([section], competitors, rulebook())]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("We guarantee that you sleep better.", "guarantee"),
        ("GUARANTEED   RESULTS in a week", "guarantee"),
        ("100 % garantiert.", "guarantee"),
        ("Nous garantissons un sourire.", "guarantee"),
        ("Our tea cures colds.", "cure"),
        ("Unser Tee heilt Husten.", "cure"),
        ("With no side effects.", "cure"),
        ("Ganz ohne Nebenwirkungen!", "cure"),
        ("A risk\u2011free investment", "risk-free return"),
        ("Inversión sin riesgo", "risk-free return"),
        ("Last chance: orders close at six.", "only here, only now"),
        ("Versand gratis", "free of charge"),
        ("Shipping is **completely free**.", "free of charge"),
        ("The world\u2019s best granola", "superlative"),
        ("Leipzig's \\#1 roastery", "superlative"),
        ("guaran\u00adteed results", "guarantee"),
        ("| 3 | Tue | Unbeatable | Save this |", "superlative"),
    ],
)
def test_claims_are_found(text: str, rule: str) -> None:
    """Whole words, any case, in four languages, however they are written."""
    assert rules_broken(text) == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "We never promise guaranteed results.",
        "Kein Wundermittel, sondern Kamille.",
        "Sans jamais dire gratuit.",
        "Gluten-free flour, sugar-free jam.",
        "The two best posts of each week stay.",
        "Feel free to ask.",
        "The two-year guarantee covers the pump.",
        "Uncurescent",
        "",
    ],
)
def test_what_is_no_claim_is_left_alone(text: str) -> None:
    """Denied claims, parts of words, and the words' other meanings."""
    assert rules_broken(text) == []


def test_denial_of_something_else_is_no_denial() -> None:
    """It reaches a few words far, and over no comma."""
    assert rules_broken("No sugar, and guaranteed results.") == ["guarantee"]


def test_named_competitor_is_compared() -> None:
    """Only a name and a comparison in one sentence are one."""
    names = ("Röstwerk", "Bean & Co")

    assert rules_broken("Fresher than Röstwerk.", names) == ["named competitor"]
    assert rules_broken("Besser als BEAN & CO, sagt Anna.", names) == ["named competitor"]
    assert rules_broken("Röstwerk is nearby. Fresher than last week.", names) == []
    assert rules_broken("Fresher than the supermarket.", names) == []


def test_paid_content_names_its_label() -> None:
    """Once a section, and not where a label is named."""
    assert rules_broken("Three influencers a month.\nEach influencer gets beans.") == [
        "advertising label"
    ]
    assert rules_broken("Three influencers a month, each post with \\#ad.") == []


def test_finding_says_where_and_why() -> None:
    """Line, words, reason and source."""
    section = SectionDTO("overview", "Overview", "Roasted on Tuesdays.\n\nWe Guarantee joy.")

    (finding,) = review_sections([section], (), rulebook())

    assert (finding.section, finding.line, finding.words) == ("overview", 3, "We Guarantee")
    assert "2005/29/EC" in finding.source
    assert finding.reason


def test_every_rule_gives_its_reason_and_source() -> None:
    """A table of rules without them is a table of prejudices."""
    book = rulebook()

    for rule in (*book.rules, book.comparison, book.label):
        assert rule.reason.endswith(".")
        assert rule.source
        assert all(rule.terms.values())


@pytest.mark.parametrize("rule", rulebook().rules, ids=lambda rule: rule.name)
def test_every_term_is_found(rule: Rule) -> None:
    """No term of the table is dead."""
    for language, terms in rule.terms.items():
        for term in terms:
            assert rule.name in rules_broken(f"Hello: {term}"), (language, term)
