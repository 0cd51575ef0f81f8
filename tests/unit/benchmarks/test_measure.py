"""How variants are measured: interleaved, from an empty store, with their rows counted."""

import threading

import pytest
from benchmarks.measure import Took, Variant, interleave, measure, repeat


class Noting(Variant):
    """Notes what is asked of it, and says that `one` takes a millisecond."""

    def __init__(self, name: str, notes: list[str], rows: int) -> None:
        self._name = name
        self._notes = notes
        self._rows = rows

    def open(self) -> None:
        self._runs = 0
        self._notes.append(f"open {self._name}")

    def one(self) -> None:
        self._runs += 1

    def counts(self) -> int:
        return self._runs * self._rows

    def close(self) -> None:
        self._notes.append(f"close {self._name}")

    def repeat(self, times: int) -> Took:
        for _ in range(times):
            self.one()
        return Took(times, wall=times * 1e-3, cpu=times * 2e-6, p99=4e-3)


def test_rounds_are_interleaved_and_begin_with_an_empty_store() -> None:
    """A B, A B, after a round that finds how many runs fill the time."""
    notes: list[str] = []
    variants = {"a": Noting("a", notes, 3), "b": Noting("b", notes, 3)}

    measure(variants, rows=3, rounds=2, seconds=0.5)

    each = ["open a", "close a", "open b", "close b"]
    assert notes == each * 3


def test_figures_are_rates_latencies_and_cpu() -> None:
    """Runs per second, what 99 of 100 runs stayed within, microseconds of CPU a run."""
    found = measure({"a": Noting("a", [], 3)}, rows=3, rounds=2, seconds=0.5)

    (figures,) = found.values()
    assert figures["runs/s"] == pytest.approx((1000, 1000))
    assert figures["p99 ms"] == pytest.approx((4, 4))
    assert figures["CPU µs/run"] == pytest.approx((2, 2))


def test_runs_that_are_done_at_once_count_each() -> None:
    """What writes 50 runs in one call is 50 times as fast, and stores 50 times as much."""
    variant = Noting("bulk", [], 50 * 3)
    variant.each = 50

    found = measure({"bulk": variant}, rows=3, rounds=1, seconds=0.5)

    assert found["bulk"]["runs/s"] == pytest.approx((50_000,))
    assert found["bulk"]["CPU µs/run"] == pytest.approx((2 / 50,))


def test_variant_that_stores_too_little_is_not_measured() -> None:
    """Who stores less is faster, and is caught."""
    variants = {"thorough": Noting("thorough", [], 30), "lazy": Noting("lazy", [], 29)}

    with pytest.raises(AssertionError, match="lazy stored"):
        measure(variants, rows=30, rounds=1, seconds=0.5)


@pytest.mark.parametrize("threads", [1, 4])
def test_work_is_done_as_often_as_asked(threads: int) -> None:
    """Each thread does its share."""
    done: list[int] = []

    took = repeat(lambda: done.append(threading.get_ident()), 40, threads)

    assert took.times == len(done) == 40
    assert {done.count(one) for one in set(done)} == {40 // threads}


@pytest.mark.parametrize("threads", [1, 2])
def test_failure_of_the_work_is_raised(threads: int) -> None:
    """A variant that fails has no rate."""

    def fail() -> None:
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        repeat(fail, 4, threads)


def test_other_ways_are_interleaved_too() -> None:
    """What is not a number of runs is taken once a round as well."""
    taken: list[str] = []

    def way(name: str, value: float) -> dict[str, float]:
        taken.append(name)
        return {"ms": value}

    found = interleave({"a": lambda: way("a", 1.0), "b": lambda: way("b", 2.0)}, rounds=2)

    assert taken == ["a", "b", "a", "b"]
    assert found == {"a": {"ms": (1.0, 1.0)}, "b": {"ms": (2.0, 2.0)}}
