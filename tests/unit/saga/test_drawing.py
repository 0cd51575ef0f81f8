"""A workflow can be drawn before it runs."""

from datetime import timedelta

from attrs import frozen

from aicmo_core.saga import (
    PrepareContext,
    RetryPolicy,
    StepContext,
    UndoContext,
    Workflow,
    external_step,
    step,
)
from aicmo_core.saga.drawing import to_mermaid, to_text


@frozen
class Order:
    number: int


def prepare(context: PrepareContext, order: Order) -> Order:
    return order


def refund(context: UndoContext[Order, str]) -> None: ...


@step(retry=RetryPolicy(max_attempts=3, initial=timedelta(0)))
def reserve(context: StepContext[Order]) -> None: ...


@external_step(compensation=refund, pivot=True)
def charge(context: StepContext[Order]) -> str:
    return "charged"


shop = Workflow("shop", 2, Order, [reserve, charge], prepare=prepare)


def test_a_workflow_in_words() -> None:
    """Each step says what is special about it."""
    lines = to_text(shop).splitlines()

    assert lines[0].startswith("shop, version 2, shape ")
    assert lines[1:] == [
        "  0. prepare: may refuse the input; is never taken back",
        "  1. reserve: transactional, at most 3 attempts",
        "  2. charge: external, the pivot, compensated by refund",
    ]


def test_a_workflow_as_a_flowchart() -> None:
    """Forward goes down, undo goes aside."""
    assert to_mermaid(shop).splitlines() == [
        "flowchart TD",
        "    prepare([prepare])",
        '    s1["reserve"]',
        "    prepare --> s1",
        '    s2[["charge (pivot)"]]',
        "    s1 --> s2",
        '    s2 -. undo .-> u2["refund"]',
        "    s2 --> done([completed])",
    ]


def test_a_name_with_markup() -> None:
    """Stays text in the picture."""

    @step(name='say "hi" <b>')
    def loud(context: StepContext[Order]) -> None: ...

    assert '"say &quot;hi&quot; &lt;b>"' in to_mermaid(Workflow("loud", 1, Order, [loud]))
