"""The reading of a form: what the answers say, and every question that they leave open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from attrs import evolve, frozen

from aicmo_core.modules.onboarding.api.dtos import (
    BudgetDTO,
    ClarificationDTO,
    ClarificationKind,
    DiscoveryNotesDTO,
    IntakeFormDTO,
    ObjectiveDTO,
)
from aicmo_core.modules.onboarding.internal.answers import Answers, read_answers
from aicmo_core.modules.onboarding.internal.budgets import MoneyReading, read_budget
from aicmo_core.modules.onboarding.internal.cleaning import shortened, spoken
from aicmo_core.modules.onboarding.internal.contradictions import find_contradictions
from aicmo_core.modules.onboarding.internal.currencies import of_places
from aicmo_core.modules.onboarding.internal.deadlines import (
    Today,
    find_dates,
    seasons_named,
    two_way_dates,
)
from aicmo_core.modules.onboarding.internal.form import check_question_ids, questions
from aicmo_core.modules.onboarding.internal.gaps import find_gaps
from aicmo_core.modules.onboarding.internal.goals import (
    Context,
    read_goal,
    read_timeline,
)

_SOUTHERN = frozenset({"AUD", "NZD", "ZAR", "BRL"})
"""Currencies of countries where spring begins in September."""
_GOALS = ("primary_goal", "secondary_goal")
_LAUNCHES = re.compile(r"launch|releas|premi[eè]re|opening|on sale|go-live", re.IGNORECASE)
_NOBODY = frozenset(
    f" {words} "
    for words in [
        "everyone",
        "everybody",
        "anyone",
        "anybody",
        "all",
        "all people",
        "all ages",
        "people",
        "the public",
        "general public",
        "alle",
        "jeder",
        "jedermann",
        "tout le monde",
        "todos",
        "todo el mundo",
    ]
)
"""Answers to "who buys" that name nobody in particular."""

_CAUSE = re.compile(
    r"\b(?:non-?profits?|not-for-profit|charit(?:y|ies|able)|ngos?|foundation|gemeinnützig\w*"
    r"|association loi 1901|sin ánimo de lucro)\b|非営利|公益法人",
    re.IGNORECASE,
)
"""Words of those who may have nothing to sell."""


@frozen
class Reading:
    """
    A form that has been read.

    Attributes:
        answers: The answers, cleaned.
        objectives: The measurable side of the goals, and of measures that have a number.
        deadline: By when the goals are to be reached.
        launches: What the answer to "by when" says of a launch, with its day.
        budget: Money for promotion.
        clarifications: The open questions, blocking ones first, then in the form's order.
    """

    answers: Answers
    objectives: tuple[ObjectiveDTO, ...]
    deadline: date | None
    launches: tuple[str, ...]
    budget: BudgetDTO | None
    clarifications: tuple[ClarificationDTO, ...]

    @property
    def blocked(self) -> bool:
        return any(c.blocking for c in self.clarifications)


def read_form(form: IntakeFormDTO, notes: DiscoveryNotesDTO | None, now: datetime) -> Reading:
    """
    Read a form, with what a discovery call settled.

    Args:
        now: From when deadlines are counted.

    Raises:
        UnknownQuestions: An answer, or what the call settled, is to no question of the form.
    """
    settled = notes.clarifications if notes else {}
    check_question_ids(dict.fromkeys((*form.responses, *settled)))
    answers = read_answers(form.responses, settled)
    local = of_places(answers.entries("locations"))
    here = Today(now.date(), month_first="USD" in local, southern=bool(_SOUTHERN & {*local}))
    today = _with_launch(here, answers)
    timeline = read_timeline(answers.lines.get("goal_timeline", ()), today)
    money = _money(answers, local)
    objectives = _objectives(answers, Context(today, local, timeline))
    asked = (
        *_missing(answers),
        *_unreadable(answers, money),
        *_contradicting(answers, today),
        *_unmeasurable(objectives),
        *_untimed(answers, objectives, timeline),
        *_ambiguous(answers, today),
        *_vague(answers),
        *_left_out(answers, money),
    )
    ordered = sorted((_located(c, answers) for c in asked), key=_order)
    if timeline is not None and timeline == today.launch and _is_later(objectives, timeline):
        timeline = None  # from then on something can be had: by when it is wanted, a goal says
    launches = tuple(_launching(answers, today))
    return Reading(answers, objectives, timeline, launches, money.budget, tuple(ordered))


def _is_later(objectives: Iterable[ObjectiveDTO], day: date) -> bool:
    return any(o.deadline and o.deadline > day for o in objectives if o.source in _GOALS)


def _launching(answers: Answers, today: Today) -> Iterator[str]:
    """Yield the lines of goal_timeline that name the day of a launch, if no event does."""
    if any(_LAUNCHES.search(event) for event in answers.entries("events")):
        return
    told = _launch_days(answers.lines.get("goal_timeline", ()), today)
    for line in dict.fromkeys(line for line, _ in told):
        yield line[:1].upper() + line[1:]


def _with_launch(today: Today, answers: Answers) -> Today:
    """Return *today* with the first day to come on which the client says that it launches."""
    told = [*answers.entries("events"), *answers.lines.get("goal_timeline", ())]
    day = next((day for _, day in _launch_days(told, today)), None)
    return evolve(today, launch=day) if day else today


def _launch_days(lines: Iterable[str], today: Today) -> Iterator[tuple[str, date]]:
    """Yield the lines that tell of a launch to come, each with the days that it names."""
    for line in lines:
        if _LAUNCHES.search(line):
            for mention in find_dates(line, today, bare=True):
                if mention.day and mention.day >= today.date:
                    yield line, mention.day


def _order(clarification: ClarificationDTO) -> tuple[bool, int]:
    return not clarification.blocking, clarification.question_number


def _located(clarification: ClarificationDTO, answers: Answers) -> ClarificationDTO:
    """Fill in the question's number and the answer as it was given."""
    id_ = clarification.question_id
    return evolve(
        clarification,
        question_number=questions()[id_].number,
        found=shortened(clarification.found or answers.found.get(id_, "")),
    )


def _blocking(id_: str, kind: ClarificationKind, message: str, found: str = "") -> ClarificationDTO:
    return ClarificationDTO(id_, 0, kind, True, message, found)


def _advisory(id_: str, kind: ClarificationKind, message: str, assumption: str) -> ClarificationDTO:
    return ClarificationDTO(id_, 0, kind, False, message, assumption=assumption)


# -- what the answers say -------------------------------------------------------------------------


def _money(answers: Answers, local: tuple[str, ...]) -> MoneyReading:
    text = answers.text("budget")
    return read_budget(text, local) if text else MoneyReading(None)


def _objectives(answers: Answers, context: Context) -> tuple[ObjectiveDTO, ...]:
    """Read the goals, and what has a number among the measures and the wishes for 30 days."""
    goals = [o for id_ in _GOALS for o in read_goal(answers.lines.get(id_, ()), id_, context)]
    measures = read_goal(answers.entries("kpis"), "kpis", context)
    in_30_days = evolve(context, deadline=context.today.date + timedelta(days=30))
    soon = read_goal(answers.lines.get("success_30_days", ()), "success_30_days", in_30_days)
    return (*goals, *(o for o in (*measures, *soon) if o.measurable))


# -- what they leave open -------------------------------------------------------------------------


def _missing(answers: Answers) -> Iterator[ClarificationDTO]:
    for id_, question in questions().items():
        if id_ == "products" and not answers.has(id_) and _sells_nothing(answers):
            message = "products was left out, as may be where nothing is sold: is that right?"
            assumption = "The work itself is spoken of, and no product."
            yield _advisory(id_, ClarificationKind.ASSUMED, message, assumption)
        elif question.required and not answers.has(id_):
            yield _blocking(
                id_,
                ClarificationKind.MISSING,
                f"{id_} is required and was not answered. {question.ask}",
            )


def _sells_nothing(answers: Answers) -> bool:
    return any(_CAUSE.search(answers.text(id_) or "") for id_ in ("industry", "description"))


def _unreadable(answers: Answers, money: MoneyReading) -> Iterator[ClarificationDTO]:
    reasons = dict(answers.unreadable)
    if money.problem:
        reasons["budget"] = money.problem
    for id_, reason in reasons.items():
        message = f"The answer to {id_} cannot be read: {reason}. {questions()[id_].ask}"
        yield _blocking(id_, ClarificationKind.UNREADABLE, message)


def _contradicting(answers: Answers, today: Today) -> Iterator[ClarificationDTO]:
    for found in find_contradictions(answers, today):
        kind = ClarificationKind.CONTRADICTION
        yield _blocking(found.question_id, kind, found.message, found.found)


def _unmeasurable(objectives: Iterable[ObjectiveDTO]) -> Iterator[ClarificationDTO]:
    for id_ in _GOALS:
        of_goal = [o for o in objectives if o.source == id_]
        if of_goal and not any(o.measurable for o in of_goal):
            yield _advisory(
                id_,
                ClarificationKind.UNMEASURABLE,
                f"{id_} names no number that can be read: how much of it, counted how, would be a "
                "success?",
                "The pack's own measures and targets are used.",
            )


def _untimed(
    answers: Answers, objectives: Iterable[ObjectiveDTO], timeline: date | None
) -> Iterator[ClarificationDTO]:
    if answers.has("goal_timeline"):
        if timeline is None and "goal_timeline" not in answers.unreadable:
            message = "goal_timeline names no date and no length of time: by when, exactly?"
            assumption = "The work begins at once and runs for the pack's own period."
            yield _advisory("goal_timeline", ClarificationKind.UNREADABLE, message, assumption)
    elif not any(o.deadline for o in objectives if o.source in _GOALS):
        message = "goal_timeline was left out, and no goal names a date: by when is it wanted?"
        assumption = "The pack's own period is planned."
        yield _advisory("goal_timeline", ClarificationKind.ASSUMED, message, assumption)


def _ambiguous(answers: Answers, today: Today) -> Iterator[ClarificationDTO]:
    for id_ in (*_GOALS, "goal_timeline"):
        for words, day in two_way_dates(answers.text(id_) or "", today):
            message = f"“{words}” in {id_} may be two days: which one is it?"
            assumption = f"It is {day.day} {day:%B %Y}."
            yield _advisory(id_, ClarificationKind.ASSUMED, message, assumption)
        bare = id_ == "goal_timeline"
        for words, day in seasons_named(answers.text(id_) or "", today, bare=bare):
            message = f"“{words}” in {id_} is a season: which day is the last that counts?"
            assumption = f"It is {day.day} {day:%B %Y}."
            yield _advisory(id_, ClarificationKind.ASSUMED, message, assumption)


def _vague(answers: Answers) -> Iterator[ClarificationDTO]:
    who = answers.text("primary_customer")
    if who and spoken(who) in _NOBODY:
        yield _advisory(
            "primary_customer",
            ClarificationKind.ASSUMED,
            "primary_customer names nobody in particular: who buys most often today?",
            "The texts speak to people who look for the named products.",
        )


def _left_out(answers: Answers, money: MoneyReading) -> Iterator[ClarificationDTO]:
    kind = ClarificationKind.ASSUMED
    for gap in find_gaps(answers):
        message = f"{gap.question_id} was left out; {gap.why}. {questions()[gap.question_id].ask}"
        yield _advisory(gap.question_id, kind, message, gap.assumption)
    for presumption in money.presumptions:
        message = "budget does not say everything: is the assumption right?"
        yield _advisory("budget", kind, message, f"{presumption[0].upper()}{presumption[1:]}.")
