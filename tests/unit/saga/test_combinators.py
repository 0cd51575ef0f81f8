"""What a run does next in workflows that are more than a sequence, situation by situation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aicmo_core.saga import (
    BeginWait,
    Cancelled,
    Closing,
    Command,
    Compensate,
    Compensated,
    CompensationFailed,
    Completed,
    Decided,
    End,
    Entry,
    Evaluate,
    Execute,
    Expired,
    Failed,
    FailureKind,
    Intended,
    LateEffect,
    Lock,
    Locked,
    Node,
    Outcome,
    Park,
    Parked,
    Receive,
    RepairAction,
    Repaired,
    RunView,
    SettleUnknown,
    Signal,
    Signalled,
    Step,
    StepContext,
    UndoContext,
    Wait,
    Waiting,
    Workflow,
    call,
    choice,
    decide,
    external_step,
    next_commands,
    otherwise,
    parallel,
    repeat,
    sleep,
    standing,
    step,
    wait_for,
    when,
)

SOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
LATER = SOON + timedelta(hours=1)
HOUR = timedelta(hours=1)
APPROVAL = Signal("approval", str)
CANCELLED = Cancelled("ana", "not wanted any more")


def cancel(ctx: UndoContext[str, str]) -> None:
    """Takes back what a step did outside."""


def plain(name: str, *, checkpoint: bool = True) -> Step[str, str]:
    def run(ctx: StepContext[str]) -> str:
        return ctx.input

    return step(name=name, checkpoint=checkpoint)(run)


def outside(name: str, *, pivot: bool = False) -> Step[str, str]:
    def run(ctx: StepContext[str]) -> str:
        return ctx.input

    return external_step(name=name, compensation=cancel, pivot=pivot)(run)


def holds(view: RunView[str]) -> bool:
    return view.input != ""


def same(view: RunView[str]) -> str:
    return view.input


def flow(*nodes: Node[str], **how: Any) -> Workflow[str]:
    return Workflow("flow", 1, str, nodes, **how)


def commands(workflow: Workflow[str], *journal: Entry) -> Sequence[Command]:
    return next_commands(workflow, standing(workflow, journal))


def done(*steps: str) -> list[Entry]:
    return [Completed(s, 1, f'"{s}"', f"undo {s}") for s in steps]


def refused(name: str) -> Failed:
    return Failed(name, 1, FailureKind.BUSINESS, "no")


def came(payload: str, key: str = "") -> Signalled:
    return Signalled("approval", payload, "ana", key)


def repaired(action: RepairAction, name: str = "", result: str = "null") -> Repaired:
    return Repaired(action, "ana", "looked at it", name, result)


RETRY = repaired(RepairAction.RETRY)
COMPENSATE = repaired(RepairAction.COMPENSATE)

# Branches

FAN = flow(
    plain("plan"),
    parallel("make", copy=[outside("draft"), plain("edit")], art=[outside("sketch")]),
    plain("merge"),
)


def test_parallel_branches_are_offered_together() -> None:
    """No branch waits for another to begin."""
    assert commands(FAN, *done("plan")) == (
        Execute("make|copy/draft", 1),
        Execute("make|art/sketch", 1),
    )


def test_a_branch_goes_on_while_another_waits_for_its_retry() -> None:
    """What can be done now comes before what is due later."""
    slow = Failed("make|copy/draft", 1, FailureKind.TRANSIENT, "busy", LATER)

    assert commands(FAN, *done("plan"), slow) == (
        Execute("make|art/sketch", 1),
        Execute("make|copy/draft", 2, LATER),
    )


def test_what_follows_branches_waits_for_all_of_them() -> None:
    """One that is done does not let the run go on."""
    journal = done("plan", "make|art/sketch", "make|copy/draft")

    assert commands(FAN, *journal) == (Execute("make|copy/edit", 1),)
    assert commands(FAN, *journal, *done("make|copy/edit")) == (Execute("merge", 1),)


def test_a_failure_in_one_branch_turns_the_run() -> None:
    """The other branches do not start what they had not started."""
    journal: list[Entry] = [*done("plan", "make|copy/draft"), refused("make|art/sketch")]

    assert commands(FAN, *journal) == (Compensate("make|copy/draft", 1),)


def test_branches_are_taken_back_side_by_side_and_each_in_its_reverse_order() -> None:
    """Only what was built on an effect is taken back before it."""
    journal = [
        *done("plan", "make|copy/draft", "make|art/sketch", "make|copy/edit"),
        refused("merge"),
    ]

    assert commands(FAN, *journal) == (
        Compensate("make|copy/edit", 1),
        Compensate("make|art/sketch", 1),
    )
    journal += [Compensated("make|copy/edit", 1), Compensated("make|copy/draft", 1)]
    assert commands(FAN, *journal) == (Compensate("make|art/sketch", 1),)
    journal.append(Compensated("make|art/sketch", 1))
    assert commands(FAN, *journal) == (Compensate("plan", 1),)


def test_a_compensation_that_gave_up_blocks_its_own_branch_only() -> None:
    """The independent are taken back; what it was built on waits for a person."""
    gave_up = CompensationFailed("make|copy/edit", 5, "timeout")
    journal: list[Entry] = [*done("plan", "make|copy/draft", "make|art/sketch", "make|copy/edit")]
    journal += [refused("merge"), gave_up]

    first, second = commands(FAN, *journal)

    assert first == Compensate("make|art/sketch", 1)
    assert second == Park("make|copy/edit", "step 'make|copy/edit' cannot be compensated: timeout")
    journal.append(Compensated("make|art/sketch", 1))
    assert commands(FAN, *journal) == (second,)


def test_open_intents_of_two_branches_are_both_settled() -> None:
    """A process that took two steps with it leaves two outcomes unknown."""
    journal: list[Entry] = [
        *done("plan"),
        Intended("make|copy/draft", 1),
        Intended("make|art/sketch", 1),
    ]

    assert commands(FAN, *journal) == (
        SettleUnknown("make|copy/draft", 1),
        SettleUnknown("make|art/sketch", 1),
    )


def test_a_run_does_not_end_while_a_branch_has_an_open_intent() -> None:
    """Compensated is said when the last outcome is known, and taken back."""
    journal: list[Entry] = [
        *done("plan"),
        Intended("make|copy/draft", 1),
        refused("make|art/sketch"),
    ]

    assert commands(FAN, *journal) == (SettleUnknown("make|copy/draft", 1),)
    journal += [Failed("make|copy/draft", 1, FailureKind.UNKNOWN, "cut off", acted=True)]
    assert commands(FAN, *journal) == (Compensate("make|copy/draft", 1),)


def test_an_open_intent_holds_back_only_what_it_may_be_built_on() -> None:
    """The other branch is taken back meanwhile; what came before both is not."""
    journal = [*done("plan", "make|art/sketch"), Intended("make|copy/draft", 1), CANCELLED]

    assert commands(FAN, *journal) == (
        SettleUnknown("make|copy/draft", 1),
        Compensate("make|art/sketch", 1),
    )


# Choices

FORK = flow(
    plain("look"),
    choice("size", when("large", holds, [outside("ship")]), when("small", holds, [plain("post")])),
    plain("bill"),
)


def test_a_choice_is_asked_once_and_its_alternative_taken() -> None:
    """What the condition said is journaled."""
    asked = [*done("look"), Decided("size", 1, "small")]

    assert decide(FORK, done("look")) == Evaluate("size", 1)
    assert commands(FORK, *asked) == (Execute("size/small/post", 1),)
    assert decide(FORK, [*asked, *done("size/small/post")]) == Execute("bill", 1)


def test_a_choice_without_a_match_goes_on() -> None:
    """Nothing is done there."""
    assert commands(FORK, *done("look"), Decided("size", 1, "")) == (Execute("bill", 1),)


def test_a_choice_that_took_what_is_not_declared_parks() -> None:
    """The definition has changed; nobody guesses."""
    command = decide(FORK, [*done("look"), Decided("size", 1, "huge")])

    assert command == Park("size", "choice 'size' took 'huge', which is not declared")


def test_a_condition_that_raised_is_asked_again_at_its_moment() -> None:
    """Conditions fail like steps."""
    raised = Failed("size", 1, FailureKind.BUG, "no such key", LATER)

    assert decide(FORK, [*done("look"), raised]) == Evaluate("size", 2, LATER)


def test_a_condition_that_gave_up_turns_the_run() -> None:
    """What was done before is taken back."""
    raised = Failed("size", 1, FailureKind.BUG, "no such key")

    assert commands(FORK, *done("look"), raised) == (Compensate("look", 1),)


def test_the_first_condition_that_holds_chooses() -> None:
    """Later ones are not asked; `otherwise` holds always; without it there may be none."""

    class View(RunView[str]):
        def __init__(self, text: str) -> None:
            self.text = text

        @property
        def input(self) -> str:
            return self.text

        def result(self, step: Any) -> Any:
            raise LookupError(step)

    first = when("first", lambda view: view.input == "a", [plain("x")])
    second = when("second", holds, [plain("y")])

    assert choice("c", first, second).choose(View("a")) == "first"
    assert choice("c", first, second).choose(View("b")) == "second"
    assert choice("c", first, second).choose(View("")) == ""
    assert choice("c", first, otherwise([plain("z")])).choose(View("")) == "otherwise"


# Rounds

AGAIN = flow(
    repeat("revise", [outside("draft"), plain("check")], until=holds, at_most=2), plain("use")
)


def rounds(*numbers: int) -> list[Entry]:
    return [e for n in numbers for e in done(f"revise#{n}/draft", f"revise#{n}/check")]


def test_a_round_is_followed_by_its_condition() -> None:
    """It is asked after the nodes, not before."""
    assert decide(AGAIN, []) == Execute("revise#1/draft", 1)
    assert decide(AGAIN, rounds(1)) == Evaluate("revise#1", 1)


def test_another_round_has_paths_and_attempts_of_its_own() -> None:
    """So its idempotency keys are other ones."""
    journal: list[Entry] = [*rounds(1), Decided("revise#1", 1, "false")]

    assert commands(AGAIN, *journal) == (Execute("revise#2/draft", 1),)


def test_a_repetition_ends_when_its_condition_holds() -> None:
    """In any round."""
    assert decide(AGAIN, [*rounds(1), Decided("revise#1", 1, "true")]) == Execute("use", 1)
    second = [
        *rounds(1),
        Decided("revise#1", 1, "false"),
        *rounds(2),
        Decided("revise#2", 1, "true"),
    ]
    assert decide(AGAIN, second) == Execute("use", 1)


def test_rounds_are_taken_back_last_first() -> None:
    """The second round was built on the first."""
    journal: list[Entry] = [
        *rounds(1),
        Decided("revise#1", 1, "false"),
        *rounds(2),
        refused("revise#2"),
    ]

    for expected in ("revise#2/check", "revise#2/draft", "revise#1/check", "revise#1/draft"):
        assert commands(AGAIN, *journal) == (Compensate(expected, 1),)
        journal.append(Compensated(expected, 1))
    assert decide(AGAIN, journal) == End(Outcome.COMPENSATED)


def test_a_repetition_that_went_on_for_all_its_rounds_parks() -> None:
    """A definition that allows fewer rounds than the run has done does not guess."""
    said = [Decided("revise#1", 1, "false"), Decided("revise#2", 1, "false")]

    command = decide(AGAIN, [*rounds(1), said[0], *rounds(2), said[1]])

    assert command == Park("revise", "'revise' went on for 2 rounds, which is all it may")


def test_a_last_round_that_failed_past_the_pivot_can_be_skipped() -> None:
    """A person is content with what there is."""
    workflow = flow(
        outside("pay", pivot=True), repeat("poll", [plain("ask")], until=holds, at_most=1)
    )
    journal: list[Entry] = [*done("pay", "poll#1/ask"), refused("poll#1")]

    assert decide(workflow, journal) == Park("poll#1", "step 'poll#1' failed past the pivot: no")
    journal.append(repaired(RepairAction.SKIP, "poll#1"))
    assert decide(workflow, journal) == End(Outcome.COMPLETED)


# Signals

ASKING = flow(plain("propose"), wait_for(APPROVAL, timeout=HOUR), plain("act"))
BEGUN = Waiting("approval", 1, SOON)


def test_a_wait_is_begun_once_and_then_waited_for() -> None:
    """Until when is journaled, so that no restart prolongs it."""
    assert decide(ASKING, done("propose")) == BeginWait("approval", 1)
    assert commands(ASKING, *done("propose"), BEGUN) == (Wait("approval", 1, "approval", SOON),)


def test_a_wait_without_a_timeout_needs_no_beginning() -> None:
    """There is no moment to write down."""
    workflow = flow(wait_for(APPROVAL))

    assert decide(workflow, []) == Wait("approval", 1, "approval", None)


@pytest.mark.parametrize("early", [True, False], ids=["before-the-wait", "after-it-began"])
def test_a_signal_is_received(early: bool) -> None:
    """It is not lost if it comes before anybody waits."""
    journal = (
        [came('"yes"'), *done("propose")] if early else [*done("propose"), BEGUN, came('"yes"')]
    )

    assert commands(ASKING, *journal) == (Receive("approval", 1, '"yes"'),)
    journal.append(Completed("approval", 1, '"yes"'))
    assert decide(ASKING, journal) == Execute("act", 1)


def test_two_waits_for_one_signal_take_one_each() -> None:
    """In the order in which they came; the second waits for its own."""
    workflow = flow(wait_for(APPROVAL, name="first"), wait_for(APPROVAL, name="second"))
    taken = Completed("first", 1, "1")

    assert decide(workflow, [came("1"), came("2")]) == Receive("first", 1, "1")
    assert decide(workflow, [came("1"), came("2"), taken]) == Receive("second", 1, "2")
    assert decide(workflow, [came("1"), taken]) == Wait("second", 1, "approval", None)


def test_two_branches_that_wait_for_one_signal_do_not_share_it() -> None:
    """Whichever takes it, the other waits for the next."""
    workflow = flow(
        parallel("both", a=[wait_for(APPROVAL, name="w")], b=[wait_for(APPROVAL, name="w")])
    )

    assert commands(workflow, came("1")) == (
        Receive("both|a/w", 1, "1"),
        Receive("both|b/w", 1, "1"),
    )
    assert commands(workflow, came("1"), Completed("both|b/w", 1, "1")) == (
        Wait("both|a/w", 1, "approval", None),
    )


def test_a_signal_that_is_sent_again_with_its_key_comes_once() -> None:
    """Before it is taken, and after."""
    workflow = flow(wait_for(APPROVAL, name="first"), wait_for(APPROVAL, name="second"))
    journal: list[Entry] = [
        came("1", "k"),
        came("1", "k"),
        Completed("first", 1, "1"),
        came("1", "k"),
    ]

    assert decide(workflow, journal) == Wait("second", 1, "approval", None)
    assert decide(workflow, [*journal, came("2", "other")]) == Receive("second", 1, "2")


def test_signals_without_a_key_are_different_signals() -> None:
    """Nobody said that they are the same."""
    workflow = flow(wait_for(APPROVAL, name="first"), wait_for(APPROVAL, name="second"))

    assert decide(workflow, [came("1"), came("1"), Completed("first", 1, "1")]) == Receive(
        "second", 1, "1"
    )


def test_a_wait_in_vain_turns_the_run() -> None:
    """As if a step had said no."""
    journal: list[Entry] = [*done("propose"), BEGUN, Expired("approval", 1)]

    assert commands(ASKING, *journal) == (Compensate("propose", 1),)


def test_an_optional_wait_in_vain_goes_on_without_a_result() -> None:
    """None is the result."""
    workflow = flow(wait_for(APPROVAL, timeout=HOUR, optional=True), plain("act"))
    journal: list[Entry] = [BEGUN, Expired("approval", 1)]

    assert decide(workflow, journal) == Execute("act", 1)
    assert standing(workflow, journal).completed["approval"].result == "null"


PAID = flow(outside("pay", pivot=True), wait_for(APPROVAL, timeout=HOUR))


def test_a_wait_in_vain_past_the_pivot_parks() -> None:
    """A person decides, for the run cannot be taken back."""
    command = decide(PAID, [*done("pay"), BEGUN, Expired("approval", 1)])

    assert command == Park(
        "approval", "step 'approval' failed past the pivot: signal 'approval' did not come in time"
    )


def test_a_retry_of_a_wait_in_vain_begins_it_anew() -> None:
    """Its time is not up at once, and its number is another one."""
    journal: list[Entry] = [*done("pay"), BEGUN, Expired("approval", 1), RETRY]

    assert commands(PAID, *journal) == (BeginWait("approval", 2),)
    journal.append(Waiting("approval", 2, LATER))
    assert commands(PAID, *journal) == (Wait("approval", 2, "approval", LATER),)


def test_a_wait_in_vain_that_is_skipped_has_the_result_that_a_person_gave() -> None:
    """The run goes on as if the signal had come."""
    skip = repaired(RepairAction.SKIP, "approval", '"by phone"')
    journal: list[Entry] = [*done("pay"), BEGUN, Expired("approval", 1), skip]

    assert decide(PAID, journal) == End(Outcome.COMPLETED)
    assert standing(PAID, journal).completed["approval"].result == '"by phone"'


def test_a_signal_wakes_no_run_that_compensates() -> None:
    """What was to be done with it will not be done."""
    journal: list[Entry] = [*done("propose"), BEGUN, Expired("approval", 1), came('"yes"')]

    assert commands(ASKING, *journal) == (Compensate("propose", 1),)


def test_a_sleep_ends_at_its_moment() -> None:
    """It begins, waits for no signal, and is over."""
    workflow = flow(sleep("night", HOUR), plain("act"))
    journal: list[Entry] = [Waiting("night", 1, SOON)]

    assert decide(workflow, []) == BeginWait("night", 1)
    assert decide(workflow, journal) == Wait("night", 1, None, SOON)
    assert decide(workflow, [*journal, Expired("night", 1)]) == Execute("act", 1)


def test_a_run_whose_last_node_is_a_sleep_completes() -> None:
    """Effects are kept when it is over, not before."""
    workflow = flow(plain("act"), sleep("night", HOUR))
    journal: list[Entry] = [*done("act"), Waiting("night", 1, SOON)]

    assert standing(workflow, journal).effects["act"].closing is Closing.OPEN
    journal.append(Expired("night", 1))
    assert decide(workflow, journal) == End(Outcome.COMPLETED)
    assert standing(workflow, journal).effects["act"].closing is Closing.KEPT


# Calls

CHILD = Workflow("child", 1, str, [plain("a"), outside("b")])
PARENT = flow(plain("before"), call(CHILD, same), plain("after"))


def test_a_call_makes_its_input_before_its_first_step() -> None:
    """The input is journaled, so that it is made once."""
    journal: list[Entry] = [*done("before"), Decided("child", 1, '"input"')]

    assert decide(PARENT, done("before")) == Evaluate("child", 1)
    assert decide(PARENT, journal) == Execute("child/a", 1)
    assert decide(PARENT, [*journal, *done("child/a", "child/b")]) == Execute("after", 1)


def test_a_call_is_taken_back_with_the_rest() -> None:
    """It has no end of its own."""
    journal: list[Entry] = [
        *done("before"),
        Decided("child", 1, '"input"'),
        *done("child/a", "child/b"),
    ]
    journal.append(refused("after"))

    for expected in ("child/b", "child/a", "before"):
        assert commands(PARENT, *journal) == (Compensate(expected, 1),)
        journal.append(Compensated(expected, 1))


def test_a_call_in_a_call_has_both_names_in_its_paths() -> None:
    """Each makes its input."""
    outer = flow(call(Workflow("middle", 1, str, [call(CHILD, same)]), same))
    journal: list[Entry] = [Decided("middle", 1, "1")]

    assert decide(outer, []) == Evaluate("middle", 1)
    assert decide(outer, journal) == Evaluate("middle/child", 1)
    assert decide(outer, [*journal, Decided("middle/child", 1, "1")]) == Execute(
        "middle/child/a", 1
    )


def test_one_workflow_called_twice_is_told_apart_by_the_names_of_the_calls() -> None:
    """Each call has its own input, steps and attempts."""
    twice = flow(call(CHILD, same, name="one"), call(CHILD, same, name="two"))
    journal: list[Entry] = [Decided("one", 1, "1"), *done("one/a", "one/b"), Decided("two", 1, "2")]

    assert commands(twice, *journal) == (Execute("two/a", 1),)
    assert twice.places_of[CHILD.steps[0]] == {"one/a", "two/a"}
    assert commands(twice, *journal, refused("two/a")) == (Compensate("one/b", 1),)


# Locks


def name(text: str) -> str:
    return f"order:{text}"


LOCKING = flow(plain("a"), lock=name)


def test_a_lock_is_taken_before_the_first_step() -> None:
    """Nothing is read before."""
    assert commands(LOCKING) == (Lock("", 1),)
    assert commands(LOCKING, Locked("", 1, "order:1")) == (Execute("a", 1),)


def test_a_lock_that_is_waited_for_says_until_when() -> None:
    """The moment is journaled when the wait begins."""
    assert commands(LOCKING, Waiting("", 1, SOON)) == (Lock("", 1, SOON),)


def test_a_lock_that_did_not_come_parks_and_is_waited_for_anew_after_a_retry() -> None:
    """The old moment has passed, and would park the run at once."""
    journal: list[Entry] = [Waiting("", 1, SOON), Parked("the lock is held")]

    assert commands(LOCKING, *journal) == (Park("", "the lock is held"),)
    assert commands(LOCKING, *journal, RETRY) == (Lock("", 1),)


def test_a_call_takes_its_own_lock_before_its_first_step() -> None:
    """Once its input is known."""
    workflow = flow(plain("a"), call(Workflow("child", 1, str, [plain("b")], lock=name), same))
    journal: list[Entry] = [*done("a"), Decided("child", 1, "1")]

    assert commands(workflow, *journal) == (Lock("child", 1),)
    assert commands(workflow, *journal, Waiting("child", 1, SOON)) == (Lock("child", 1, SOON),)
    held: list[Entry] = [*journal, Waiting("child", 1, SOON), Locked("child", 1, "order:1")]
    assert commands(workflow, *held) == (Execute("child/b", 1),)


def test_the_lock_of_a_run_and_of_its_call_may_have_one_name() -> None:
    """They are two entries; whoever holds one gets the other."""
    workflow = flow(call(Workflow("child", 1, str, [plain("b")], lock=name), same), lock=name)
    journal: list[Entry] = [
        Locked("", 1, "order:1"),
        Decided("child", 1, "1"),
        Locked("child", 1, "order:1"),
    ]

    assert standing(workflow, journal).locks == {"": "order:1", "child": "order:1"}
    assert commands(workflow, *journal) == (Execute("child/b", 1),)


def test_a_branch_goes_on_while_another_waits_for_its_lock() -> None:
    """The step comes first, the lock when it may have been let go."""
    locked = Workflow("child", 1, str, [plain("b")], lock=name)
    workflow = flow(parallel("both", x=[call(locked, same)], y=[plain("c")]))
    journal: list[Entry] = [Decided("both|x/child", 1, "1"), Waiting("both|x/child", 1, SOON)]

    assert commands(workflow, *journal) == (Execute("both|y/c", 1), Lock("both|x/child", 1, SOON))


# Cancelling and deadlines

PAYING = flow(plain("a"), outside("pay", pivot=True), plain("b"), deadline=HOUR)


def test_a_cancel_before_the_pivot_takes_everything_back() -> None:
    """The run ends as cancelled."""
    journal: list[Entry] = [*done("a"), CANCELLED]

    assert commands(PAYING, *journal) == (Compensate("a", 1),)
    assert decide(PAYING, [*journal, Compensated("a", 1)]) == End(Outcome.CANCELLED)


def test_a_cancel_before_anything_was_done_ends_the_run() -> None:
    """There is nothing to take back."""
    assert commands(PAYING, CANCELLED) == (End(Outcome.CANCELLED),)


@pytest.mark.parametrize("late", [CANCELLED, Expired("", 1)], ids=["cancel", "deadline"])
def test_past_the_pivot_neither_cancel_nor_deadline_turns_a_run(late: Entry) -> None:
    """Only a person who repairs it does."""
    assert commands(PAYING, *done("a", "pay"), late) == (Execute("b", 1),)


def test_a_cancel_while_the_pivot_may_be_happening_is_not_taken() -> None:
    """Whatever came of the pivot, the run goes on as if nobody had cancelled."""
    journal: list[Entry] = [*done("a"), Intended("pay", 1), CANCELLED]

    assert standing(PAYING, journal).bound(PAYING)
    assert commands(PAYING, *journal, *done("pay")) == (Execute("b", 1),)
    failed = Failed("pay", 1, FailureKind.TRANSIENT, "busy", LATER)
    assert commands(PAYING, *journal, failed) == (Execute("pay", 2, LATER),)


def test_a_deadline_while_the_pivot_may_be_happening_waits_for_its_outcome() -> None:
    """If it has happened, the run goes on; if it has not, the run is taken back."""
    journal: list[Entry] = [*done("a"), Intended("pay", 1), Expired("", 1)]

    assert commands(PAYING, *journal) == (SettleUnknown("pay", 1),)
    assert commands(PAYING, *journal, *done("pay")) == (Execute("b", 1),)
    failed = Failed("pay", 1, FailureKind.TRANSIENT, "busy", LATER)
    assert commands(PAYING, *journal, failed) == (Compensate("a", 1),)


def test_a_deadline_takes_everything_back() -> None:
    """The run ends as compensated: nobody cancelled it."""
    journal: list[Entry] = [*done("a"), Expired("", 1)]

    assert commands(PAYING, *journal) == (Compensate("a", 1),)
    assert decide(PAYING, [*journal, Compensated("a", 1)]) == End(Outcome.COMPENSATED)


def test_a_deadline_ends_waits_and_retries() -> None:
    """The run is taken back now, not when they are over."""
    journal: list[Entry] = [*done("propose"), BEGUN, Expired("", 1)]

    assert commands(ASKING, *journal) == (Compensate("propose", 1),)


def test_a_parked_run_can_be_cancelled() -> None:
    """What it was parked for does not matter any more."""
    journal: list[Entry] = [*done("a"), Parked("held"), CANCELLED]

    assert commands(PAYING, *journal) == (Compensate("a", 1),)


def test_a_cancel_of_a_run_that_compensates_changes_nothing() -> None:
    """It is being taken back already, and ends as what turned it."""
    journal: list[Entry] = [*done("a"), refused("pay"), CANCELLED]

    assert commands(PAYING, *journal) == (Compensate("a", 1),)
    assert decide(PAYING, [*journal, Compensated("a", 1)]) == End(Outcome.COMPENSATED)
    assert decide(PAYING, [*journal, Compensated("a", 1), CANCELLED]) == End(Outcome.COMPENSATED)


def test_a_cancelled_run_settles_an_intent_and_takes_it_back() -> None:
    """What was in flight may have acted."""
    workflow = flow(outside("a"), plain("b"))
    unknown = Failed("a", 1, FailureKind.UNKNOWN, "cut off", LATER, acted=True)
    journal: list[Entry] = [Intended("a", 1), CANCELLED]

    assert commands(workflow, *journal) == (SettleUnknown("a", 1),)
    assert commands(workflow, *journal, unknown) == (Compensate("a", 1),)


# Skipping


def test_a_step_that_is_skipped_has_a_result_and_no_effect() -> None:
    """It is taken to have returned what the person said."""
    failed = Failed("b", 1, FailureKind.BUG, "it raised")
    skip = repaired(RepairAction.SKIP, "b", '"done by hand"')
    journal: list[Entry] = [*done("a", "pay"), failed, skip]

    now = standing(PAYING, journal)

    assert decide(PAYING, journal) == End(Outcome.COMPLETED)
    assert now.completed["b"].result == '"done by hand"'
    assert "b" not in now.effects


def test_skipping_does_not_close_an_effect_of_unknown_outcome() -> None:
    """What may have happened outside stays in the ledger, and is kept with the rest."""
    workflow = flow(outside("pay", pivot=True), outside("tell"))
    unknown = Failed("tell", 1, FailureKind.UNKNOWN, "cut off", acted=True)
    journal: list[Entry] = [
        *done("pay"),
        Intended("tell", 1),
        unknown,
        repaired(RepairAction.SKIP, "tell"),
    ]

    effect = standing(workflow, journal).effects["tell"]

    assert (effect.known, effect.closing) == (False, Closing.KEPT)


# Groups

GROUP = flow(plain("a", checkpoint=False), plain("b", checkpoint=False), plain("c"), outside("d"))
TOGETHER: list[Entry] = [
    Completed("a", 1, grouped=True),
    Completed("b", 1, grouped=True),
    Completed("c", 1, '"c"', "undo of all three"),
]


def test_a_group_is_one_line_of_the_ledger() -> None:
    """One commit, one undo, under the name of the last."""
    now = standing(GROUP, TOGETHER)

    assert list(now.effects) == ["c"]
    assert now.effects["c"].undo == "undo of all three"
    assert list(now.completed) == ["a", "b", "c"]
    assert now.groups["c"] == ["a", "b"]


def test_a_group_is_taken_back_as_one() -> None:
    """Its steps are not completed any more."""
    journal: list[Entry] = [*TOGETHER, refused("d")]

    assert commands(GROUP, *journal) == (Compensate("c", 1),)
    journal.append(Compensated("c", 1))
    assert standing(GROUP, journal).completed == {}
    assert decide(GROUP, journal) == End(Outcome.COMPENSATED)


def test_a_failure_within_a_group_leaves_nothing_of_it() -> None:
    """The steps before it run again, at once; it has its own retry."""
    failed = Failed("b", 1, FailureKind.BUG, "it raised", LATER)

    assert commands(GROUP, failed) == (Execute("a", 1),)
    assert commands(GROUP, failed, Completed("a", 1, grouped=True)) == (Execute("b", 2, LATER),)


SPANNED = flow(
    parallel(
        "both",
        x=[plain("x1"), plain("x2", checkpoint=False), plain("x3")],
        y=[plain("y1")],
    ),
    plain("end"),
)
SPANNING = [Completed("both|x/x2", 1, grouped=True), *done("both|y/y1")]


def test_a_group_that_spans_branches_is_taken_back_before_what_any_of_it_was_built_on() -> None:
    """It depends on whatever one of its steps depends on."""
    journal = [*done("both|x/x1"), *SPANNING, refused("end")]

    assert commands(SPANNED, *journal) == (Compensate("both|y/y1", 1),)


def test_a_group_that_spans_branches_is_taken_back_after_what_was_built_on_any_of_it() -> None:
    """What depends on one of its steps depends on it."""
    journal = [*SPANNING, *done("both|x/x3"), refused("end")]

    assert commands(SPANNED, *journal) == (Compensate("both|x/x3", 1),)


# Late effects


def test_a_late_effect_in_a_branch_is_taken_back_beside_the_others() -> None:
    """It depends on what came before its branch, and on nothing in another."""
    journal: list[Entry] = [*done("plan", "make|art/sketch"), Intended("make|copy/draft", 1)]
    journal += [
        Failed("make|copy/draft", 1, FailureKind.BUSINESS, "no"),
        LateEffect("make|copy/draft", 1),
    ]

    assert commands(FAN, *journal) == (
        Compensate("make|copy/draft", 1),
        Compensate("make|art/sketch", 1),
    )


def test_a_late_effect_of_a_cancelled_run_is_taken_back_and_it_stays_cancelled() -> None:
    """Terminal is final but for this."""
    workflow = flow(outside("a"), plain("b"))
    unknown = Failed("a", 1, FailureKind.UNKNOWN, "cut off", LATER, acted=True)
    journal: list[Entry] = [Intended("a", 1), CANCELLED, unknown, Compensated("a", 1)]

    assert decide(workflow, journal) == End(Outcome.CANCELLED)
    journal.append(LateEffect("a", 1, '"late"'))
    assert decide(workflow, journal) == Compensate("a", 2)
    journal.append(Compensated("a", 2))
    assert decide(workflow, journal) == End(Outcome.CANCELLED)


def test_a_late_effect_of_a_completed_run_whose_step_was_skipped_is_kept() -> None:
    """The ledger has a line for it, which is closed."""
    workflow = flow(outside("pay", pivot=True), outside("tell"))
    no = Failed("tell", 1, FailureKind.BUG, "it raised")
    journal: list[Entry] = [
        *done("pay"),
        Intended("tell", 1),
        no,
        repaired(RepairAction.SKIP, "tell"),
    ]
    journal.append(LateEffect("tell", 1, '"told"'))

    assert decide(workflow, journal) == End(Outcome.COMPLETED)
    effect = standing(workflow, journal).effects["tell"]
    assert (effect.result, effect.closing) == ('"told"', Closing.KEPT)


# Urgency


def test_what_can_be_done_now_comes_first_and_a_person_last() -> None:
    """Then what is due, the earliest first, then what waits for a signal."""
    fails: Callable[[str], Failed] = lambda at: Failed(at, 1, FailureKind.BUG, "it raised")  # noqa: E731
    workflow = flow(
        outside("pay", pivot=True),
        parallel(
            "all",
            person=[plain("p")],
            signal=[wait_for(APPROVAL)],
            later=[sleep("l", HOUR)],
            soon=[sleep("s", HOUR)],
            now=[plain("n")],
            unknown=[outside("u")],
        ),
    )
    journal: list[Entry] = [*done("pay"), fails("all|person/p"), Waiting("all|later/l", 1, LATER)]
    journal += [Waiting("all|soon/s", 1, SOON), Intended("all|unknown/u", 1)]

    assert [getattr(c, "step", "") for c in commands(workflow, *journal)] == [
        "all|unknown/u",
        "all|now/n",
        "all|soon/s",
        "all|later/l",
        "all|signal/approval",
        "all|person/p",
    ]


def test_a_node_that_is_none_of_the_known_parks_the_run() -> None:
    """A decision is total: a stranger's node is not done, and not passed over."""

    class Odd(Node[str]):
        @property
        def name(self) -> str:
            return "odd"

        @property
        def shape(self) -> list[Any]:
            return ["odd"]

    assert decide(flow(Odd()), []) == Park("odd", "step 'odd' is a Odd, which is none")
