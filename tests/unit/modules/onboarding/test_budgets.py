"""Money text becomes amounts, a currency and a period, or it is said what is wrong."""

from decimal import Decimal

import pytest

from aicmo_core.modules.onboarding.api import BudgetPeriod
from aicmo_core.modules.onboarding.internal.budgets import read_budget
from aicmo_core.modules.onboarding.internal.currencies import of_places

WEEK, MONTH, QUARTER = BudgetPeriod.WEEK, BudgetPeriod.MONTH, BudgetPeriod.QUARTER
YEAR, TOTAL = BudgetPeriod.YEAR, BudgetPeriod.TOTAL


@pytest.mark.parametrize(
    ("text", "minimum", "maximum", "currency", "period"),
    [
        ("$150k-$250k per year", "150000", "250000", "USD", YEAR),
        ("not much, maybe 300-500€ / month?", "300", "500", "EUR", MONTH),
        ("about USD 1.8 million a year (the 2022 contract)", "1800000", "1800000", "USD", YEAR),
        ("5.000 EUR monthly", "5000", "5000", "EUR", MONTH),
        ("£3k pcm", "3000", "3000", "GBP", MONTH),
        ("£2k/mo", "2000", "2000", "GBP", MONTH),
        ("1,5 Mio. €", "1500000", "1500000", "EUR", TOTAL),
        ("10 lakh INR", "1000000", "1000000", "INR", TOTAL),
        ("₹10,00,000 per annum", "1000000", "1000000", "INR", YEAR),
        ("between 300 and 500 euros a month", "300", "500", "EUR", MONTH),
        ("300 bis 500 Euro im Monat", "300", "500", "EUR", MONTH),
        ("de 1 000 à 2 000 € par mois", "1000", "2000", "EUR", MONTH),
        ("500-300 EUR", "300", "500", "EUR", TOTAL),
        ("150-250k USD", "150000", "250000", "USD", TOTAL),
        ("up to 500 EUR a week", "500", "500", "EUR", WEEK),
        ("50 TEUR p.a.", "50000", "50000", "EUR", YEAR),
        ("CHF 1'500.50 per quarter", "1500.50", "1500.50", "CHF", QUARTER),
        ("500 EUR for 3 months", "500", "500", "EUR", TOTAL),
        ("around $3,000 monthly for 6 months", "3000", "3000", "USD", MONTH),
        ("20.000 Euro jährlich", "20000", "20000", "EUR", YEAR),
        ("kr 5000/mnd", "5000", "5000", "SEK", MONTH),
        ("€5k for the launch campaign", "5000", "5000", "EUR", TOTAL),
        ("$500 (that is $500)", "500", "500", "USD", TOTAL),
        ("ca. 1.000,- EUR", "1000", "1000", "EUR", TOTAL),
        ("(500 USD)", "500", "500", "USD", TOTAL),
        ("$20/day", "140", "140", "USD", WEEK),
        ("3000 USD per month in 2026", "3000", "3000", "USD", MONTH),
        ("月5万円", "50000", "50000", "JPY", MONTH),
        ("￥50,000", "50000", "50000", "JPY", TOTAL),
        ("1億2000万円", "120000000", "120000000", "JPY", TOTAL),
        ("50〜100万円/月", "500000", "1000000", "JPY", MONTH),
        ("每月5万元", "50000", "50000", "CNY", MONTH),
        ("월 500만원", "5000000", "5000000", "KRW", MONTH),
        ("5 млн руб. в год", "5000000", "5000000", "RUB", YEAR),
        ("50 тыс. руб. в месяц", "50000", "50000", "RUB", MONTH),
        ("10 000 грн", "10000", "10000", "UAH", TOTAL),
        ("٥٠٬٠٠٠ ر.س شهريا", "50000", "50000", "SAR", MONTH),
        ("TL 50.000 aylık", "50000", "50000", "TRY", MONTH),
        ("Rp 50 juta per bulan", "50000000", "50000000", "IDR", MONTH),
        ("50 triệu đồng/tháng", "50000000", "50000000", "VND", MONTH),
        ("1 mln zł miesięcznie", "1000000", "1000000", "PLN", MONTH),
        ("R$ 5 mil por mês", "5000", "5000", "BRL", MONTH),
        ("20.000 kr/md", "20000", "20000", "SEK", MONTH),
        ("2 lakh", "200000", "200000", "INR", TOTAL),
        ("five thousand dollars a month", "5000", "5000", "USD", MONTH),
        ("5000 EUR, besides ad credits", "5000", "5000", "EUR", TOTAL),
    ],
)
def test_money_is_read(
    text: str, minimum: str, maximum: str, currency: str, period: BudgetPeriod
) -> None:
    """Amounts, currency and period, and the client's own words with them."""
    budget = read_budget(text).budget

    assert budget is not None
    assert (budget.minimum, budget.maximum) == (Decimal(minimum), Decimal(maximum))
    assert (budget.currency, budget.period, budget.text) == (currency, period, text)


@pytest.mark.parametrize(
    ("locations", "text", "currency"),
    [
        (["Toronto, Canada"], "$500", "CAD"),
        (["United States & Canada"], "$500", "USD"),
        (["Sydney"], "$500", "AUD"),
        ([], "$500", "USD"),
        (["Berlin"], "$500", "USD"),
        (["Oslo, Norway"], "500 kr", "NOK"),
        (["Shanghai"], "¥500", "CNY"),
        (["Berlin"], "500", "EUR"),
        (["South Africa"], "500", "ZAR"),
        (["Atlantis"], "500", "USD"),
        (["Toronto"], "US$500", "USD"),
        (["東京都"], "5万", "JPY"),
        (["Россия"], "5 млн", "RUB"),
        (["Dhaka"], "2 lakh", "INR"),
    ],
)
def test_a_shared_sign_means_the_currency_of_the_place(
    locations: list[str], text: str, currency: str
) -> None:
    """A dollar is the client's own country's, if it has one, else the American."""
    budget = read_budget(text, of_places(locations)).budget

    assert budget is not None
    assert budget.currency == currency


def test_what_the_text_does_not_say_is_told() -> None:
    """A currency or a period that was assumed is never passed off as read."""
    reading = read_budget("300-500")

    assert reading.presumptions == (
        "the currency is USD",
        "the sum is for the whole work, not for each month",
    )
    assert read_budget("300-500 USD total").presumptions == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("not much", "no amount"),
        ("flexible", "no amount"),
        ("10% of revenue", "no amount"),
        ("3 months", "no amount"),
        ("5 figures", "no amount"),
        ("nothing that I could name", "no amount"),
        ("-500 EUR", "less than nothing"),
        ("$500 or €450", "more than one currency: EUR, USD"),
        (
            "500 EUR for ads and 300 EUR for video",
            "several amounts, and not as one range: 500, 300",
        ),
        ("1e400 EUR", "no amount"),
        ("三百万円", "no amount in figures"),
        ("примерно 5000", "no currency that can be recognised"),
        ("5000 лат.", "lats, and a plan is paid in a currency of today"),
        ("0.5 BTC", "a crypto-currency"),
        ("x" * 501, "too long"),
    ],
)
def test_money_that_cannot_be_read_says_why(text: str, why: str) -> None:
    """Nothing is promised that the client did not say."""
    reading = read_budget(text)

    assert reading.budget is None
    assert why in reading.problem


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("half of £1,000", "500"),
        ("about half of $2k a month", "1000"),
        ("a third of 9,000 EUR", "3000"),
        ("three quarters of $4,000", "3000"),
        ("half a million dollars", "500000"),
        ("a quarter of a million", "250000"),
        ("die Hälfte von 3.000 €", "1500"),
        ("la moitié de 800 €", "400"),
        ("10% of 50,000 EUR", "5000"),
        ("two grand", "2000"),
        ("$5 grand", "5000"),
    ],
)
def test_a_part_of_a_sum_is_that_part(text: str, amount: str) -> None:
    """Nobody is planned to spend twice what was offered, and a quarter is no length of time."""
    budget = read_budget(text).budget

    assert budget is not None
    assert budget.maximum == Decimal(amount)
    assert budget.period is (BudgetPeriod.MONTH if "month" in text else BudgetPeriod.TOTAL)


@pytest.mark.parametrize(
    "text",
    [
        "no budget",
        "Zero",
        "nothing yet?",
        "kein Budget",
        "none right now",
        "nothing at the moment",
        "no money for now",
        "pas de budget pour l’instant",
    ],
)
def test_no_money_is_an_answer(text: str) -> None:
    """Who says that there is none is not asked again, unless the words go further."""
    reading = read_budget(text)

    assert reading.budget is None
    assert bool(reading.problem) is (text == "nothing yet?")
