"""Journals that no run wrote: a decision is total, and does not run in circles."""

import sys
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from aicmo_core.saga import (
    Command,
    Compensate,
    Compensated,
    CompensationFailed,
    Completed,
    End,
    Entry,
    Execute,
    Failed,
    FailureKind,
    Intended,
    LateEffect,
    Outcome,
    Park,
    Parked,
    RepairAction,
    Repaired,
    SettleUnknown,
    Standing,
    Voided,
    Workflow,
    decide,
)

from .simulation import UNHURRIED, Order, Run, runs, workflows

KNOWN = st.sampled_from([f"s{n}" for n in range(3)])
ATTEMPT = st.integers(-1, 4)
MOMENT = st.none() | st.just(datetime(2030, 1, 1, tzinfo=UTC) + timedelta(hours=1))
ERROR = st.sampled_from(["", "it raised"])
LIMIT = 40


def entries(step: st.SearchStrategy[str]) -> st.SearchStrategy[Entry]:
    return st.one_of(
        st.builds(Intended, step, ATTEMPT),
        st.builds(Completed, step, ATTEMPT, st.just("1"), st.none() | st.just("undo")),
        st.builds(
            Failed, step, ATTEMPT, st.sampled_from(FailureKind), ERROR, MOMENT, st.booleans()
        ),
        st.builds(Compensated, step, ATTEMPT),
        st.builds(CompensationFailed, step, ATTEMPT, ERROR, MOMENT),
        st.builds(LateEffect, step, ATTEMPT),
        st.builds(Parked, st.sampled_from(["", "held"])),
        st.builds(Repaired, st.sampled_from(RepairAction), st.just("ana"), ERROR, step),
        st.just(Voided()),
    )


WORKFLOWS = workflows(at_least=3)
JOURNALS = st.lists(entries(KNOWN), max_size=14)
WITH_STRANGERS = st.lists(entries(KNOWN | st.sampled_from(["", "S0", "s0 ", "é"])), max_size=14)


@settings(UNHURRIED, max_examples=400)
@given(WORKFLOWS, WITH_STRANGERS)
def test_any_entries_get_one_answer(workflow: Workflow[Order], journal: list[Entry]) -> None:
    """Nothing is raised, and the same arguments give the same command."""
    command = decide(workflow, journal)

    assert isinstance(command, Execute | SettleUnknown | Compensate | Park | End)
    assert decide(workflow, tuple(journal)) == command


@settings(UNHURRIED)
@given(WORKFLOWS, JOURNALS, st.sampled_from(["s9", "S0", "s0 "]), st.integers(0, 14))
def test_an_entry_of_an_undeclared_step_parks_the_run(
    workflow: Workflow[Order], journal: list[Entry], name: str, place: int
) -> None:
    """Wherever it stands, the run waits for a person, and the step is named."""
    journal.insert(place, Completed(name, 1))

    assert decide(workflow, journal) == Park(
        name, f"the journal names step {name!r}, which is not declared"
    )


@settings(UNHURRIED, max_examples=400)
@given(WORKFLOWS, JOURNALS)
def test_from_any_journal_a_run_without_troubles_stops(
    workflow: Workflow[Order], journal: list[Entry]
) -> None:
    """No journal makes an engine loop for ever."""
    for _ in range(LIMIT):
        command = decide(workflow, journal)
        if isinstance(command, Park | End):
            break
        journal.append(without_trouble(command))

    assert isinstance(command, Park | End)


@settings(UNHURRIED, max_examples=150)
@given(runs(sys.modules[Standing.__module__]), st.data())
def test_nothing_behind_its_end_changes_how_a_run_completed(run: Run, data: st.DataObject) -> None:
    """Completed is final: no failure, repair or late effect behind the end turns the run."""
    if run.end != End(Outcome.COMPLETED):
        return
    step = st.sampled_from([s.name for s in run.workflow.steps])
    late = data.draw(
        st.builds(Failed, step, ATTEMPT, st.sampled_from(FailureKind), ERROR, MOMENT, st.booleans())
        | st.builds(Repaired, st.sampled_from(RepairAction), st.just("ana"), ERROR)
        | st.builds(LateEffect, step, ATTEMPT)
    )

    assert decide(run.workflow, [*run.journal, late]) == End(Outcome.COMPLETED)


def without_trouble(command: Command) -> Entry:
    match command:
        case Execute(step, attempt, _):
            return Completed(step, attempt)
        case SettleUnknown(step, attempt):
            return Failed(step, attempt, FailureKind.UNKNOWN, "cut off", acted=True)
        case Compensate(step, attempt, _):
            return Compensated(step, attempt)
        case _:
            raise AssertionError(command)
