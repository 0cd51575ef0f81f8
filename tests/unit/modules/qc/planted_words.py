"""Words to plant in good drafts that a model writes, or a template leaves."""

from __future__ import annotations

from .planting import END, Defect, text

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

WORDS = {
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
