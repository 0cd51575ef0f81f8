"""Threads in line: nobody is passed over, done twice, or left waiting for somebody who is gone."""

from __future__ import annotations

import inspect
import random
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Any

import pytest

from aicmo_core.backends.sql import turns as module
from aicmo_core.backends.sql.turns import Turns, _Turn
from unit.backends.sql.lining_up import PATIENCE, holding, line_up_in


class Sum:
    """Work that counts how often it was done."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.times = 0
        self.settled = False

    def finish(self) -> None:
        self.times += 1
        self.settled = True


def finish_all(works: Sequence[Sum]) -> None:
    for work in works:
        work.finish()


def test_thread_that_is_alone_does_its_own_work() -> None:
    """At once, and nothing else."""
    turns: Turns[Sum] = Turns()
    rounds: list[list[Sum]] = []
    works = [Sum(), Sum()]

    def do(given: Sequence[Sum]) -> None:
        rounds.append(list(given))
        finish_all(given)

    for work in works:
        assert turns.take(work, do, 0)

    assert rounds == [[work] for work in works]


def test_all_who_wait_are_done_in_one_round_in_the_order_of_coming() -> None:
    """By the first of them, who then has done enough."""
    turns: Turns[Sum] = Turns()
    rounds: list[list[str]] = []
    works = [Sum(f"{n}") for n in range(6)]

    def do(given: Sequence[Sum]) -> None:
        rounds.append([work.name for work in given])
        finish_all(given)

    with holding(turns) as line_up:
        answers = [line_up(lambda work=work: turns.take(work, do, PATIENCE)) for work in works]  # type: ignore[misc]

    assert [answer.result() for answer in answers] == [True] * 6
    assert rounds == [["0", "1", "2", "3", "4", "5"]]


def test_who_was_served_together_is_waited_for() -> None:
    """The first to be here again does what the others want as well, once they have come."""
    rounds: list[list[str]] = []
    returning: list[Sum] = []

    def let_them_return() -> None:
        work = returning.pop(0)
        answers.append(line_up(lambda: turns.take(work, do, PATIENCE)))

    turns: Turns[Sum] = Turns(let_others_run=let_them_return)

    def do(given: Sequence[Sum]) -> None:
        rounds.append([work.name for work in given])
        finish_all(given)

    with holding(turns) as line_up:
        answers = [line_up(lambda n=n: turns.take(Sum(n), do, PATIENCE)) for n in "abc"]  # type: ignore[misc]
    with ThreadPoolExecutor() as pool:
        line_up = line_up_in(turns, pool)
        returning += [Sum("b"), Sum("c")]
        assert turns.take(Sum("a"), do, PATIENCE)

    assert [answer.result(PATIENCE) for answer in answers] == [True] * 5
    assert rounds == [["a", "b", "c"], ["a", "b", "c"]]


def test_nobody_is_waited_for_who_does_not_come() -> None:
    """Others are let run once, in vain; the next round expects nobody."""
    waited: list[int] = []
    turns: Turns[Sum] = Turns(let_others_run=lambda: waited.append(1))

    with holding(turns) as line_up:
        answers = [line_up(lambda: turns.take(Sum(), finish_all, PATIENCE)) for _ in range(3)]
    assert [answer.result(PATIENCE) for answer in answers] == [True] * 3
    for _ in range(3):
        assert turns.take(Sum(), finish_all, PATIENCE)

    assert len(waited) == 1


@pytest.mark.parametrize("done", range(4))
def test_work_of_who_was_interrupted_is_done_by_the_next(done: int) -> None:
    """What had been done stands; the interruption concerns one thread."""
    turns: Turns[Sum] = Turns()
    works = [Sum(f"{n}") for n in range(3)]

    def interrupted(given: Sequence[Sum]) -> None:
        finish_all(given[:done])
        raise KeyboardInterrupt

    with holding(turns) as line_up:
        doing = [interrupted, finish_all, finish_all]
        answers = [
            line_up(lambda w=w, do=do: turns.take(w, do, PATIENCE))  # type: ignore[misc]
            for w, do in zip(works, doing, strict=True)
        ]

    with pytest.raises(KeyboardInterrupt):
        answers[0].result()
    assert [answer.result() for answer in answers[1:]] == [True, True]
    assert [work.times for work in works] == [min(done, 1), 1, 1]


def test_who_waited_in_vain_leaves_no_work_behind() -> None:
    """Who is told that nobody came to it can rely on that."""
    turns: Turns[Sum] = Turns()
    tired, patient = Sum(), Sum()

    with holding(turns) as line_up:
        first = line_up(lambda: turns.take(tired, finish_all, 0))
        assert first.result(PATIENCE) is False
        second = line_up(lambda: turns.take(patient, finish_all, PATIENCE))

    assert second.result() is True
    assert (tired.times, patient.times) == (0, 1)


def test_who_gives_up_is_out_of_the_line_at_once() -> None:
    """Or somebody could take the work between the giving up and the leaving."""
    turns: Turns[Sum] = Turns()
    leader, follower = _Turn(Sum()), _Turn(Sum())
    assert turns._begins(leader)
    assert not turns._begins(follower)

    assert not turns._comes_up(follower, 0)

    assert turns._take_line() == []


def test_work_that_was_begun_is_waited_for() -> None:
    """However long that takes: somebody may be in the middle of it."""
    turns: Turns[Sum] = Turns()
    leader, follower = _Turn(Sum()), _Turn(Sum())
    assert turns._begins(leader)
    assert not turns._begins(follower)
    assert turns._take_line() == [follower.work]

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(turns._comes_up, follower, 0)
        follower.work.finish()
        turns._leave(leader)

        assert answer.result(PATIENCE) is True


def _lines() -> list[int]:
    """Return the lines in which a thread takes its turn, but for those in which it leaves."""
    found: list[int] = []
    for method in (Turns.take, Turns._begins, Turns._comes_up, Turns._take_line):
        source, first = inspect.getsourcelines(method)
        found += [first + n for n, text in enumerate(source) if "_leave" not in text]
    return found


@pytest.mark.parametrize("line", _lines())
def test_thread_interrupted_in_any_line_strands_nobody(line: int) -> None:
    """Alone, first of those in line, or last: the others are done, once each."""
    for place in range(3):
        turns: Turns[Sum] = Turns()
        works = [Sum(f"{n}") for n in range(3)]

        def interrupt(frame: FrameType, event: str, argument: object, place: int = place) -> Any:
            if frame.f_code.co_filename != module.__file__:
                return None
            if event == "line" and frame.f_lineno == line:
                raise KeyboardInterrupt
            return interrupt

        def take(n: int, place: int = place, works: list[Sum] = works, turns: Any = turns) -> bool:
            if n != place:
                return bool(turns.take(works[n], finish_all, PATIENCE))
            sys.settrace(interrupt)
            try:
                return bool(turns.take(works[n], finish_all, PATIENCE))
            except KeyboardInterrupt:
                return False
            finally:
                sys.settrace(None)

        take(place)
        works[place] = Sum("again")
        with holding(turns) as line_up:
            answers = [line_up(lambda n=n: take(n)) for n in range(3) if n != place]  # type: ignore[misc]

        assert [answer.result(PATIENCE) for answer in answers] == [True, True]
        assert all(work.times == 1 for n, work in enumerate(works) if n != place)
        assert turns.take(Sum(), finish_all, 0)


@pytest.mark.parametrize("seed", range(20))
def test_crowd_with_interruptions_is_done_once_each(seed: int) -> None:
    """Whose thread was not interrupted is done once; whose was, at most once."""
    turns: Turns[Sum] = Turns()
    start = threading.Barrier(8)

    def live(n: int) -> list[tuple[bool, Sum]]:
        chance = random.Random(seed * 100 + n)
        lived: list[tuple[bool, Sum]] = []

        def do(given: Sequence[Sum]) -> None:
            finish_all(given[: chance.randint(0, len(given))])
            if chance.random() < 0.3:
                raise KeyboardInterrupt
            finish_all([work for work in given if not work.settled])

        start.wait(PATIENCE)
        for _ in range(40):
            work = Sum()
            try:
                lived.append((turns.take(work, do, PATIENCE), work))
            except KeyboardInterrupt:
                lived.append((False, work))
        return lived

    with ThreadPoolExecutor(8) as pool:
        everybody = [one for lived in pool.map(live, range(8)) for one in lived]

    assert len(everybody) == 320
    assert {work.times for answered, work in everybody if answered} == {1}
    assert {work.times for answered, work in everybody if not answered} <= {0, 1}
