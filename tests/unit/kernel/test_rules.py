"""Files of rules: what they hold, how they change a set, and what is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from attrs import field, frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from aicmo_core.kernel.errors import InvalidValue, Problem
from aicmo_core.kernel.limits import MOST_LEVELS
from aicmo_core.kernel.reasons import known_names, unexplained, within
from aicmo_core.kernel.rules import (
    MOST_RULE_BYTES,
    Count,
    Reader,
    RuleSet,
    RuleVersion,
    Ruling,
    change_of,
    changed,
    read_change,
)


@frozen
class Oven:
    degrees: int
    because: str
    racks: tuple[int, ...] = ()


@frozen
class Baking:
    ovens: dict[str, Oven]
    loaves: Count
    notes: tuple[str, ...] = ()


def _bounds(rules: Baking, _: Reader) -> Iterator[Problem]:
    yield from within("$.loaves.value", rules.loaves.value, 1, 100)


BAKING = RuleSet("tasting.baking", Baking, "aicmo_tasting", "baking.json", _bounds)
PLAIN: dict[str, Any] = {
    "ovens": {
        "stone": {"degrees": 250, "because": "crust"},
        "steel": {"degrees": 220, "because": "crumb"},
    },
    "loaves": {"value": 40, "because": "as many as are sold"},
}
OWN: Ruling[Baking] = changed(
    BAKING,
    Ruling(Baking({}, Count(1, "")), RuleVersion(BAKING.name, "1", ""), {}),
    change_of({"version": "1", "whole": True, **PLAIN}, "baking.json", BAKING.name),
)


def ruled(**change: Any) -> Ruling[Baking]:
    """The set with a change to it."""
    return changed(BAKING, OWN, change_of({"version": "2", **change}, "host", BAKING.name))


def refusal(**change: Any) -> list[str]:
    with pytest.raises(InvalidValue) as refused:
        ruled(**change)
    assert refused.value.what == "host"
    return list(map(str, refused.value.problems))


# -- changes


def test_entry_is_replaced_as_a_whole_and_others_stay() -> None:
    """Nothing of the old entry is left in the new one; its place is kept."""
    hot = {"degrees": 260, "because": "thin loaves"}

    rules = ruled(ovens={"stone": hot}).rules

    assert list(rules.ovens) == ["stone", "steel"]
    assert rules.ovens["stone"] == Oven(260, "thin loaves")
    assert rules.ovens["steel"] == OWN.rules.ovens["steel"]
    assert rules.loaves == OWN.rules.loaves


def test_null_takes_an_entry_out() -> None:
    """The others stay."""
    assert list(ruled(ovens={"stone": None}).rules.ovens) == ["steel"]


def test_field_that_is_no_table_is_replaced() -> None:
    """A list is not merged: nobody could say how."""
    rules = ruled(notes=["knead"], loaves={"value": 50, "because": "summer"}).rules

    assert (rules.notes, rules.loaves) == (("knead",), Count(50, "summer"))
    assert rules.ovens == OWN.rules.ovens


def test_entry_is_added_if_the_change_says_so() -> None:
    """A misspelled name would add what nobody meant."""
    wood = {"wood": {"degrees": 300, "because": "smoke"}}

    assert list(ruled(ovens=wood, adds=["ovens.wood"]).rules.ovens) == ["stone", "steel", "wood"]
    assert refusal(loaves={"value": 1}, ovens={"stome": wood["wood"]}) == [
        "$.ovens['stome']: there is no 'stome' to change (did you mean 'stone'?); "
        "if it is new, name it in `adds`, as 'ovens.stome'",
        "$.loaves.because: missing",
    ]
    assert refusal(ovens={"stome": None}) == [
        "$.ovens['stome']: there is no 'stome' to change (did you mean 'stone'?)"
    ]
    assert refusal(adds=["ovens.wood"]) == ["$.adds[0]: nothing here is called 'ovens.wood'"]


def test_whole_change_leaves_nothing_of_the_set() -> None:
    """What it does not say is not there."""
    rules = ruled(whole=True, ovens={}, loaves={"value": 1, "because": "one"}).rules

    assert rules == Baking({}, Count(1, "one"))
    assert refusal(whole=True, ovens={}) == ["$.loaves: missing"]


def test_version_names_the_set_and_every_change() -> None:
    """And the digest follows the content."""
    once, again = ruled(notes=["knead"]), ruled(notes=["rest"])

    assert (OWN.version.version, once.version.version) == ("1+1", "1+1+2")
    assert len({one.version.digest for one in (OWN, once, again)}) == 3
    assert ruled(notes=["knead"]).version == once.version
    assert once.origins == ("baking.json", "host")


def test_all_wrong_places_are_told_at_once() -> None:
    """Whoever writes rules mends them in one go."""
    found = refusal(ovens={"stone": {"degrees": "hot"}, "steel": {"degrees": 1, "becuse": "x"}})

    assert found == [
        "$.ovens['stone'].degrees: expected an int, found str 'hot'",
        "$.ovens['stone'].because: missing",
        "$.ovens['steel'].because: missing",
        "$.ovens['steel']: unknown field 'becuse' (did you mean 'because'?)",
    ]


def test_places_that_a_change_sets_are_told() -> None:
    """So that two who set the same are found."""
    change = change_of({"version": "2", "ovens": {"steel": None}, "notes": []}, "host", BAKING.name)
    whole = change_of({"version": "2", "whole": True}, "host", BAKING.name)

    assert list(change.touches(BAKING)) == ["ovens['steel']", "notes"]
    assert list(whole.touches(BAKING)) == ["ovens", "loaves", "notes"]


# -- numbers and their reasons


@frozen
class Shares:
    least: float
    most: float = 1.0
    steps: tuple[int, ...] = ()
    parts: dict[str, int] = field(factory=dict)
    strict: bool = False
    reasons: dict[str, str] = field(factory=dict)


def test_number_without_a_reason_is_found() -> None:
    """Whether it stands alone, in a list or in a table; a truth value is no number."""
    bare = Shares(0.5, 0.9, (1,), {"a": 2}, True)

    assert [problem.path for problem in unexplained(bare)] == [
        "$.least",
        "$.most",
        "$.steps[0]",
        "$.parts['a']",
    ]


def test_reason_explains_its_field_or_its_entry() -> None:
    """What is as the shape has it needs none."""
    reasons = {"least": "half is enough", "a": "two are", "steps": "one by one"}

    assert list(unexplained(Shares(0.5, 1.0, (1,), {"a": 2}, reasons=reasons))) == []
    assert list(unexplained((Oven(250, "crust", (1, 2)), Count(3, "three")))) == []


def test_reason_that_says_nothing_is_none() -> None:
    """Spaces are no source."""
    assert [str(one) for one in unexplained({"x": Count(3, "  ")})] == [
        "$['x'].value: expected a reason or a source beside the number 3, found none"
    ]


def test_bounds_and_names_are_told_with_what_was_expected() -> None:
    """With the nearest name."""
    assert [str(one) for one in within("$.share", 7, 0, 1)] == [
        "$.share: expected a number from 0 to 1, found 7"
    ]
    assert list(within("$.share", 1, 0, 1)) == []
    assert [str(one) for one in known_names("$.on", "oven", ["steel", "poem"], ["steal"])] == [
        "$.on[0]: unknown oven 'steel' (did you mean 'steal'?)",
        "$.on[1]: unknown oven 'poem'",
    ]


# -- files


HOSTILE: dict[str, tuple[bytes, str]] = {
    "huge": (b" " * (MOST_RULE_BYTES + 1), f"expected at most {MOST_RULE_BYTES} bytes"),
    "deep": (b'{"a":' * 200 + b"1" + b"}" * 200, f"at most {MOST_LEVELS} nested levels"),
    "deeper than the reader": (b"[" * 100_000, "nested levels"),
    "NaN": (b'{"version": NaN}', "NaN is not JSON"),
    "key twice": (b'{"version": "1", "version": "2"}', "a key stands twice"),
    "byte order mark": (b"\xef\xbb\xbf{}", "byte order mark"),
    "latin-1": ('{"version": "fünf"}'.encode("latin-1"), "expected UTF-8, found byte 0xfc at 14"),
    "utf-16": ('{"version": "1"}'.encode("utf-16"), "expected UTF-8"),
    "cut off": (b'{"version": "1"', "not JSON"),
    "empty": (b"", "not JSON"),
    "a list": (b"[]", "expected an object, found list"),
    "endless digits": (b'{"version": ' + b"1" * 5000 + b"}", "not JSON"),
    "no version": (b"{}", "$.version: expected text"),
    "long version": (b'{"version": "' + b"1" * 81 + b'"}', "$.version: expected text"),
    "another set": (
        b'{"version": "1", "rules": "tasting.ovens"}',
        "$.rules: expected 'tasting.baking', found 'tasting.ovens'",
    ),
    "adds a number": (b'{"version": "1", "adds": [1]}', "$.adds: expected a list of texts"),
    "whole of text": (b'{"version": "1", "whole": "yes"}', "$.whole: expected true or false"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_file_that_is_no_rules_is_refused(case: str) -> None:
    """By name, with what is wrong with it."""
    content, message = HOSTILE[case]

    with pytest.raises(InvalidValue) as refused:
        read_change(content, "house.json", BAKING.name)

    assert refused.value.what == "house.json"
    assert message in str(refused.value)


@settings(max_examples=100, deadline=None, database=None)
@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_a_change_or_refused(content: bytes) -> None:
    """No other error, whatever they are."""
    try:
        change = read_change(content, "house.json", BAKING.name)
    except InvalidValue:
        return
    assert change.version


def test_file_names_its_set_where_nobody_else_does() -> None:
    """A file that is checked by itself says what it is about."""
    named = read_change(b'{"rules": "tasting.baking", "version": "1"}', "house.json")

    assert named.rules == BAKING.name
    with pytest.raises(InvalidValue, match="name of a rule set, found nothing"):
        read_change(b'{"version": "1"}', "house.json")
