"""Journals that no run wrote: a decision is total, and does not run in circles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import get_args

from hypothesis import find, given, settings
from hypothesis import strategies as st

from aicmo_core import saga
from aicmo_core.saga import (
    BeginWait,
    Cancelled,
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
    Outcome,
    Park,
    Parked,
    Receive,
    RepairAction,
    Repaired,
    SettleUnknown,
    Signalled,
    Standing,
    Step,
    Voided,
    Wait,
    Waiting,
    Workflow,
    decide,
    next_commands,
    standing,
)

from .definitions import GO, STOP, Order, plain_workflows, workflows
from .plan import Plan
from .simulation import UNHURRIED, Run, runs

ATTEMPT = st.integers(-1, 4)
MOMENT = st.none() | st.just(datetime(2030, 1, 1, tzinfo=UTC) + timedelta(hours=1))
ERROR = st.sampled_from(["", "it raised"])
STRANGERS = ["", "S0", "s0 ", "é", "s0#2", "p|", "//", "#1"]
LIMIT = 150
"""More than all paths of a drawn definition, each done and taken back."""


def entries(step: st.SearchStrategy[str]) -> st.SearchStrategy[Entry]:
    signal = st.sampled_from([GO.name, STOP.name, "other"])
    said = st.sampled_from(["", "yes", "otherwise", "true", "false", "no such thing"])
    return st.one_of(
        st.builds(Intended, step, ATTEMPT),
        st.builds(Completed, step, ATTEMPT, st.just("1"), st.none() | st.just("undo")),
        st.builds(Completed, step, ATTEMPT, grouped=st.just(True)),
        st.builds(
            Failed, step, ATTEMPT, st.sampled_from(FailureKind), ERROR, MOMENT, st.booleans()
        ),
        st.builds(Compensated, step, ATTEMPT),
        st.builds(CompensationFailed, step, ATTEMPT, ERROR, MOMENT),
        st.builds(LateEffect, step, ATTEMPT, st.none() | st.just("1")),
        st.builds(Parked, st.sampled_from(["", "held"])),
        st.builds(Repaired, st.sampled_from(RepairAction), st.just("ana"), ERROR, step),
        st.builds(Decided, step, ATTEMPT, said),
        st.builds(Waiting, step | st.just(""), ATTEMPT, MOMENT),
        st.builds(Expired, step | st.just(""), ATTEMPT),
        st.builds(Signalled, signal, st.just("1"), st.just("ana"), st.sampled_from(["", "k"])),
        st.builds(Locked, step | st.just(""), ATTEMPT, st.just("lock")),
        st.builds(Cancelled, st.just("ana"), ERROR),
        st.just(Voided()),
    )


@st.composite
def journals(draw: st.DrawFn, strangers: Sequence[str] = ()) -> tuple[Workflow[Order], list[Entry]]:
    """A definition, and any entries at its paths."""
    workflow = draw(workflows() | plain_workflows(at_least=3))
    paths = [*Plan.of(workflow).spots, *strangers]
    return workflow, draw(st.lists(entries(st.sampled_from(paths)), max_size=14))


def test_every_entry_is_among_those_drawn() -> None:
    """An entry that is new is drawn here too, or this says so."""
    drawn = entries(st.just("s0"))

    missing = [kind for kind in get_args(Entry) if not can_draw(drawn, kind)]

    assert missing == []


def can_draw(drawn: st.SearchStrategy[Entry], kind: type[Entry]) -> bool:
    return isinstance(find(drawn, lambda entry: isinstance(entry, kind)), kind)


@settings(UNHURRIED, max_examples=150)
@given(journals(STRANGERS))
def test_any_entries_get_an_answer(given: tuple[Workflow[Order], list[Entry]]) -> None:
    """Nothing is raised, there is always a command, and the first is the decision."""
    workflow, journal = given

    commands = next_commands(workflow, standing(workflow, journal))

    assert commands
    assert all(isinstance(c, get_args(Command)) for c in commands)
    assert decide(workflow, tuple(journal)) == commands[0]


@settings(UNHURRIED, max_examples=150)
@given(journals(STRANGERS))
def test_a_decision_changes_nothing(given: tuple[Workflow[Order], list[Entry]]) -> None:
    """It is pure: asked again, of the same standing or of the journal, it says the same."""
    workflow, journal = given
    now, before = standing(workflow, journal), list(journal)

    first = next_commands(workflow, now)

    assert next_commands(workflow, now) == first
    assert now == standing(workflow, journal)
    assert journal == before


@settings(UNHURRIED, max_examples=150)
@given(journals(STRANGERS))
def test_any_journal_can_be_read_entry_by_entry(
    given: tuple[Workflow[Order], list[Entry]],
) -> None:
    """What was read before an entry is all that it needs."""
    workflow, journal = given
    now = Standing()

    for length, entry in enumerate(journal, start=1):
        saga.read(workflow, now, entry)

        assert now == standing(workflow, journal[:length])


@settings(UNHURRIED, max_examples=150)
@given(journals(), st.sampled_from(["s99", "S0", "s0 ", ""]), st.integers(0, 14))
def test_an_entry_of_an_undeclared_step_parks_the_run(
    given: tuple[Workflow[Order], list[Entry]], name: str, place: int
) -> None:
    """Wherever it stands, the run waits for a person, and the step is named."""
    workflow, journal = given
    journal.insert(place, Completed(name, 1))

    assert decide(workflow, journal) == Park(
        name, f"the journal names step {name!r}, which is not declared"
    )


@settings(UNHURRIED, max_examples=150)
@given(journals())
def test_from_any_journal_a_run_without_troubles_stops(
    given: tuple[Workflow[Order], list[Entry]],
) -> None:
    """No journal makes an engine loop for ever."""
    workflow, journal = given

    for _ in range(LIMIT):
        command = decide(workflow, journal)
        if isinstance(command, Park | End):
            break
        journal.append(without_trouble(workflow, command))

    assert isinstance(command, Park | End)


@settings(UNHURRIED, max_examples=150)
@given(runs(saga), st.data())
def test_nothing_behind_its_end_changes_how_a_run_ended(run: Run, data: st.DataObject) -> None:
    """Terminal is final: only a late effect is taken back, and then it ends the same way."""
    if not isinstance(run.end, End):
        return
    steps = [p for p, s in run.accepted.plan.spots.items() if isinstance(s.node, Step)]
    behind: list[Entry] = data.draw(
        st.lists(
            st.builds(Repaired, st.sampled_from(RepairAction), st.just("ana"), ERROR)
            | st.builds(Cancelled, st.just("ana"), ERROR)
            | st.builds(Expired, st.just(""), ATTEMPT)
            | st.builds(Signalled, st.just(GO.name), st.just("1"), st.just("ana"))
            | st.builds(LateEffect, st.sampled_from(steps or ["s0"]), ATTEMPT),
            min_size=1,
            max_size=4,
        )
    )
    if not steps:
        behind = [entry for entry in behind if not isinstance(entry, LateEffect)]
    journal = [*run.journal, *behind]

    while isinstance(command := decide(run.workflow, journal), Compensate):
        assert run.end != End(Outcome.COMPLETED)
        journal.append(Compensated(command.step, command.attempt))

    assert command == run.end


@settings(UNHURRIED, max_examples=150)
@given(runs(saga), st.data())
def test_a_failure_behind_its_end_turns_no_completed_run(run: Run, data: st.DataObject) -> None:
    """Completed is final: what failed late has no say."""
    if run.end != End(Outcome.COMPLETED):
        return
    step = st.sampled_from([*run.accepted.plan.spots])
    late = data.draw(
        st.builds(Failed, step, ATTEMPT, st.sampled_from(FailureKind), ERROR, MOMENT, st.booleans())
    )

    assert decide(run.workflow, [*run.journal, late]) == End(Outcome.COMPLETED)


def without_trouble(workflow: Workflow[Order], command: Command) -> Entry:
    match command:
        case Execute(step, attempt):
            return Completed(step, attempt)
        case SettleUnknown(step, attempt):
            return Failed(step, attempt, FailureKind.UNKNOWN, "cut off", acted=True)
        case Compensate(step, attempt):
            return Compensated(step, attempt)
        case Evaluate(step, attempt):
            return Decided(step, attempt, "true" if "#" in step.rpartition("/")[2] else "yes")
        case Lock(step, attempt):
            return Locked(step, attempt, "lock")
        case BeginWait(step, attempt):
            return Waiting(step, attempt, datetime(2030, 1, 1, tzinfo=UTC))
        case Wait(step, attempt, None):
            return Expired(step, attempt)
        case Wait(_, _, str(signal)):
            return Signalled(signal, "1", "ana")
        case Receive(step, attempt, payload):
            return Completed(step, attempt, payload)
        case _:
            raise AssertionError(command)
