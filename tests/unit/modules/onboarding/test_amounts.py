"""Numbers are read in whichever country's way they are written."""

from decimal import Decimal

import pytest

from aicmo_core.modules.onboarding.internal.amounts import find_amounts


def found(text: str) -> list[tuple[str, str]]:
    return [(str(amount.value), amount.sign) for amount in find_amounts(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("10 000", "10000"),
        ("1'500.50", "1500.50"),
        ("1’500", "1500"),
        ("12,34,567", "1234567"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("5.000", "5000"),
        ("5,000", "5000"),
        ("0.125", "0.125"),
        ("0,5", "0.5"),
        ("1,5", "1.5"),
        ("1234.567", "1234.567"),
        ("10K", "10000"),
        ("1.250 million", "1250000"),
        ("1,250 million", "1250000000"),
        ("2 Mio.", "2000000"),
        ("1,5 Mrd", "1500000000"),
        ("10 lakh", "1000000"),
        ("2 crore", "20000000"),
        ("5 Tsd.", "5000"),
        ("3m", "3000000"),
        ("５００", "500"),
        ("٥٠٠", "500"),
        ("५००", "500"),
        ("١٬٢٣٤٫٥", "1234.5"),
        ("500人", "500"),
    ],
)
def test_a_number_is_read_as_it_is_meant(text: str, value: str) -> None:
    """Thousands, decimals and magnitudes of English, German, French, Swiss and Indian writing."""
    assert found(text) == [(str(Decimal(value)), "")]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("12 %", "%"),
        ("12%", "%"),
        ("12 percent", "%"),
        ("12 Prozent", "%"),
        ("12 pour cent", "%"),
        ("12 percentage points", "%"),
        ("12x", "x"),
        ("12-fold", "x"),
        ("€12", "EUR"),
        ("12€", "EUR"),
        ("USD 12", "USD"),
        ("12 usd", "USD"),
        ("$12", "$"),
        ("US$ 12", "USD"),
        ("C$12", "CAD"),
        ("12 euros", "EUR"),
        ("12 zł", "PLN"),
        ("R12", "ZAR"),
        ("₹ 12", "INR"),
        ("12 try", ""),
        ("12 members", ""),
        ("12 extra", ""),
        ("users 12", ""),
    ],
)
def test_a_number_carries_the_sign_next_to_it(text: str, sign: str) -> None:
    """A sign is part of a number only where it stands by itself."""
    assert found(text) == [("12", sign)]


@pytest.mark.parametrize(
    "text", ["B2B", "Q1", "3D film", "COVID-19", "24/7", "10:30", "2nd", "no number", "9" * 400]
)
def test_a_number_within_a_name_is_no_amount(text: str) -> None:
    """Names, times and numbers beyond measure are left alone."""
    assert found(text) == []


def test_the_lower_end_of_a_range_has_the_magnitude_of_the_upper() -> None:
    """ "150-250k" is 150k to 250k, and "500-2k" is 500 to 2000."""
    assert found("150-250k") == [("150000", ""), ("250000", "")]
    assert found("500-2k") == [("500", ""), ("2000", "")]


def test_an_amount_knows_where_it_stands() -> None:
    """Its sign is part of its place in the text."""
    [amount] = find_amounts("about USD 1.8 million a year")

    assert "about USD 1.8 million a year"[amount.start : amount.end] == "USD 1.8 million"
