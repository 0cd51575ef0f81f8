"""Values come back equal, whatever they are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from aicmo_core.storage import Backend, compile_query
from aicmo_core.testing.conformance import levels
from aicmo_core.testing.conformance.base import (
    Conformance,
    examples,
    fresh,
    insert,
    load,
    replace,
    save,
)
from aicmo_core.testing.samples import SAMPLES, Colour, Level, Part, Sample

TEXTS = {
    "empty": "",
    "space": " ",
    "trailing spaces": "word  ",
    "leading tab and line ends": "\t\r\nword\r\n\n",
    "quotes and escapes": "'; DROP TABLE kit_samples; -- \" \\ \\n %s %(x)s :x ? {y} $1 `",
    "composed e": "\u00e9",
    "decomposed e": "e\u0301",
    "four bytes": "\U0001f600\U00020000\U0010ffff",
    "family": "👩\u200d👩\u200d👧\u200d👦",
    "right to left": "שלום مرحبا \u202eabc\u202c",
    "scripts": "ßẞıİ Ελλάδα кошка 日本語 ไทย हिन्दी",
    "controls": "".join(map(chr, range(1, 32))) + "\x7f\x80\x9f",
    "byte order mark and noncharacters": "\ufeff\ufffe\uffff",
    "looks like null": "NULL",
    "looks like a number": "0012.50",
    "long": "länger " * 20_000,
}

SCALARS: dict[str, Sample] = {}
_BASE = Sample(
    sample_id="",
    moment=datetime(2024, 2, 29, 12, 30, tzinfo=UTC),
    day=date(2024, 2, 29),
    mark=UUID(int=0),
)


def _case(name: str, **fields: Any) -> None:
    SCALARS[name] = evolve(_BASE, **fields)


_case("least int", whole=-(2**63), group=-(2**63))
_case("greatest int", whole=2**63 - 1, group=2**63 - 1)
_case("int beyond a float's precision", whole=2**53 + 1)
_case("least float", ratio=-1.7976931348623157e308, select=5e-324)
_case("greatest float", ratio=1.7976931348623157e308, select=1e308)
_case("subnormal float", ratio=2.225073858507201e-308, select=-5e-324)
_case("float of 17 digits", ratio=0.1 + 0.2, select=1 / 3)
_case("whole float", ratio=1e15, select=3.0)
_case("negative zero", ratio=-0.0, select=-0.0)
_case("true", flag=True, maybe_flag=True)
_case("false", flag=False, maybe_flag=False)
_case("trailing zeros", amount=Decimal("1.500"), maybe_amount=Decimal("0.00"))
_case("exponent", amount=Decimal("1E+30"), maybe_amount=Decimal("-1E-30"))
_case("many digits", amount=Decimal("-" + "1234567890" * 5 + "." + "0987654321" * 4))
_case("cents that no float holds", amount=Decimal("0.1"), maybe_amount=Decimal("1e23"))
_case("first moment", moment=datetime(1, 1, 1, tzinfo=UTC), day=date(1, 1, 1))
_case("last moment", moment=datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC))
_case("one microsecond", moment=datetime(2024, 1, 1, 0, 0, 0, 1, tzinfo=UTC))
_case("before 1970", maybe_moment=datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC))
_case(
    "another zone",
    moment=datetime(2024, 10, 27, 2, 30, fold=1, tzinfo=timezone(timedelta(hours=5, minutes=45))),
)
_case("last day", day=date(9999, 12, 31), maybe_day=date(1, 1, 1))
_case("negative span", span=timedelta(days=-3, microseconds=7), maybe_span=-timedelta.resolution)
_case("long span", span=timedelta(days=36_500, microseconds=999_999), maybe_span=timedelta())
_case("enums", colour=Colour.BLUE, maybe_colour=Colour.GREEN, level=Level.HIGH)
_case("enum of zero", level=Level.MIDDLE, maybe_level=Level.LOW)
_case("uuid", mark=UUID(int=2**128 - 1), maybe_mark=UUID("00000000-0000-4000-8000-00000000000a"))
_case("nested", part=Part("a", Decimal("1.10"), datetime(2024, 1, 1, 0, 0, 0, 5, tzinfo=UTC)))
_case("lists", parts=[Part(""), Part("b ", Decimal("0E-7"))], tags=("x", "", "x"))
_case("mapping", amounts={"": Decimal("1.0"), "é": Decimal("-0.00"), "e\u0301": Decimal(3)})
_case(
    "anything",
    anything=[None, True, False, 0, -(2**63), 1.5, "1", "true", [], {}, {"a": [{"b": None}]}],
    facts={"key order": {"z": 1, "a": 2}, "": None, "1": 1, "true": False, "a.b": "$"},
)

_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
_whole = st.integers(-(2**63), 2**63 - 1)
_ratio = st.floats(allow_nan=False, allow_infinity=False)
_amount = st.decimals(allow_nan=False, allow_infinity=False)
_moment = st.datetimes(timezones=st.just(UTC))
_span = st.timedeltas()
_unsigned_zero = _ratio.map(lambda ratio: ratio + 0.0)  # negative zero is stored as zero
_plain = st.recursive(
    st.none() | st.booleans() | _whole | _unsigned_zero | _text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_text, inner, max_size=3),
    max_leaves=8,
)
_part = st.builds(Part, _text, st.none() | _amount, st.none() | _moment)
_span64 = _span.filter(lambda s: abs(s) < timedelta(days=100_000_000))
_sample = st.builds(
    Sample,
    sample_id=st.just(""),
    text=_text,
    whole=_whole,
    ratio=_ratio,
    flag=st.booleans(),
    amount=_amount,
    moment=_moment,
    day=st.dates(),
    span=_span64,
    colour=st.sampled_from(Colour),
    level=st.sampled_from(Level),
    mark=st.uuids(),
    order=st.none() | _text,
    group=st.none() | _whole,
    select=st.none() | _ratio,
    maybe_flag=st.none() | st.booleans(),
    maybe_amount=st.none() | _amount,
    maybe_moment=st.none() | _moment,
    maybe_day=st.none() | st.dates(),
    maybe_span=st.none() | _span64,
    maybe_colour=st.none() | st.sampled_from(Colour),
    maybe_level=st.none() | st.sampled_from(Level),
    maybe_mark=st.none() | st.uuids(),
    part=st.none() | _part,
    parts=st.lists(_part, max_size=3),
    tags=st.lists(_text, max_size=3).map(tuple),
    amounts=st.dictionaries(_text, _amount, max_size=3),
    facts=st.dictionaries(_text, _plain, max_size=3),
    anything=_plain,
)


def _spelling(sample: Sample) -> list[str]:
    """Return what equality does not tell: `1.0 == 1.00`, and `1 == True == 1.0`."""
    amounts = [sample.amount, sample.maybe_amount, *sample.amounts.values()]
    weights = [part.weight for part in sample.parts]
    return [repr(value) for value in (amounts, weights, sample.facts, sample.anything)]


@levels.cases_of(levels.Level.ATOMIC)
class ValueConformance(Conformance):
    """What is stored is what was given."""

    def test_text_of_any_script_comes_back_equal(self, backend: Backend) -> None:
        """Text is kept character by character: no trimming, folding or normalizing."""
        samples = [evolve(_BASE, sample_id=n, text=t, order=t) for n, t in TEXTS.items()]

        save(backend, SAMPLES, *samples)

        for sample in samples:
            assert load(backend, SAMPLES, sample.sample_id) == sample

    def test_extreme_values_come_back_equal(self, backend: Backend) -> None:
        """Every storable type is kept to its limits, and Decimal digit by digit."""
        samples = [evolve(sample, sample_id=name) for name, sample in SCALARS.items()]

        save(backend, SAMPLES, *samples)

        for sample in samples:
            stored = load(backend, SAMPLES, sample.sample_id)
            assert stored == sample
            assert _spelling(stored) == _spelling(sample)

    def test_any_item_comes_back_equal(self, backend: Backend) -> None:
        """Whatever may be declared and stored is given back equal, once inserted or replaced."""

        @examples(50)
        @given(_sample, _sample)
        def holds(first: Sample, second: Sample) -> None:
            first = evolve(first, sample_id=fresh())
            second = evolve(second, sample_id=first.sample_id)
            inserted = insert(SAMPLES, first)
            backend.commit([inserted])
            stored = load(backend, SAMPLES, first.sample_id)
            assert stored == first
            assert _spelling(stored) == _spelling(first)
            backend.commit([replace(SAMPLES, second, inserted.row)])
            assert load(backend, SAMPLES, first.sample_id) == second

        holds()

    def test_row_comes_back_as_it_was_written(self, backend: Backend) -> None:
        """Key, token, values and their Python types are those that were given."""
        sample = evolve(SCALARS["true"], sample_id=fresh(), select=2.0, ratio=1.0)

        [row] = save(backend, SAMPLES, sample)

        stored = backend.get(SAMPLES, row.key)
        assert stored == row
        assert [type(v) for v in stored.values] == [type(v) for v in row.values]

    def test_found_row_equals_the_one_got(self, backend: Backend) -> None:
        """A finder gives the same row as a read by key."""
        sample = evolve(SCALARS["anything"], sample_id=fresh(), text="x ", flag=True)

        [row] = save(backend, SAMPLES, sample)

        assert (
            backend.find(SAMPLES, compile_query(SAMPLES, {"sample_id": row.key[0]}))
            == [backend.get(SAMPLES, row.key)]
            == [row]
        )
