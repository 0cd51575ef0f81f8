"""What callers of `@step` and `@external_step` see. Checked by mypy, never executed."""

from datetime import timedelta
from typing import Any, assert_type

from attrs import frozen

from aicmo_core.saga import (
    Reading,
    RetryPolicy,
    Step,
    StepContext,
    UndoContext,
    Workflow,
    external_step,
    step,
)


@frozen
class Order:
    number: int


@frozen
class Receipt:
    text: str


@frozen
class Parcel:
    weight: float


def withdraw(ctx: UndoContext[Order, Receipt]) -> None:
    assert_type(ctx.input, Order)
    assert_type(ctx.result, Receipt | None)


def withdraw_parcel(ctx: UndoContext[Order, Parcel]) -> None: ...


def withdraw_anything(ctx: UndoContext[Any, Any]) -> None: ...


def withdraw_too_late(ctx: UndoContext[Order, Receipt], why: str) -> None: ...


# A step has the types of its function, with and without keywords.


@step
def plain(ctx: StepContext[Order]) -> Receipt:
    assert_type(ctx.input, Order)
    return Receipt("plain")


@step(retry=RetryPolicy(max_attempts=4, initial=timedelta(seconds=1)), reading=Reading.CHECKED)
def with_keywords(ctx: StepContext[Order]) -> Parcel:
    return Parcel(1.0)


@step(name="named", pivot=True, reading="checked")
def with_name(ctx: StepContext[Order]) -> list[Parcel]:
    return []


@step(compensation=withdraw)
def with_compensation(ctx: StepContext[Order]) -> Receipt:
    return Receipt("compensated")


@external_step(compensation=withdraw)
def outside(ctx: StepContext[Order]) -> Receipt:
    assert_type(ctx.idempotency_key, str)
    return Receipt("outside")


@external_step(compensation=withdraw_anything, pivot=True)
def outside_for_any(ctx: StepContext[Order]) -> Receipt:
    return Receipt("any")


assert_type(plain, Step[Order, Receipt])
assert_type(with_keywords, Step[Order, Parcel])
assert_type(with_name, Step[Order, list[Parcel]])
assert_type(with_compensation, Step[Order, Receipt])
assert_type(outside, Step[Order, Receipt])


# The result of an earlier step has that step's type.


@step
def later(ctx: StepContext[Order]) -> str:
    assert_type(ctx.result(plain), Receipt)
    assert_type(ctx.result(with_keywords), Parcel)
    assert_type(ctx.result(with_name), list[Parcel])
    _ = ctx.result(plain).weight  # type: ignore[attr-defined]
    ctx.result("plain")  # type: ignore[arg-type]
    _ = ctx.input.name  # type: ignore[attr-defined]
    return ctx.result(plain).text


# A compensation is for the step that it takes back.


@external_step(compensation=withdraw_parcel)  # type: ignore[arg-type]
def outside_with_a_wrong_compensation(ctx: StepContext[Order]) -> Receipt:
    return Receipt("wrong")


@step(compensation=withdraw_parcel)  # type: ignore[arg-type]
def step_with_a_wrong_compensation(ctx: StepContext[Order]) -> Receipt:
    return Receipt("wrong")


@external_step(compensation=withdraw_too_late)  # type: ignore[arg-type]
def outside_with_a_longer_compensation(ctx: StepContext[Order]) -> Receipt:
    return Receipt("wrong")


external_step()  # type: ignore[call-arg]
step(checkpoints=True)  # type: ignore[call-overload]


# A workflow's steps take its input.

launch = Workflow("launch", 1, Order, [plain, with_keywords, outside, later])
assert_type(launch, Workflow[Order])
assert_type(launch.insert_after("plain", with_name), Workflow[Order])
launch.replace("plain", Step("other", lambda ctx: ctx.input.number))


@step
def for_a_parcel(ctx: StepContext[Parcel]) -> float:
    return ctx.input.weight


launch.insert_before("plain", for_a_parcel)  # a place in a call may have any input
Workflow[Order]("mixed", 1, Order, [plain, for_a_parcel])  # type: ignore[list-item]
Workflow[Order]("launch", 1, Parcel, [plain])  # type: ignore[arg-type]
launch.name = "renamed"  # type: ignore[misc]
