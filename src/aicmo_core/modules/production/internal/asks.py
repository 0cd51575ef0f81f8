"""Asks: what a calendar entry requests of its reader, so that it answers to its own hook."""

from __future__ import annotations

import re

from attrs import frozen

from aicmo_core.modules.production.internal.channels import Family

EDUCATION, PROOF, PROMO, COMMUNITY = "Education", "Proof", "Promo", "Community"
BUCKETS = (EDUCATION, PROOF, PROMO, COMMUNITY)


@frozen
class _Hook:
    """A kind of hook that wants requests of its own, and the words that show it."""

    words: re.Pattern[str]
    social: tuple[str, ...]
    other: tuple[str, ...]


def _hook(words: str, social: tuple[str, ...], other: tuple[str, ...]) -> _Hook:
    return _Hook(re.compile(words, re.IGNORECASE), social, other)


_OWN = (
    _hook(
        r"^Today: ",
        (
            "Join in today.",
            "Be there this {today}.",
            "Tell one person about it today.",
            "See all about it today.",
        ),
        ("Be there this {today}.", "Tell one person about it today.", "Note it for this {today}."),
    ),
    _hook(
        r"^(?:Save the date|Coming up): ",
        (
            "Put the day in your diary.",
            "Invite one friend by {weekday}.",
            "Tell us whether you are coming.",
            "Ask about it before {weekday}.",
            "Tag a friend for it this {today}.",
        ),
        (
            "Put the day in your diary.",
            "Tell {brand} by {weekday} whether you are coming.",
            "Note the day this {today}.",
        ),
    ),
    _hook(
        r"\bvote\b|\bpoll\b|\bthis or that\b|yes, no, or not yet",
        (
            "Vote before {weekday}.",
            "Pick a side in the comments.",
            "Answer in one word.",
            "Cast your vote this {today}.",
            "Say which one by {weekday}.",
        ),
        ("Send {brand} your pick by {weekday}.", "Answer {brand} in one word this {today}."),
    ),
    _hook(
        r"\bin three pictures\b",
        (
            "Pick your favourite of the three.",
            "Say which one you like by {weekday}.",
            "Ask about one of them this {today}.",
        ),
        ("Tell {brand} by {weekday} which one you like.", "Ask about one of them this {today}."),
    ),
    _hook(
        r"\bphoto with\b|\byour way\b",
        (
            "Post yours and name {brand}.",
            "Reply with a picture this {today}.",
            "Show yours by {weekday}.",
        ),
        ("Send {brand} a picture by {weekday}.", "Show {brand} yours this {today}."),
    ),
)
"""Kinds of hook to which nothing else is an answer, the first that fits first."""

_POINTS = r"three|checklist|mistake|choos|choice|where to|myth|check about|explained|ask first"
_VOICES = r"own words|\bstars?\b|\breviews?\b|then and now|behind “"
_SOCIAL: dict[str, tuple[tuple[str, str], ...]] = {
    EDUCATION: (
        ("", "Save this for {weekday}."),
        ("", "Send it to someone who asks about {middle}."),
        ("", "Write your question below."),
        ("", "Follow {brand} for the next part."),
        ("", "Share it with one person this {today}."),
        ("", "Add your own tip on {middle}."),
        ("", "Keep this until {weekday}."),
        ("", "Pass it on before {weekday}."),
        (_POINTS, "Tell us which point is new to you."),
        (_POINTS, "Try one of these by {weekday}."),
        (_POINTS, "Name the point you would add."),
    ),
    PROOF: (
        ("", "See more on the {brand} profile."),
        ("", "Tell us what you noticed."),
        ("", "Ask how it was done."),
        ("", "Leave a word for the team."),
        ("", "Say what you want to see next {weekday}."),
        ("", "Send us your view of {middle}."),
        ("", "Come back on {weekday} for more."),
        ("", "Ask {brand} about it this {today}."),
        ("how|close|goes into|step", "Name your favourite detail."),
        (_VOICES, "Share your own {brand} moment."),
        (_VOICES, "Rate your own experience with {brand}."),
    ),
    PROMO: (
        ("", "Send {brand} a message today."),
        ("", "Follow the link in the profile."),
        ("", "Ask about {middle} in a message."),
        ("", "Start this {today}."),
        ("", "Write to {brand} before {weekday}."),
        ("", "Choose yours by {weekday}."),
        ("", "Message us one word: ready."),
        ("", "Find the details in the profile of {brand}."),
        ("", "Take the first step by {weekday}."),
        ("", "Reserve a minute on {weekday}."),
    ),
    COMMUNITY: (
        ("", "Answer in one word."),
        ("", "Drop your idea in the comments."),
        ("", "Tell us yours by {weekday}."),
        ("", "Write it down for {brand}."),
        ("", "Answer below this {today}."),
        ("", "Add yours before {weekday}."),
        ("", "Reply with one sentence this {today}."),
        ("this one is for you|bring to", "Invite one friend by {weekday}."),
        ("this one is for you|bring to", "Tag a friend for {weekday}."),
    ),
}
"""For social networks, by bucket: the hooks to which a request answers (all, if empty)."""

_SOLD = (PROMO,)
_SHOWN = (EDUCATION, PROOF, PROMO)
_OTHER: dict[Family, tuple[tuple[tuple[str, ...], str], ...]] = {
    Family.MAIL: (
        (BUCKETS, "Reply with one line."),
        (_SHOWN, "Forward it to one person by {weekday}."),
        (BUCKETS, "Answer this mail before {weekday}."),
        (_SHOWN, "Read the full story about {middle}."),
        (_SHOWN, "Keep this one for {weekday}."),
        (BUCKETS, "Write back to {brand} this {today}."),
        (_SOLD, "Press the button and choose yours."),
        (_SHOWN, "Send {brand} your question about {middle}."),
        (_SHOWN, "Open it again on {weekday}."),
        (_SOLD, "Choose yours before {weekday}."),
        ((COMMUNITY,), "Send {brand} your answer by {weekday}."),
    ),
    Family.WEB: (
        (_SHOWN, "Read the page to its end."),
        (_SHOWN, "Bookmark it for {weekday}."),
        (_SHOWN, "Send {brand} a question from the page."),
        (_SHOWN, "Compare the points on {middle}."),
        (_SHOWN, "Find the next step on the page."),
        (_SHOWN, "Look up {middle} this {today}."),
        (_SOLD, "Choose a date by {weekday}."),
        ((PROOF, COMMUNITY), "Leave a short review of {brand}."),
        (_SHOWN, "Ask {brand} for details before {weekday}."),
        ((COMMUNITY,), "Send {brand} your answer by {weekday}."),
        ((COMMUNITY,), "Tell {brand} yours this {today}."),
        ((COMMUNITY,), "Write your answer to {brand} by {weekday}."),
    ),
    Family.BROADCAST: (
        (BUCKETS, "Remember the name {brand}."),
        (BUCKETS, "Ask for {brand} this {today}."),
        (BUCKETS, "Look for {brand} on {weekday}."),
        (BUCKETS, "Stop by before {weekday}."),
        (BUCKETS, "Bring someone along on {weekday}."),
        (BUCKETS, "Note down {brand} for {weekday}."),
        (BUCKETS, "Find {middle} near you."),
    ),
}
"""For other channels: the buckets to which a request answers."""

_SITE = (
    "Read more at {site}.",
    "See it at {site}.",
    "Find the details at {site}.",
    "Visit {site} before {weekday}.",
    "Start at {site} this {today}.",
    "Look at {site} on {weekday}.",
)


def asks(bucket: str, family: Family, hook: str, site: str) -> tuple[str, ...]:
    """
    Return the requests, with slots, that answer to a hook on a kind of channel.

    Args:
        site: The client's own address; without one, nobody is sent there.
    """
    social = family is Family.SOCIAL
    for kind in _OWN:
        if kind.words.search(hook):
            return kind.social if social else kind.other
    if social:
        bank = tuple(t for words, t in _SOCIAL[bucket] if re.search(words, hook, re.IGNORECASE))
    else:
        bank = tuple(t for buckets, t in _OTHER[family] if bucket in buckets)
    visits = bucket == PROMO or (not social and bucket != COMMUNITY)
    return bank + _SITE if site and visits else bank
