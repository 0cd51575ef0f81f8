"""
The aggregates that the kit stores: together they use whatever a declaration can say.

Field names are unkind on purpose (`order`, `group`, `select`): a backend has to quote.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from attrs import field, frozen

from aicmo_core.storage import Collection, ModuleSchema


class Colour(Enum):
    RED = "red"
    GREEN = "Green"
    BLUE = "blue "


class Level(Enum):
    LOW = -1
    MIDDLE = 0
    HIGH = 2**40


@frozen
class Part:
    """A nested value, stored inside its parent's JSON."""

    name: str
    weight: Decimal | None = None
    seen: datetime | None = None


@frozen(kw_only=True)
class Sample:
    """One field of every storable type, and of each again that may be None."""

    sample_id: str
    text: str = ""
    whole: int = 0
    ratio: float = 0.0
    flag: bool = False
    amount: Decimal = Decimal(0)
    moment: datetime
    day: date
    span: timedelta = timedelta()
    colour: Colour = Colour.RED
    level: Level = Level.LOW
    mark: UUID
    order: str | None = None
    group: int | None = None
    select: float | None = None
    maybe_flag: bool | None = None
    maybe_amount: Decimal | None = None
    maybe_moment: datetime | None = None
    maybe_day: date | None = None
    maybe_span: timedelta | None = None
    maybe_colour: Colour | None = None
    maybe_level: Level | None = None
    maybe_mark: UUID | None = None
    part: Part | None = None
    parts: list[Part] = field(factory=list)
    tags: tuple[str, ...] = ()
    amounts: dict[str, Decimal] = field(factory=dict)
    facts: dict[str, Any] = field(factory=dict)
    anything: Any = None


SAMPLES = Collection("kit_samples", Sample, key="sample_id")


@frozen(kw_only=True)
class Card:
    """Whatever can be searched and ordered by, each possibly None."""

    card_id: str
    shelf: str = ""
    title: str | None = None
    size: int | None = None
    weight: float | None = None
    done: bool | None = None
    due: datetime | None = None
    day: date | None = None
    span: timedelta | None = None
    colour: Colour | None = None
    level: Level | None = None


CARDS = Collection(
    "kit_cards",
    Card,
    key="card_id",
    indexes=(
        ("shelf", "size"),
        "title",
        "size",
        "weight",
        "done",
        "due",
        "day",
        "span",
        "colour",
        "level",
    ),
)


@frozen
class Account:
    """Two unique constraints, one of them over two fields; both may hold None."""

    account_id: str
    owner: str | None = None
    shelf: str = ""
    slot: int | None = None
    balance: int = 0


ACCOUNTS = Collection(
    "kit_accounts", Account, key="account_id", unique=("owner", ("shelf", "slot"))
)


@frozen
class Line:
    label: str
    count: int | None = None
    price: Decimal | None = None
    extra: dict[str, Any] = field(factory=dict)


@frozen
class Note:
    text: str


@frozen
class Basket:
    """Two child tables; `total` tells whether lines and parent are of one content."""

    basket_id: str
    total: int = 0
    lines: list[Line] = field(factory=list)
    notes: tuple[Note, ...] = ()


BASKETS = Collection(
    "kit_baskets",
    Basket,
    key="basket_id",
    children={"lines": "kit_basket_lines", "notes": "kit_basket_notes"},
)


@frozen
class Cell:
    value: str | None


@frozen
class Sheet:
    """A key of two fields, and children under it."""

    book: str
    number: int
    title: str = ""
    cells: list[Cell] = field(factory=list)


SHEETS = Collection(
    "kit_sheets", Sheet, key=("book", "number"), children={"cells": "kit_sheet_cells"}
)


@frozen
class Ticket:
    """A key that is a number."""

    number: int
    text: str = ""


TICKETS = Collection("kit_tickets", Ticket, key="number")


@frozen
class Entry:
    """A fence: who inserts a number of a stream first is the one who goes on."""

    stream: str
    seq: int
    slot: int | None = None
    text: str = ""


ENTRIES = Collection(
    "kit_entries", Entry, key=("stream", "seq"), unique=(("stream", "slot"),), fence=True
)

COLLECTIONS: tuple[Collection[Any], ...] = (
    SAMPLES,
    CARDS,
    ACCOUNTS,
    BASKETS,
    SHEETS,
    TICKETS,
    ENTRIES,
)

KIT = ModuleSchema("kit", COLLECTIONS, "aicmo_core.testing.migrations")
"""What the kit hands to `prepare`."""
