"""Money is exact and has a currency; an event gets its envelope once."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from attrs import frozen

from aicmo_core.kernel import Event, Money, from_json, to_json
from aicmo_core.kernel.ids import CorrelationId, EventId


@pytest.mark.parametrize("currency", ["eur", "EURO", "", "EU", "€", "EUR\n", "ÄÖÜ"])
def test_money_needs_a_currency_code(currency: str) -> None:
    """Three capital letters, as ISO 4217 has them."""
    with pytest.raises(ValueError, match="expected an ISO 4217 currency code such as EUR"):
        Money(Decimal(1), currency)


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-sNaN"])
def test_money_is_finite(amount: str) -> None:
    """An amount that is no number cannot be owed."""
    with pytest.raises(ValueError, match="expected a finite amount"):
        Money(Decimal(amount), "EUR")


def test_money_shows_currency_and_groups() -> None:
    """Digits are grouped, and none is rounded away."""
    assert str(Money(Decimal("1234567.50"), "EUR")) == "EUR 1,234,567.50"


def test_money_survives_json() -> None:
    """Exact, trailing zeros included."""
    money = from_json(to_json(Money(Decimal("0.10"), "USD")), Money)

    assert (str(money.amount), money.currency) == ("0.10", "USD")


@frozen(kw_only=True)
class Happened(Event):
    what: str


def test_stamped_event_keeps_its_content() -> None:
    """The envelope is filled in on a copy; the event itself never changes."""
    event = Happened(what="it")
    now = datetime(2026, 3, 2, tzinfo=UTC)

    stamped = event.stamped(EventId("e1"), now, CorrelationId("run"))

    assert stamped == Happened(
        what="it",
        event_id=EventId("e1"),
        occurred_at=now,
        correlation_id=CorrelationId("run"),
    )
    assert event.event_id == ""
