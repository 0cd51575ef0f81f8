"""A workflow can be drawn before it runs."""

from datetime import timedelta
from typing import Any

import pytest
from attrs import frozen

from aicmo_core.saga import (
    Answer,
    Node,
    PrepareContext,
    RetryPolicy,
    RunView,
    Signal,
    StepContext,
    UndoContext,
    Workflow,
    call,
    choice,
    external_step,
    otherwise,
    parallel,
    repeat,
    sleep,
    step,
    wait_for,
    when,
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


def look(context: StepContext[Order]) -> Answer[str]:
    return None


def good(view: RunView[Order]) -> bool:
    return view.input.number > 0


def same(view: RunView[Order]) -> Order:
    return view.input


def lock(order: Order) -> str:
    return f"order:{order.number}"


@step(checkpoint=False)
def pick(context: StepContext[Order]) -> int:
    return 1


@step
def pack(context: StepContext[Order]) -> int:
    return 1


@external_step(compensation=refund, was_done=look)
def send(context: StepContext[Order]) -> str:
    return "sent"


GO = Signal("go", int)
WHILE = timedelta(seconds=90)
NODES: dict[str, Node[Any]] = {
    "branches": parallel("make", box=[pick, pack], label=[send]),
    "a choice that may take none": choice("size", when("large", good, [pick])),
    "a choice that takes one": choice("size", when("large", good, [pick]), otherwise([pack])),
    "rounds": repeat("try", [pick, pack], until=good, at_most=3),
    "a wait": wait_for(GO),
    "a wait with a timeout": wait_for(GO, timeout=WHILE),
    "an optional wait": wait_for(GO, timeout=WHILE, optional=True),
    "a sleep": sleep("night", WHILE),
    "a call": call(Workflow("child", 1, Order, [pack]), same, name="other"),
    "nodes in nodes": parallel(
        "make",
        one=[choice("size", when("large", good, [pick]))],
        two=[repeat("try", [pack], until=good, at_most=2)],
    ),
}

WORDS = {
    "branches": """\
  1. make: branches that do not wait for one another
     box:
       1. pick: transactional, in one commit with the next
       2. pack: transactional
     label:
       1. send: external, compensated by refund, asks look where its outcome is unknown""",
    "a choice that may take none": """\
  1. size: the first alternative whose condition holds
     large:
       1. pick: transactional, in one commit with the next""",
    "a choice that takes one": """\
  1. size: the first alternative whose condition holds
     large:
       1. pick: transactional, in one commit with the next
     otherwise:
       1. pack: transactional""",
    "rounds": """\
  1. try: until good, at most 3 rounds
     1. pick: transactional, in one commit with the next
     2. pack: transactional""",
    "a wait": "  1. go: waits for signal go",
    "a wait with a timeout": "  1. go: waits for signal go, fails after 0:01:30",
    "an optional wait": "  1. go: waits for signal go, goes on after 0:01:30",
    "a sleep": "  1. night: sleeps for 0:01:30",
    "a call": "  1. other: the steps of workflow child\n     1. pack: transactional",
    "nodes in nodes": """\
  1. make: branches that do not wait for one another
     one:
       1. size: the first alternative whose condition holds
          large:
            1. pick: transactional, in one commit with the next
     two:
       1. try: until good, at most 2 rounds
          1. pack: transactional""",
}


@pytest.mark.parametrize("what", NODES)
def test_each_node_in_words(what: str) -> None:
    """What it holds stands below it, behind the name of the branch or alternative."""
    workflow = Workflow("w", 1, Order, [NODES[what], shop.steps[1]])

    *drawn, last = to_text(workflow).splitlines()[1:]

    assert "\n".join(drawn) == WORDS[what]
    assert last == "  2. charge: external, the pivot, compensated by refund"


def test_a_lock_and_a_deadline_in_words() -> None:
    """What holds for the whole run comes first."""
    workflow = Workflow("w", 1, Order, [pack], lock=lock, deadline=WHILE)

    assert to_text(workflow).splitlines()[1:] == [
        "  holds a lock; waits for it for at most 0:05:00",
        "  is taken back if not past its pivot after 0:01:30",
        "  1. pack: transactional",
    ]


CHARTS = {
    "branches": """\
s1{{"make"}}
s2["pick"]
s1 -- "box" --> s2
s3["pack"]
s2 --> s3
s4[["send"]]
s1 -- "label" --> s4
s4 -. undo .-> u4["refund"]
s5["reserve"]
s3 --> s5
s4 --> s5
s5 --> done([completed])""",
    "a choice that may take none": """\
s1{"size"}
s2["pick"]
s1 -- "large" --> s2
s3["reserve"]
s2 --> s3
s1 --> s3
s3 --> done([completed])""",
    "a choice that takes one": """\
s1{"size"}
s2["pick"]
s1 -- "large" --> s2
s3["pack"]
s1 -- "otherwise" --> s3
s4["reserve"]
s2 --> s4
s3 --> s4
s4 --> done([completed])""",
    "rounds": """\
s1(["try"])
s2["pick"]
s1 --> s2
s3["pack"]
s2 --> s3
s3 -. again .-> s1
s4["reserve"]
s3 --> s4
s4 --> done([completed])""",
    "a wait": """\
s1("go, waits for signal go")
s2["reserve"]
s1 --> s2
s2 --> done([completed])""",
    "a wait with a timeout": """\
s1("go, waits for signal go, fails after 0:01:30")
s2["reserve"]
s1 --> s2
s2 --> done([completed])""",
    "an optional wait": """\
s1("go, waits for signal go, goes on after 0:01:30")
s2["reserve"]
s1 --> s2
s2 --> done([completed])""",
    "a sleep": """\
s1("night, sleeps for 0:01:30")
s2["reserve"]
s1 --> s2
s2 --> done([completed])""",
    "a call": """\
s1(["other"])
s2["pack"]
s1 --> s2
s3["reserve"]
s2 --> s3
s3 --> done([completed])""",
    "nodes in nodes": """\
s1{{"make"}}
s2{"size"}
s1 -- "one" --> s2
s3["pick"]
s2 -- "large" --> s3
s4(["try"])
s1 -- "two" --> s4
s5["pack"]
s4 --> s5
s5 -. again .-> s4
s6["reserve"]
s3 --> s6
s2 --> s6
s5 --> s6
s6 --> done([completed])""",
}


@pytest.mark.parametrize("what", NODES)
def test_each_node_as_a_flowchart(what: str) -> None:
    """What follows a node is reached from every way out of it."""
    head, *lines = to_mermaid(Workflow("w", 1, Order, [NODES[what], reserve])).splitlines()

    assert head == "flowchart TD"
    assert "\n".join(line.removeprefix("    ") for line in lines) == CHARTS[what]
