"""Every simulated run keeps the promises, whatever goes wrong in it."""

from hypothesis import given, settings

from aicmo_core import saga
from aicmo_core.saga import (
    Closing,
    Completed,
    End,
    LateEffect,
    Outcome,
    Park,
    Standing,
    Step,
    decide,
    standing,
)

from .simulation import UNHURRIED, Run, resumed, runs

RUNS = runs(saga)


@settings(UNHURRIED, max_examples=600)
@given(RUNS)
def test_any_run_keeps_every_promise(run: Run) -> None:
    """The journal is accepted, each command follows from it, and the run ends or parks."""
    assert run.broken == set(), run.journal


@settings(UNHURRIED, max_examples=60)
@given(RUNS)
def test_another_process_takes_a_run_on_after_any_entry(run: Run) -> None:
    """Each prefix of a journal is one of a run that ends or parks, all promises kept."""
    for length in range(len(run.journal) + 1):
        if length and getattr(run.journal[length - 1], "grouped", False):
            continue  # one commit with what follows: no process sees it alone
        again = resumed(run, length)

        assert again.broken == set(), again.journal
        assert isinstance(again.end, End | Park)


@settings(UNHURRIED, max_examples=100)
@given(RUNS)
def test_reading_entry_by_entry_gives_the_standing_of_the_journal(run: Run) -> None:
    """A coordinator that keeps a standing up to date need not read the journal again."""
    kept = Standing()

    for length, entry in enumerate(run.journal, start=1):
        saga.read(run.workflow, kept, entry)

        assert kept == standing(run.workflow, run.journal[:length])
    assert saga.next_command(run.workflow, kept) == decide(run.workflow, run.journal)


@settings(UNHURRIED, max_examples=200)
@given(RUNS)
def test_the_ledger_of_an_ended_run_balances(run: Run) -> None:
    """Every effect has one closing: all are kept, or each is compensated or waived."""
    effects = standing(run.workflow, run.journal).effects
    closings = {e.closing for e in effects.values()}

    match run.end:
        case End(Outcome.COMPLETED):
            assert closings <= {Closing.KEPT}
        case End():
            assert closings <= {Closing.COMPENSATED, Closing.WAIVED}
    steps = {p for p, s in run.accepted.plan.spots.items() if isinstance(s.node, Step)}
    happened = {
        e.step
        for e in run.journal
        if isinstance(e, LateEffect) or (isinstance(e, Completed) and not e.grouped)
    }
    assert happened & steps <= effects.keys()
