"""Plain data becomes attrs objects strictly, and every error has an address."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Any, NewType
from uuid import UUID

import pytest
from attrs import field, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from aicmo_core.kernel import InvalidValue, from_json, structure, to_json, unstructure

Name = NewType("Name", str)


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


class Grade(IntEnum):
    ONE = 1
    TWO = 2


class Channel(StrEnum):
    MAIL = "mail"


@frozen
class Part:
    name: Name
    weight: Decimal | None = None


@frozen
class Whole:
    count: int = 0
    ratio: float = 0.0
    text: str = ""
    flag: bool = False
    when: datetime | None = None
    day: date | None = None
    span: timedelta = timedelta()
    mark: UUID | None = None
    size: Size = Size.SMALL
    grade: Grade = Grade.ONE
    channel: Channel = Channel.MAIL
    part: Part | None = None
    parts: list[Part] = field(factory=list)
    sizes: tuple[Size, ...] = ()
    numbers: dict[str, int] = field(factory=dict)
    anything: Any = None


def problems_of(call: Callable[[], object]) -> list[str]:
    with pytest.raises(InvalidValue) as caught:
        call()
    return [str(problem) for problem in caught.value.problems]


def problems(**data: object) -> list[str]:
    return problems_of(lambda: structure(data, Whole))


text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
ints = st.integers(-(2**63), 2**63 - 1)
floats = st.floats(allow_nan=False, allow_infinity=False)
decimals = st.decimals(allow_nan=False, allow_infinity=False)
plain = st.recursive(
    st.none() | st.booleans() | ints | floats | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=10,
)
parts = st.builds(Part, text.map(Name), st.none() | decimals)
_day = timedelta(days=1)  # what any zone is away from UTC at most
moments = st.datetimes(
    datetime.min + _day,  # noqa: DTZ901 - the zone is drawn beside it
    datetime.max - _day,  # noqa: DTZ901
    timezones=st.timezones(),
)
wholes = st.builds(
    Whole,
    ints,
    floats,
    text,
    st.booleans(),
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.none() | st.dates(),
    st.timedeltas(timedelta(days=-(10**8)), timedelta(days=10**8)),
    st.none() | st.uuids(),
    st.sampled_from(Size),
    st.sampled_from(Grade),
    st.just(Channel.MAIL),
    st.none() | parts,
    st.lists(parts, max_size=3),
    st.lists(st.sampled_from(Size), max_size=3).map(tuple),
    st.dictionaries(text, ints, max_size=3),
    plain,
)


@settings(max_examples=60, deadline=None)
@given(wholes)
def test_any_value_survives_the_way_there_and_back(whole: Whole) -> None:
    """What is unstructured is structured into an equal value, through JSON text too."""
    data = unstructure(whole)

    assert structure(data, Whole) == whole
    assert from_json(to_json(whole), Whole) == whole
    assert json.loads(json.dumps(data)) == data


@settings(max_examples=60, deadline=None)
@given(moments, moments)
def test_text_order_of_datetimes_is_time_order(one: datetime, other: datetime) -> None:
    """Stored as text, moments of any zone sort as they happened."""

    first, second = (unstructure(Whole(when=m))["when"] for m in (one, other))

    assert len(first) == len(second) == 27
    assert (first < second) == (one.astimezone(UTC) < other.astimezone(UTC))


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("count", "3", "$.count: expected an int, found str '3'"),
        ("count", True, "$.count: expected an int, found True"),
        ("count", 1.0, "$.count: expected an int, found float 1.0"),
        ("count", None, "$.count: expected an int, found None"),
        ("count", 2**63, f"$.count: expected an int of at most 64 bits, found int {2**63}"),
        ("ratio", "1.5", "$.ratio: expected a float, found str '1.5'"),
        ("ratio", True, "$.ratio: expected a float, found True"),
        ("ratio", float("inf"), "$.ratio: expected a finite float, found float inf"),
        ("text", 5, "$.text: expected text, found int 5"),
        (
            "text",
            "a\0",
            "$.text: expected text without NUL (at character 1), found text of length 2",
        ),
        (
            "text",
            "\ud800",
            "$.text: expected text without the lone surrogate U+D800 (at character 0), "
            "found text of length 1",
        ),
        ("flag", "false", "$.flag: expected true or false, found str 'false'"),
        ("flag", 0, "$.flag: expected true or false, found int 0"),
        ("when", "yesterday", "$.when: expected an ISO 8601 datetime, found str 'yesterday'"),
        (
            "when",
            "2024-01-01T00:00:00",
            "$.when: expected a datetime with a time zone, "
            "found datetime datetime.datetime(2024, 1, 1, 0, 0)",
        ),
        ("day", "2024-02-30", "$.day: expected an ISO 8601 date, found str '2024-02-30'"),
        ("span", 1.5, "$.span: expected an int, found float 1.5"),
        ("mark", "x", "$.mark: expected a UUID, found str 'x'"),
        (
            "size",
            "Smal",
            "$.size: expected one of 'small', 'large' (did you mean 'small'?), found str 'Smal'",
        ),
        ("grade", True, "$.grade: expected one of 1, 2, found True"),
        ("grade", "1", "$.grade: expected one of 1, 2 (did you mean '1'?), found str '1'"),
        ("channel", "fax", "$.channel: expected one of 'mail', found str 'fax'"),
        ("part", [], "$.part: expected an object, found list []"),
        ("part", {}, "$.part.name: missing"),
        ("parts", "ab", "$.parts: expected a list, found str 'ab'"),
        ("parts", {}, "$.parts: expected a list, found dict {}"),
        ("sizes", ["small", 1], "$.sizes[1]: expected one of 'small', 'large', found int 1"),
        ("numbers", {"a": 1, "b c": "2"}, "$.numbers['b c']: expected an int, found str '2'"),
        ("numbers", [1], "$.numbers: expected an object, found list [1]"),
        ("anything", {"a": [1, {2}]}, "$.anything['a'][1]: expected plain data"),
        ("anything", [float("nan")], "$.anything[0]: expected a finite float, found float nan"),
    ],
)
def test_value_of_another_type_is_refused(name: str, value: object, problem: str) -> None:
    """Nothing is guessed: the error names the place, what was expected and what was found."""
    [found] = problems(**{name: value})

    assert found.startswith(problem)


@pytest.mark.parametrize(
    "spelled", ["1_0", " 1", "1 ", "", "NaN", "Infinity", "\u0661", "0x1", "1e", "--1", ".", 1, 1.5]
)
def test_decimal_is_read_only_from_a_plain_number(spelled: object) -> None:
    """Python's Decimal would take some of these; a form should not."""
    [problem] = problems(part={"name": "a", "weight": spelled})

    assert problem.startswith("$.part.weight: expected a")


@pytest.mark.parametrize("spelled", ["0", "-1.50", "1E+30", "0E-9", "+.5", "00.10", "1e5"])
def test_decimal_keeps_its_spelling(spelled: str) -> None:
    """Digits, trailing zeros and exponent are those that were given."""
    part = structure({"name": "a", "weight": spelled}, Part)

    assert part.weight is not None
    assert part.weight.as_tuple() == Decimal(spelled).as_tuple()


def test_int_is_taken_where_a_float_is_declared() -> None:
    """JSON has one kind of number."""
    whole = structure({"ratio": 3}, Whole)

    assert whole.ratio == 3.0
    assert type(whole.ratio) is float


def test_all_problems_are_listed_at_once() -> None:
    """Whoever mends a form sees everything that is wrong with it."""
    found = problems(count="1", parts=[{"name": "a"}, {"name": 2, "weight": "x"}, {}])

    assert found == [
        "$.count: expected an int, found str '1'",
        "$.parts[1].name: expected text, found int 2",
        "$.parts[1].weight: expected a decimal number, found str 'x'",
        "$.parts[2].name: missing",
    ]


def test_unknown_field_is_refused_with_the_nearest_name() -> None:
    """A misspelled field is not dropped silently."""
    assert problems(cuont=1, zzz=2) == [
        "$: unknown field 'cuont' (did you mean 'count'?), unknown field 'zzz'"
    ]


def test_unknown_keys_that_are_no_text_are_refused() -> None:
    """YAML has keys of any type; they are unknown fields like others."""
    found = problems_of(lambda: structure({1: 2, "b": 3, None: 4}, Whole))

    assert found == ["$: unknown field 1, unknown field None, unknown field 'b'"]


@pytest.mark.parametrize("data", [None, 5, "text", [], [["count", 1]]])
def test_what_is_no_object_is_no_attrs_class(data: object) -> None:
    """Only a mapping has fields."""
    [problem] = problems_of(lambda: structure(data, Whole))

    assert problem.startswith("$: expected an object")


@pytest.mark.parametrize(
    ("json_text", "message"),
    [
        ("", "not JSON: Expecting value: line 1 column 1 (char 0)"),
        ('{"count": 1\n 2}', "line 2 column 2"),
        ('{"ratio": NaN}', "not JSON: NaN is not JSON"),
        ('{"ratio": -Infinity}', "not JSON: -Infinity is not JSON"),
        ("[" * 100_000, "expected at most 64 nested levels"),
    ],
)
def test_text_that_is_not_json_is_refused_with_its_place(json_text: str, message: str) -> None:
    """Line and column say where to look; nesting without end is refused, not a crash."""
    [problem] = problems_of(lambda: from_json(json_text, Whole))

    assert message in problem


@pytest.mark.parametrize(
    ("whole", "problem"),
    [
        (Whole(count="3"), "$.count: expected an int"),  # type: ignore[arg-type]
        (Whole(ratio=float("nan")), "$.ratio: expected a finite float"),
        (Whole(when=datetime(2024, 1, 1)), "$.when: expected a datetime with a time zone"),  # noqa: DTZ001
        (
            Whole(when=datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1)))),
            "$.when: expected a datetime within the years 1 to 9999 of UTC",
        ),
        (Whole(day=datetime(2024, 1, 1, tzinfo=UTC)), "$.day: expected a date"),
        (Whole(part=Part(Name("a"), Decimal("NaN"))), "$.part.weight: expected a finite Decimal"),
        (Whole(parts=[Part(Name("a")), Part(Name("\0"))]), "$.parts[1].name: expected text"),
        (Whole(anything={"a": [object()]}), "$.anything['a'][0]: expected plain data"),
        (Whole(anything=[(1, 2)]), "$.anything[0]: expected plain data"),
        (Whole(numbers={"a": 2**64}), "$.numbers['a']: expected an int of at most 64 bits"),
    ],
)
def test_value_that_may_not_be_stored_is_refused_by_path(whole: Whole, problem: str) -> None:
    """What could not come back equal is refused before it is written, and located."""
    [found] = problems_of(lambda: unstructure(whole))

    assert found.startswith(problem)


def test_long_value_is_shortened_in_an_error() -> None:
    """An error does not repeat a document."""
    [problem] = problems(count="x" * 10_000)

    assert len(problem) < 120


def test_negative_zero_becomes_zero() -> None:
    """Not every store keeps the sign of zero, so none does."""
    assert str(unstructure(Whole(ratio=-0.0))["ratio"]) == "0.0"


def test_json_keeps_every_character() -> None:
    """Compact, and readable in any script."""
    assert to_json(Part(Name("é😀"))) == '{"name":"é😀","weight":null}'


def test_message_names_what_was_expected() -> None:
    """An error read alone says which value it is about."""
    with pytest.raises(InvalidValue, match=r"^Part is not valid: \$\.name: missing$"):
        structure({}, Part)


@pytest.mark.parametrize(("hint", "called"), [(int, "int"), (int | None, "int | None")])
def test_type_without_a_class(hint: Any, called: str) -> None:
    """A value of a wrong type is refused, and its type named, also where that is a union."""
    with pytest.raises(InvalidValue) as refused:
        structure("1", hint)

    assert refused.value.what == called
