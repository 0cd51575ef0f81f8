"""The simulator finds what is planted, and says how to see it again."""

from __future__ import annotations

import pytest

from aicmo_core import App
from aicmo_core.testing import Process, PromiseBroken, simulate, simulate_seeds
from aicmo_core.testing.seeds import SEED, Attempt, shrink
from aicmo_core.testing.simulated_lives import Lives
from scenarios.errands import Errand, World, errand
from scenarios.ferry_stores import Report
from scenarios.simulated_defects import DEFECTS, Defect, cut_off_means_not_done, no_intent
from scenarios.simulated_worlds import run_errand
from scenarios.test_simulated import MANY

BUDGET = 200 * MANY
"""As many seeds as errands are tried with."""

OWN_FAULT = ("raised TypeError", "raised AttributeError", "raised NameError", "raised ValueError")
"""What a patch raises that does not fit the runtime any more: that would find nothing."""

PLANTED = [defect for defect in DEFECTS if MANY > 1 or not defect.rare]


def first_found(attempt: Attempt, faults: int = 0) -> PromiseBroken:
    """Return what the first seed breaks that breaks anything, by so many faults at least."""
    for seed in range(BUDGET):
        try:
            attempt(seed)
        except PromiseBroken as broken:
            if len(broken.faults) >= faults:
                return broken
    raise AssertionError(f"not found by {BUDGET} seeds")


@pytest.mark.parametrize("defect", PLANTED, ids=lambda defect: defect.name)
def test_a_defect_is_found(defect: Defect, monkeypatch: pytest.MonkeyPatch, report: Report) -> None:
    """By some seed of the normal run, as a promise that is broken."""
    defect.plant(monkeypatch)

    broken = first_found(defect.attempt)

    report(f"seed {broken.seed}: {broken.broken[0][:90]}")
    assert not any(own in why for why in broken.broken for own in OWN_FAULT)


def test_a_failure_says_how_to_see_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The seed, what was met, who did what; and the same call fails in the same way."""
    cut_off_means_not_done(monkeypatch)

    broken = first_found(run_errand)

    text = str(broken)
    assert f"simulate(..., seed={broken.seed}), or AICMO_SIMULATE={broken.seed} pytest" in text
    assert all(what in text for _, what in broken.faults.values())
    assert str(broken.schedule[-1]) in text
    assert str(broken.schedule[0]) not in text
    with pytest.raises(PromiseBroken) as again:
        run_errand(broken.seed)
    assert (again.value.broken, again.value.schedule) == (broken.broken, broken.schedule)


def test_faults_that_do_not_matter_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of those that are left, none can be done without."""
    cut_off_means_not_done(monkeypatch)
    found = first_found(run_errand, faults=4)

    shrunk = shrink(run_errand, found)

    assert 0 < len(shrunk.faults) < len(found.faults)
    assert f"seed={found.seed}, without={sorted(shrunk.without)}" in str(shrunk)
    for number in shrunk.faults:
        run_errand(found.seed, shrunk.without | {number})


def test_one_seed_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """It alone is tried; and what is no number is refused."""
    monkeypatch.setenv(SEED, "17")
    assert simulate_seeds(run_errand, range(100)).seeds == 1

    monkeypatch.setenv(SEED, "the first")
    with pytest.raises(ValueError, match="AICMO_SIMULATE is 'the first'"):
        simulate_seeds(run_errand, range(100))


def test_nothing_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """A simulation without progress shows nothing, and is not green."""
    monkeypatch.setattr(Lives, "_ask", lambda *_: None)

    with pytest.raises(PromiseBroken, match="do not come to an end"):
        run_errand(0)


def test_an_application_with_a_time_of_its_own() -> None:
    """It would sleep for real, and is refused with the call that mends it."""

    world = World()

    def open_it(process: Process) -> App:
        return world.open(process.backend)

    with pytest.raises(ValueError, match=r"waiter=process\.waiter"):
        simulate(open_it, errand, Errand("anna"), seed=0)


def test_an_oracle_has_its_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a fault, what it says is wrong is what is broken."""
    world_says = "the hotel is on fire"
    monkeypatch.setattr(
        "scenarios.simulated_worlds.errand_complaints", lambda world, run: [world_says]
    )

    with pytest.raises(PromiseBroken) as caught:
        run_errand(0)

    assert caught.value.broken == (world_says,)


def test_an_intent_that_is_missing_is_seen_by_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Evidence that the rules of journals judge, and not the oracle alone."""
    no_intent(monkeypatch)
    monkeypatch.setattr("scenarios.simulated_worlds.errand_complaints", lambda world, run: [])

    broken = first_found(run_errand)

    assert any("S1" in why or "S5" in why for why in broken.broken)
