"""Ideas: the one thought that a campaign carries, chosen by what a client can show."""

from __future__ import annotations

import re
from collections.abc import Callable

from attrs import frozen

from aicmo_core.modules.onboarding.api import BusinessType
from aicmo_core.modules.production.internal.facts import Facts
from aicmo_core.modules.production.internal.writing import Context, phrasing


@frozen
class Idea:
    """
    A campaign's idea. Each text stands in one section only, so that no report repeats it.

    Attributes:
        name: The creative territory's name.
        thought: The idea in a sentence.
        line: What the pieces close with, where the client has no tagline of its own.
        insight: What about people makes the idea work.
        reasons: Why it suits this client.
        attention: What pieces do while people do not know the client yet.
        trust: What they do once people look closer.
        decision: What they do when people may decide.
        world: What pictures show.
        creator: What a creator is asked to make.
        ad: What an advertisement shows in its first second.
    """

    name: str
    thought: str
    line: str
    insight: str
    reasons: tuple[str, str]
    attention: str
    trust: str
    decision: str
    world: str
    creator: str
    ad: str


_ANSWERS = Idea(
    name="Straight Answers",
    thought="{brand} answers in public, one at a time, what {readers} ask before they decide.",
    line="Ask {brand}.",
    insight="Most decisions about {thing} wait for an answer that nobody has given in plain words.",
    reasons=(
        "A question stops a reader whom a claim would not, and {thing} raises plenty of them.",
        "The people who know {thing} best already work at {brand}, so answers cost time, not "
        "production.",
    ),
    attention="One question in large type, asked the way {readers} would ask it.",
    trust="The full answer with an example from the work of {brand}, limits included.",
    decision="A direct line: {brand} takes the reader’s own question and replies in person.",
    world="A question in large type on a calm ground, then the person or thing that answers it.",
    creator="Put a question of their own to {brand} on camera, and judge the answer aloud.",
    ad="The question alone fills the first second; {brand} appears with the answer.",
)
_HANDS = Idea(
    name="Open Doors",
    thought="{brand} opens the door and shows the work behind {thing}, from first step to last.",
    line="Come in. This is {brand}.",
    insight="People trust what they have watched being made more than what they are told about it.",
    reasons=(
        "Nobody else can film the rooms, hands and hours behind {thing}.",
        "The work goes on every day, so {brand} never runs out of material.",
    ),
    attention="A close view of one movement of the work, without explanation.",
    trust="The same work from start to finish, with the reason for each step.",
    decision="An invitation to come by, ask, or order from what was just shown.",
    world="Real rooms, working hands and daylight; the camera stands where a guest would stand.",
    creator="Spend half a day at {brand}, do one step of the work, and show the result as it is.",
    ad="Hands at work from close by; the finished piece and the name {brand} come last.",
)
_PROOF = Idea(
    name="Proof First",
    thought="Each piece begins with something about {brand} that can be checked, and explains it "
    "afterwards.",
    line="{brand}. See for yourself.",
    insight="Claims about {thing} sound alike; only evidence tells one offer from the next.",
    reasons=(
        "{brand} has evidence to show, which most campaigns of its kind lack.",
        "A fact that is seen first makes {readers} curious about the maker behind it.",
    ),
    attention="One fact on an otherwise empty frame, with its source.",
    trust="How the fact came about, told by somebody who was there.",
    decision="The way for a reader to test {thing} against that fact.",
    world="Evidence in the picture: the result, the person who says it, and where it comes from.",
    creator="Test {thing} before the camera, and say what held up and what did not.",
    ad="The fact stands alone for one second, then {brand} and the way to check it.",
)
_STEP = Idea(
    name="The Small Step",
    thought="{brand} makes the beginning small: each piece shows {readers} one step that they can "
    "take on the same day.",
    line="One step today, with {brand}.",
    insight="The wish is there already; what is missing is a beginning that fits into a full day.",
    reasons=(
        "A step that takes minutes can be tried at once, and who has tried it listens differently.",
        "Steps add up into a series, so {brand} becomes a habit before it becomes a purchase.",
    ),
    attention="One step, shown in the time that it takes, with nothing to buy.",
    trust="What the step does after a week, told by those who took it.",
    decision="The step into {thing}, made as short as the ones before it.",
    world="One person, one action, one moment: before, during and after, in ordinary rooms.",
    creator="Take one step a day for a week with {brand}, and report on the evening of each.",
    ad="Somebody starts, mid-motion, in the first second; {brand} names the step.",
)
_PLACE = Idea(
    name="Scene by Scene",
    thought="{brand} shows its place through those who live there, one scene at a time and in "
    "every season.",
    line="One more scene, one more reason. {brand}.",
    insight="A trip begins as a picture in the mind, and most places share the same few pictures.",
    reasons=(
        "Scenes that only residents know set {brand} apart from places with similar views.",
        "Each scene has its own season, so interest is spread over the year.",
    ),
    attention="One scene without a name: sound, weather, people; the place is given at the end.",
    trust="The person in the scene tells when to come, how to get there and what to leave out.",
    decision="Three scenes become a plan for two days, with the link to book it.",
    world="Wide views and near details in pairs, in true weather, with people small in the frame.",
    creator="Spend two days with a resident instead of a programme, and show the second-best view.",
    ad="A sound and a view with no caption for one second, then the place and {brand}.",
)
_DAY = Idea(
    name="An Ordinary Day",
    thought="{brand} follows an ordinary day of {readers} and shows the moment that calls for "
    "{thing}.",
    line="An ordinary day, with {brand}.",
    insight="Nobody plans a life around an offer; it has to find its place in a day that is full.",
    reasons=(
        "A familiar moment is recognised in a second, long before a reader knows {brand}.",
        "Days differ, so the same thought carries weeks of pieces about {thing}.",
    ),
    attention="A clock time and a moment that {readers} know from their own day.",
    trust="The same moment, now with {thing}, filmed in one take.",
    decision="The day as a reader could have it next week, with the first thing to do.",
    world="Clock times as chapters, the same person from morning to evening, natural light.",
    creator="Keep a diary of one day with {thing}, and name the dull parts too.",
    ad="A clock time on screen, a known moment under it; {brand} enters at the turning point.",
)


def _trade(f: Facts) -> str:
    return f"{f.industry} {f.products[0]} {f.description}"


_TRAVEL = re.compile(r"\b(touris|travel|destination|visitors?\b|holiday region)", re.IGNORECASE)
_CRAFT = re.compile(
    r"\b(baker|bakehouse|bread|brew|roast|craft|pottery|studio|workshop|kitchen|restaurant|farm"
    r"|garden|furniture|winery|carpent|atelier|hand-?made)",
    re.IGNORECASE,
)
_HABIT = re.compile(
    r"\b(fitness|workout|health|wellness|nutrition|learn|course|bootcamp|education|language|finance"
    r"|saving|skin|sleep)",
    re.IGNORECASE,
)

_SUITED: tuple[tuple[Idea, Callable[[Facts], bool]], ...] = (
    (_PLACE, lambda f: bool(f.places and _TRAVEL.search(f"{f.industry} {f.products[0]}"))),
    (_PROOF, lambda f: len(f.proof) > 1),
    (_HANDS, lambda f: bool(_CRAFT.search(_trade(f)))),
    (_ANSWERS, lambda f: f.business is BusinessType.B2B),
    (_STEP, lambda f: bool(_HABIT.search(_trade(f)))),
    (_DAY, lambda f: f.business is BusinessType.B2C),
    (_ANSWERS, lambda f: True),
)
"""Ideas in the order in which a client's own strengths decide; the last one suits any client."""


def campaign_idea(context: Context, shown: Facts) -> Idea:
    """
    Return the campaign's idea, the same for every section of a report.

    Args:
        shown: The facts as the section may say them.
    """
    f = context.facts
    suited = dict.fromkeys(idea for idea, suits in _SUITED if suits(f))
    avoidance = phrasing(f, "idea").avoidance
    told = [_told(idea, f) for idea in (*suited, _ANSWERS, _DAY, _STEP, _HANDS)]
    chosen = next((t for t in told if not avoidance.concerns(f"{t.name} {t.thought}")), told[0])
    return next(_told(i, shown) for i in _ALL if i.name == chosen.name)


_ALL = (_ANSWERS, _HANDS, _PROOF, _STEP, _PLACE, _DAY)


def _told(idea: Idea, f: Facts) -> Idea:
    def fit(text: str) -> str:
        return text.format(brand=f.brand, thing=f.thing, readers=f.readers)

    return Idea(
        name=idea.name,
        thought=fit(idea.thought),
        line=f.tagline or fit(idea.line),
        insight=fit(idea.insight),
        reasons=(fit(idea.reasons[0]), fit(idea.reasons[1])),
        attention=fit(idea.attention),
        trust=fit(idea.trust),
        decision=fit(idea.decision),
        world=fit(idea.world),
        creator=fit(idea.creator),
        ad=fit(idea.ad),
    )
