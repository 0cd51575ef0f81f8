"""
What may change from one release of a contract to the next, and what that costs.

What users rely on may grow with a new minor version: another port, method, DTO, event or
enum member, another field or parameter with a default, after those that are there.
Whatever else changes needs a new major version. In 0.x a new minor version is enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Any

from attrs import frozen

from aicmo_core.checks.api import parse_version
from aicmo_core.checks.contract import Contract, Method, Part
from aicmo_core.checks.finding import Finding

COMPATIBLE = "contract-compatible"
"""The rule that is broken by a change which the version does not tell."""


class Weight(IntEnum):
    """What a change asks of the version."""

    MINOR = 1
    MAJOR = 2


@frozen
class ContractChange:
    """One difference between two contracts."""

    weight: Weight
    place: str
    what: str


def check_compatibility(released: Contract, current: Contract) -> list[Finding]:
    """
    Return how *current* breaks its promise to those who use *released*.

    Nothing, if its version says what changed.
    """
    old, new = parse_version(released.version), parse_version(current.version)
    if old is None or new is None:
        wrong = released.version if old is None else current.version
        message = f"version {wrong!r} is not MAJOR.MINOR.PATCH"
        return [Finding("contract-version", "contract", message)]
    if new < old:
        message = f"version {current.version} is older than {released.version}, the last release"
        return [Finding("contract-version", "contract", message)]
    allowed = _allowed(old, new)
    changes = [c for c in changes_between(released, current) if c.weight > allowed]
    return [
        Finding(
            COMPATIBLE,
            change.place,
            f"{change.what} since {released.version}, and the version is {current.version}; "
            f"take that back, or make it {_needed(old, change.weight)}",
        )
        for change in changes
    ]


def _allowed(old: tuple[int, int, int], new: tuple[int, int, int]) -> int:
    if new[0] > old[0] or (new[0] == 0 and new[1] > old[1]):
        return Weight.MAJOR
    return Weight.MINOR if new[1] > old[1] else 0


def _needed(old: tuple[int, int, int], weight: Weight) -> str:
    major, minor, _ = old
    if weight is Weight.MINOR or major == 0:
        return f"{major}.{minor + 1}.0"
    return f"{major + 1}.0.0"


def changes_between(old: Contract, new: Contract) -> Iterator[ContractChange]:
    """Yield every difference that users could notice."""
    for name, before, after in _pairs(old.ports, new.ports):
        if before is None or after is None:
            yield _came_or_went("port", name, after)
            continue
        for method, was, now in _pairs(before, after):
            place = f"{name}.{method}"
            if was is None or now is None:
                yield _came_or_went("method", place, now)
            else:
                yield from _method_changes(place, was, now)
    for name, before, after in _pairs(old.records, new.records):
        if before is None or after is None:
            yield _came_or_went("class", name, after)
        else:
            yield from _part_changes(name, "field", before, after)
    for name, before, after in _pairs(old.enums, new.enums):
        if before is None or after is None:
            yield _came_or_went("enum", name, after)
            continue
        for member, was, now in _pairs(before, after):
            if was is None or now is None:
                yield _came_or_went("member", f"{name}.{member}", now)
            elif was != now:
                what = f"its value changed from {was} to {now}"
                yield ContractChange(Weight.MAJOR, f"{name}.{member}", what)
    names = {name: name for name in old.others}, {name: name for name in new.others}
    for name, _, after in _pairs(*names):
        if (name in old.others) != (name in new.others):
            yield _came_or_went("name", name, after)


def _pairs(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in dict.fromkeys((*old, *new)):
        yield name, old.get(name), new.get(name)


def _came_or_went(kind: str, place: str, now: object) -> ContractChange:
    if now is None:
        return ContractChange(Weight.MAJOR, place, f"the {kind} was removed")
    return ContractChange(Weight.MINOR, place, f"the {kind} was added")


def _method_changes(place: str, was: Method, now: Method) -> Iterator[ContractChange]:
    if was.returns != now.returns:
        what = f"it returned {was.returns} and returns {now.returns}"
        yield ContractChange(Weight.MAJOR, place, what)
    yield from _part_changes(place, "parameter", was.parameters, now.parameters)


def _part_changes(
    place: str, kind: str, was: Sequence[Part], now: Sequence[Part]
) -> Iterator[ContractChange]:
    old, new = {p.name: p for p in was}, {p.name: p for p in now}
    for name, before, after in _pairs(old, new):
        if before is None:
            weight = Weight.MAJOR if after.required else Weight.MINOR
            what = f"{kind} {name!r} was added" + (" without a default" * after.required)
            yield ContractChange(weight, place, what)
        elif after is None:
            yield ContractChange(Weight.MAJOR, place, f"{kind} {name!r} was removed")
        else:
            yield from _part_change(place, f"{kind} {name!r}", before, after)
    places = [p.name for p in was if not p.by_name]
    now_places = [p.name for p in now if not p.by_name and (p.name in old or p.name in places)]
    ahead = [p.name for p in now if not p.by_name][: len(places)]
    if set(places) == set(now_places) and ahead != places:
        what = f"its {kind}s have other places: {', '.join(places)} became {', '.join(ahead)}"
        yield ContractChange(Weight.MAJOR, place, what)


def _part_change(place: str, what: str, was: Part, now: Part) -> Iterator[ContractChange]:
    if was.type != now.type:
        message = f"the type of {what} changed from {was.type} to {now.type}"
        yield ContractChange(Weight.MAJOR, place, message)
    if now.required and not was.required:
        yield ContractChange(Weight.MAJOR, place, f"{what} lost its default")
    elif was.required and not now.required:
        yield ContractChange(Weight.MINOR, place, f"{what} got a default")
    if now.by_name and not was.by_name:
        yield ContractChange(Weight.MAJOR, place, f"{what} can be given by its name only")
