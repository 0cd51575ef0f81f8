"""Shares and money: exact sums, by the largest remainder."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from attrs import frozen

from aicmo_core.kernel.money import Money
from aicmo_core.modules.onboarding.api import BudgetDTO, BudgetPeriod
from aicmo_core.modules.strategy.internal.phrases import amount, quoted, weeks
from aicmo_core.modules.strategy.internal.rules import BudgetRules

WHOLE = 100
"""What the shares of a strategy sum to."""

_COARSE = Decimal(100)  # from here on, a whole amount is divided into whole amounts
_MINOR_DIGITS = {
    **dict.fromkeys(("JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF", "PYG"), 0),
    **dict.fromkeys(("KWD", "BHD", "OMR", "JOD", "TND", "IQD", "LYD"), 3),
}
"""Digits of a currency's minor unit by ISO 4217, where they are not two."""

_PERIODS = {
    BudgetPeriod.WEEK: "a week",
    BudgetPeriod.MONTH: "a month",
    BudgetPeriod.QUARTER: "a quarter",
    BudgetPeriod.YEAR: "a year",
    BudgetPeriod.TOTAL: "in all",
}
_PERIOD_DAYS = {
    BudgetPeriod.WEEK: Fraction(7),
    BudgetPeriod.MONTH: Fraction(365, 12),
    BudgetPeriod.QUARTER: Fraction(365, 4),
    BudgetPeriod.YEAR: Fraction(365),
}


@frozen
class Spending:
    """
    The planned part of the stated money.

    Attributes:
        parts: By channel; they sum to exactly *total*.
        reasons: Which end of a range and which time are planned, and why.
    """

    total: Money | None = None
    period: BudgetPeriod | None = None
    parts: tuple[Money, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The total and its time, in words; empty where no money is stated."""
        if self.total is None or self.period is None:
            return ""
        return f"{amount(self.total.amount, self.total.currency)} {_PERIODS[self.period]}"


def apportion(units: int, weights: Sequence[Fraction]) -> list[int]:
    """
    Divide *units* by *weights*: each gets its rounded-down part, and the largest remainders
    one more, the earlier first among equals. The parts sum to exactly *units*.
    """
    whole = sum(weights)
    exact = [units * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
    for i in by_remainder[: units - sum(parts)]:
        parts[i] += 1
    return parts


def shares(weights: Sequence[int], rules: BudgetRules) -> tuple[Decimal, ...]:
    """
    Return percentages, whole where there are few, that sum to exactly 100.

    Every channel gets the least share of the rules, where there are not more than fifty.
    """
    few = len(weights) <= WHOLE // 2
    many = len(weights) > rules.many_channels.value
    share = rules.least_share_of_many if many else rules.least_share
    digits, least = (0, share.value) if few else (2, 0)
    free = (WHOLE - least * len(weights)) * 10**digits
    parts = apportion(free, [Fraction(weight) for weight in weights])
    return tuple(_scaled(part, digits) + least for part in parts)


def spending(budget: BudgetDTO | None, parts: Sequence[Decimal], plan_weeks: int) -> Spending:
    """
    Plan the stated money by *parts*, which are percentages.

    The lower end of a range is planned, since that much is certain; the upper end where
    the lower is nothing. The money is planned for the time that the client stated it for.
    """
    if budget is None:
        return Spending(
            reasons=(
                "No money for promotion is stated, so the shares divide the working time, "
                "and bought reach is planned only where the client asks for it.",
            )
        )
    total = budget.minimum if budget.minimum > 0 else budget.maximum
    digits = _digits(total, budget.currency)
    units = int(Fraction(total) * 10**digits)
    amounts = apportion(units, [Fraction(part) for part in parts])
    money = tuple(Money(_scaled(part, digits), budget.currency) for part in amounts)
    planned = Spending(Money(total, budget.currency), budget.period, money)
    return Spending(planned.total, planned.period, money, _why(budget, planned, plan_weeks))


def _scaled(units: int, digits: int) -> Decimal:
    return Decimal(f"{units}E-{digits}") if digits else Decimal(units)


def _digits(total: Decimal, currency: str) -> int:
    """Return to how many digits after the point the parts are rounded."""
    minor = _MINOR_DIGITS.get(currency, 2)
    if Fraction(total).denominator == 1:
        return 0 if total >= _COARSE else minor
    return max(minor, -int(total.as_tuple().exponent))


def _why(budget: BudgetDTO, planned: Spending, plan_weeks: int) -> tuple[str, ...]:
    reasons = [f"{planned.words} is planned, from the client's words {quoted(budget.text)}."]
    if 0 < budget.minimum < budget.maximum:
        rest = amount(budget.maximum - budget.minimum, budget.currency)
        reasons.append(
            "That is the lower end of the stated range, because it is certain; "
            f"the other {rest} is a reserve for what the reviews show to work."
        )
    elif budget.minimum <= 0 < budget.maximum:
        reasons.append("That is the upper end, because the lower end of the range is nothing.")
    if budget.period in _PERIOD_DAYS and budget.maximum > 0:
        reasons.append(_over_the_plan(budget, planned, plan_weeks))
    return tuple(reasons)


def _over_the_plan(budget: BudgetDTO, planned: Spending, plan_weeks: int) -> str:
    assert planned.total is not None  # stated money always has a total
    share = Fraction(planned.total.amount) * plan_weeks * 7 / _PERIOD_DAYS[budget.period]
    about = amount(Decimal(round(share)), budget.currency)
    return f"Spread evenly, that is about {about} over the {weeks(plan_weeks)} planned here."
