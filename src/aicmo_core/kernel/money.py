"""Money: an exact amount and its currency, never a float."""

import re
from decimal import Decimal

from attrs import Attribute, field, frozen

_ISO_4217 = re.compile(r"[A-Z]{3}")


def _is_currency(_: object, __: "Attribute[str]", value: str) -> None:
    if not _ISO_4217.fullmatch(value):
        raise ValueError(f"expected an ISO 4217 currency code such as EUR, found {value!r}")


def _is_finite(_: object, __: "Attribute[Decimal]", value: Decimal) -> None:
    if not value.is_finite():
        raise ValueError(f"expected a finite amount, found {value}")


@frozen
class Money:
    """An amount in one currency. Amounts of different currencies do not mix."""

    amount: Decimal = field(validator=_is_finite)
    currency: str = field(validator=_is_currency)

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:,}"
