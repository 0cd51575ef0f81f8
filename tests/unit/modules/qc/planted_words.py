"""Words to plant in good drafts that a model writes, or a template leaves."""

from __future__ import annotations

from attrs import evolve

from aicmo_core.modules.qc.api import QcFacts

from .planting import END, Defect, Plant, text

LEFT_OVER = {
    "__NAME__": "__name__", "__FIRST_NAME__": "__first_name__", "*|FNAME|*": "*|fname|*",
    "#NAME#": "#name#", "@@NAME@@": "@@name@@", "%%first_name%%": "%%first_name%%",
    "[[brand]]": "[[brand]]", "<brand>": "<brand>", "<!-- add proof -->": "<!-- add proof",
    "Insert testimonial here": "insert testimonial here", "(add a photo here)": "(add a photo",
    "Client name here": "client name here",
}  # fmt: skip

CHATTED = (
    "As an AI, I cannot verify this.", "Here is the section:", "Here's the revised version.",
    "Certainly! Below is the copy.", "I've rewritten this to be more engaging.",
    "Note: I have kept all numbers.", "Feel free to adjust the tone.",
    "As requested, the text is shorter.", "I don't have access to your figures.",
    "Let me know if you'd like another one.", "Sure! Let me begin.",
    "This section was rewritten in a warm tone.", "(Word count: 120)",
    "```markdown\nBeans rest.\n```",
)  # fmt: skip

CLAIMED = (
    "Guaranteed results within a month.", "Results are guaranteed.",
    "We promise to double your sales.", "Sales are bound to double.",
    "It is risk-free, or your money back.", "This award-winning team roasts.",
    "It won the national roasters’ award.", "It was voted best of the city.",
    "It is No. 1 in the region.", "A market leader speaks.", "It is world-class coffee.",
    "As seen on national television.", "The coffee is fully certified.",
    "It is ISO 9001 certified.", "It is clinically proven.", "Doctor-recommended beans.",
    "Studies show that film sells better.", "According to a recent survey, film sells.",
    "Nine out of ten customers come back.", "All our customers say so.",
    "Trusted by thousands.", "Loved by thousands of happy customers.",
)  # fmt: skip

CONTACTS = {
    "sales@other.example": "mail address", "https://www.otherbrand.com/offer": "web address",
    "www.somebodyelse.net": "web address", "otherbrand.co.uk": "web address",
    "https://instagram.com/otherbrand": "web address", "@otherbrand_official": "handle",
    "+44 20 7946 0958": "telephone", "(415) 555-2671": "telephone", "030 1234 5678": "telephone",
    "12 Baker Street": "street", "Hauptstraße 12": "street", "7 rue de Rivoli": "street",
}  # fmt: skip

QUOTED = (
    "“Best coffee I ever had,” says Laura M., a customer.",
    "“Best coffee I ever had” — Laura M.", 'Anna said: "I will come back next week."',
)  # fmt: skip

FOREIGN = (
    "Unsere Gäste kommen aus der ganzen Region und wir freuen uns auf jeden Besuch.",
    "Nos clients viennent de toute la région et nous sommes heureux de les accueillir.",
    "Nuestros clientes vienen de toda la región y estamos encantados con ellos.",
    "I nostri clienti vengono da tutta la regione e sono anche molto contenti della scelta.",
    "Наши гости приходят со всего города.", "我们的客户来自全国各地",
)  # fmt: skip

DISGUISED = (
    "dis-count", "dis\u2010count", "dis- count", "d i s c o u n t", "D.I.S.C.O.U.N.T",
    "d-i-s-c-o-u-n-t", "disc0unt", "ԁіѕсоunt", "dıscоunt", "d\u00adi\u200bscount", "ᴅɪsᴄᴏᴜɴᴛ",
)  # fmt: skip


def forbidden(plant: Plant) -> Plant:
    """Let the client forbid a word, before a draft that does not have it is spoiled."""

    def spoil(facts: QcFacts) -> QcFacts:
        assert facts.brief is not None
        return plant(evolve(facts, brief=evolve(facts.brief, must_avoid=("discount",))))

    return spoil


WORDS = {
    **{
        f"a {kind} of somebody else: {said}": Defect(
            text("final_summary", END, f" Go to {said}."),
            "foreign_contacts", "final_summary", "go to",
        )
        for said, kind in CONTACTS.items()
    },
    **{
        f"words that nobody said: {said}": Defect(
            text("final_summary", END, f"\n\n{said}"), "invented_quotes", "final_summary", "line",
        )
        for said in QUOTED
    },
    **{
        f"another language: {said}": Defect(
            text("final_summary", END, f" {said}"), "foreign_language", "final_summary", "line",
        )
        for said in FOREIGN
    },
    **{
        f"a forbidden term as {said!r}": Defect(
            forbidden(text("final_summary", END, f" It has a {said} now.")),
            "must_avoid", "final_summary", "it has a",
        )
        for said in DISGUISED
    },
    "an ordered-out term in disguise": Defect(
        lambda f: text("overview", END, " A moc-king bird.")(
            evolve(f, acceptance=evolve(f.acceptance, forbidden_terms=("mocking",)))
        ),
        "acceptance_forbidden_terms", "overview", "moc-king",
    ),
    "another client's name without its legal form": Defect(
        lambda f: text("overview", END, " Ask Backhaus Rössle.")(
            evolve(f, other_brands=("Backhaus Rössle GmbH & Co. KG",))
        ),
        "other_brands", "overview", "backhaus rössle",
    ),
    **{
        f"a leftover {said!r}": Defect(
            text("overview", END, f"\n\nDear {said}, welcome."), "placeholders", "overview", found,
        )
        for said, found in LEFT_OVER.items()
    },
    **{
        f"a model says {said!r}": Defect(
            text("overview", END, f"\n\n{said}"), "placeholders", "overview", "line 2",
        )
        for said in CHATTED
    },
    **{
        f"a claim {said!r}": Defect(
            text("final_summary", END, f" {said}"), "unproven_claims", "final_summary", "line 1",
        )
        for said in CLAIMED
    },
}  # fmt: skip
