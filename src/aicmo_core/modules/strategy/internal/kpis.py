"""What is measured: the client's own objectives, the client's own measures, then defaults."""

import re
from collections.abc import Iterator, Sequence, Set
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from attrs import evolve, frozen

from aicmo_core.modules.onboarding.api import Direction, ObjectiveDTO
from aicmo_core.modules.strategy.api import DEFAULT_SOURCE, KpiDTO
from aicmo_core.modules.strategy.internal.phrases import (
    amount,
    clause,
    day,
    excerpt,
    fill,
    number,
    quoted,
    sentence,
)
from aicmo_core.modules.strategy.internal.profile import Profile
from aicmo_core.modules.strategy.internal.rules import (
    Measure,
    PackRules,
    StrategyRules,
    Vocabulary,
)
from aicmo_core.modules.strategy.internal.timeline import Window
from aicmo_core.modules.strategy.internal.words import mentions, spelled

_OTHER = "other"
_NAME_LIMIT = 80
_REACH = "reach"
_ACTS = frozenset({"leads", "sales", "footfall", "hiring", "signups", "followers"})
"""Measures that count people who do something."""
_RATIO = re.compile(r"\bper\b|/|\baverage\b|\bmean\b", re.IGNORECASE)
"""Traces of a measure that no total can stand for: "saves per post"."""

_LONGEST_STATED = 200
_STATED = re.compile(
    r"^(?P<name>.*?\S)\s*(?P<sign>[:=≥>]+|at least|over|above|to)?\s*"
    r"(?P<value>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,12}(?:\.\d{1,6})?)\s*(?P<unit>%|x)?$",
    re.IGNORECASE,
)


@frozen
class PlannedKpi:
    """A KPI, and the measure that it is: what tactics are matched by."""

    kpi: KpiDTO
    measure: str


def kpis_for(
    profile: Profile, pack: PackRules, window: Window, pieces_per_week: int
) -> tuple[PlannedKpi, ...]:
    """
    Return the KPIs of a client, each under a name of its own and with a goal.

    One for each measurable objective, one for each measure that the client names, and
    the pack's defaults until there are enough; no baseline that the client has not given.
    """
    planned: list[PlannedKpi] = []
    for objective in profile.brief.measurable_objectives:
        if objective.target is not None:
            taken = {p.kpi.name.casefold() for p in planned}
            planned.append(_from_objective(objective, objective.target, profile, window, taken))
    defaults = _Defaults(
        profile, window, pieces_per_week, _results(planned, profile.rules.vocabulary)
    )
    for asked in profile.brief.kpis:
        if clause(asked) and not any(_alike(asked, p.kpi.name) for p in planned):
            planned.append(_stated(asked, profile, window) or defaults.named(asked))
    planned += [defaults.plain(measure) for measure in _wanting(profile, pack, planned)]
    return tuple(_with_names_of_their_own(planned))


# -- the client's own


def _from_objective(
    objective: ObjectiveDTO,
    target: Decimal,
    profile: Profile,
    window: Window,
    taken: Set[str],
) -> PlannedKpi:
    """Return the KPI of an objective under the client's name for it, unless that is *taken*."""
    goal = clause(objective.text) or profile.main_goal
    metric = clause(objective.metric) or excerpt(goal, _NAME_LIMIT)
    named = (clause(k) for k in profile.brief.kpis if clause(k) and _alike(k, metric))
    asked = next((name for name in named if name.casefold() not in taken), metric)
    unit = clause(objective.unit) or excerpt(metric, _NAME_LIMIT)
    if objective.relative:
        side = "below" if objective.direction is Direction.DECREASE else "above"
        # "Double" is twice the level, not two times above it.
        unit = f"{unit} the starting level" if unit == "x" else f"{unit} {side} the starting level"
    due = objective.deadline
    if due is None or due < window.start:
        due = window.last
    baseline = objective.baseline
    from_here = "" if baseline is None else f", from {amount(baseline, unit)}"
    kpi = KpiDTO(
        name=excerpt(asked, _NAME_LIMIT),
        target_value=target,
        unit=unit,
        timeframe_days=_days_until(due, window),
        direction=objective.direction,
        baseline=baseline,
        deadline=due,
        source=goal,
        reason=sentence(
            f"the client's goal {quoted(goal)} sets {amount(target, unit)}{from_here}; "
            f"it is due on {day(due)}"
        ),
        goal=goal,
        relative=objective.relative,
    )
    words = profile.rules.vocabulary
    return PlannedKpi(kpi, _measure_in(f"{asked} {metric} {objective.unit}", words))


def _stated(asked: str, profile: Profile, window: Window) -> PlannedKpi | None:
    """Return a KPI whose target stands beside its name, as in "CTR > 2%"."""
    match = _STATED.match(clause(asked)[:_LONGEST_STATED])
    if match is None or not (match["sign"] or match["unit"]):
        return None
    name = clause(match["name"])
    unit = (match["unit"] or "").lower() or excerpt(name, _NAME_LIMIT)
    target = Decimal(match["value"].replace(",", ""))
    words = profile.rules.vocabulary
    measure = _measure_in(name, words)
    kpi = KpiDTO(
        name=excerpt(name, _NAME_LIMIT),
        target_value=target,
        unit=unit,
        timeframe_days=_days_until(window.last, window),
        direction=_direction(name, words),
        deadline=window.last,
        source=clause(asked),
        reason=sentence(f"the client measures {quoted(asked)} and states this target"),
        goal=profile.goal_for(profile.rules.measure(measure).goals),
    )
    return PlannedKpi(kpi, measure)


def _alike(one: str, other: str) -> bool:
    """Whether two names say the same measure: one's words are within the other's."""
    first, second = f" {spelled(one)} ", f" {spelled(other)} "
    return bool(first.strip() and second.strip()) and (first in second or second in first)


def _measure_in(text: str, told: Vocabulary) -> str:
    """Return the measure that *text* speaks of; the order of the vocabulary settles doubts."""
    found = (f for f, words in told.family("measure").items() if mentions(text, words))
    return next(found, "measure:" + _OTHER).partition(":")[2]


def _direction(text: str, told: Vocabulary) -> Direction:
    words = told.features["measure:cost"]
    return Direction.DECREASE if mentions(text, words) else Direction.INCREASE


def _days_until(due: date, window: Window) -> int:
    return max(1, (due - window.start).days)


# -- defaults


@frozen
class _Defaults:
    """Targets that follow from the plan itself, each said to be an assumption."""

    profile: Profile
    window: Window
    pieces_per_week: int
    results: Decimal = Decimal(0)
    """The most people who are to act by one of the client's own goals."""

    def plain(self, measure: Measure) -> PlannedKpi:
        return self._made(measure, measure.name, DEFAULT_SOURCE, measure.direction)

    def named(self, asked: str) -> PlannedKpi:
        """Return a KPI under the client's own name for it, with a target that is assumed."""
        rules = self.profile.rules
        found = _measure_in(asked, rules.vocabulary)
        direction = _direction(asked, rules.vocabulary)
        figure = rules.measure(found) if rules.measure(found).figure else rules.measure(_OTHER)
        total = figure.unit not in ("%", "x")
        measure = rules.measure(_OTHER) if total and _RATIO.search(asked) else figure
        if direction is Direction.DECREASE:
            measure = rules.measure("cost")
        planned = self._made(measure, excerpt(asked, _NAME_LIMIT), clause(asked), direction)
        goals = rules.measure(found).goals
        return PlannedKpi(evolve(planned.kpi, goal=self.profile.goal_for(goals)), found)

    def _made(self, measure: Measure, name: str, source: str, direction: Direction) -> PlannedKpi:
        unit = measure.unit
        if measure.relative:
            side = "below" if direction is Direction.DECREASE else "above"
            unit = f"% {side} the first week"
        goal = self.profile.goal_for(measure.goals)
        kpi = KpiDTO(
            name=name,
            target_value=self._target(measure),
            unit=unit,
            timeframe_days=_days_until(self.window.last, self.window),
            direction=direction,
            deadline=self.window.last,
            source=source,
            reason=self._reason(measure, source),
            goal=goal,
            relative=measure.relative,
            assumed=True,
        )
        return PlannedKpi(kpi, measure.measure)

    def _reason(self, measure: Measure, source: str) -> str:
        pieces = number(Decimal(self.pieces_per_week * self.window.weeks))
        why = fill(measure.because, {"pieces": pieces})
        if measure.measure == _REACH and self._needed() > measure.factor * self._base(measure.per):
            rate = number(Decimal(self.profile.rules.kpis.reach_per_result.value))
            why = f"{number(self.results)} results need it, if one of {rate} people reached acts"
        asked = (
            "The client measures this without a target"
            if source != DEFAULT_SOURCE
            else ("The client states no target")
        )
        return f"{asked}, so it is assumed: {why}. The first week's figures set it anew."

    def _target(self, measure: Measure) -> Decimal:
        figure = measure.factor * self._base(measure.per)
        return _plain_figure(max(figure, self._needed()) if measure.measure == _REACH else figure)

    def _needed(self) -> Decimal:
        """Return how many people have to be reached for the largest of the client's goals."""
        return self.results * self.profile.rules.kpis.reach_per_result.value

    def _base(self, per: str | None) -> Decimal:
        if per is None:
            return Decimal(1)
        if per == "weeks":
            return Decimal(self.window.weeks)
        if per == "pieces":
            return Decimal(max(1, self.pieces_per_week) * self.window.weeks)
        return self._target(self.profile.rules.measure(per))


def _results(planned: Sequence[PlannedKpi], told: Vocabulary) -> Decimal:
    """Return the largest number of people who are to act by a goal, its start taken off."""
    counted = (
        p.kpi.target_value - (p.kpi.baseline or 0)
        for p in planned
        if _counts_acts(p, told)
        and not p.kpi.relative
        and p.kpi.direction is Direction.INCREASE
        and p.kpi.unit not in ("%", "x")
        and not re.fullmatch("[A-Z]{3}", p.kpi.unit)
    )
    return max(counted, default=Decimal(0))


def _counts_acts(planned: PlannedKpi, told: Vocabulary) -> bool:
    """Whether each result is a person who acts: "copies", where the goal is to sell them."""
    if planned.measure != _OTHER:
        return planned.measure in _ACTS
    goals = (told.features.get(f"goal:{act}", ()) for act in _ACTS)
    return any(mentions(planned.kpi.source, words) for words in goals)


def _plain_figure(value: Decimal) -> Decimal:
    """Return *value* to two figures, and to whole ones from ten on: nobody plans for 8,743."""
    with localcontext() as exact:
        exact.prec = 2
        exact.rounding = ROUND_HALF_EVEN
        short = +value
    return short.quantize(Decimal(1)) if short >= 10 else short.normalize()


def _wanting(profile: Profile, pack: PackRules, planned: Sequence[PlannedKpi]) -> Iterator[Measure]:
    """Return the measures that the plan still needs, in the order of their need."""
    rules = profile.rules
    had = {p.measure for p in planned}
    served = {goal for name in had for goal in rules.measure(name).goals[:1]}
    kinds = profile.goals[: rules.kpis.goal_kinds.value]
    needed = [_first_for(kind, rules) for kind in kinds if kind not in served]
    needed += [rules.measure(name) for name in pack.always]
    count = len(planned)
    for n, measure in enumerate((*needed, *_fitting(profile, served))):
        due = n < len(needed) or count < max(rules.kpis.fewest.value, pack.kpis.value)
        if due and measure.measure not in had:
            had.add(measure.measure)
            count += 1
            yield measure


def _first_for(kind: str, rules: StrategyRules) -> Measure:
    return next(m for m in rules.measures if m.goals[:1] == (kind,) and not m.asked)


def _fitting(profile: Profile, served: Set[str]) -> list[Measure]:
    """Return what may be measured besides, what serves the client's goals first."""
    fitting = [
        m
        for m in profile.rules.measures
        # What tells of one goal only is for clients who have it and do not measure it yet.
        if not m.asked and (len(m.goals) > 1 or (set(m.goals) & set(profile.goals) - served))
    ]
    return sorted(fitting, key=lambda m: not set(m.goals) & set(profile.goals))


def _with_names_of_their_own(planned: Sequence[PlannedKpi]) -> Iterator[PlannedKpi]:
    """Return the KPIs with a unit, a day or a number added to a name that is taken."""
    taken: set[str] = set()
    for item in planned:
        name = item.kpi.name
        unit = item.kpi.unit
        with_unit = f"{name} ({unit})" if unit.casefold() not in name.casefold() else name
        due = f"{name} by {day(item.kpi.deadline)}" if item.kpi.deadline else name
        numbered = (f"{name} ({n})" for n in range(2, len(planned) + 2))
        tries = (name, with_unit, due, *numbered)
        name = next(n for n in tries if n.casefold() not in taken)
        taken.add(name.casefold())
        yield PlannedKpi(evolve(item.kpi, name=name), item.measure)
