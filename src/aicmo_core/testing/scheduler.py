"""
A scheduler that interleaves threads, one at a time, as a seed says.

Each task is a thread, but only the one that was chosen runs. It hands over at points that
it calls itself, and what is drawn there says who goes on. So a schedule depends on the
seed alone, and can be had again. Time is virtual: it passes by a little at each point, and
leaps to the next that wakes when everybody sleeps.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from random import Random

from attrs import define, field, frozen

TICK = timedelta(milliseconds=1)
"""How much time passes at each point."""


class Halted(BaseException):
    """The simulation is over before this task is. Not an `Exception`, so that nobody handles it."""


@frozen
class Moment:
    """
    One point of a schedule.

    Attributes:
        at: The virtual time.
        who: The task.
        what: What it was about to do, had done, or met.
    """

    at: timedelta
    who: str
    what: str

    def __str__(self) -> str:
        return f"{self.at.total_seconds():9.3f}  {self.who:<10}{self.what}"


@define(eq=False)
class _Task:
    name: str
    wakes_at: timedelta
    gate: threading.Semaphore = field(factory=lambda: threading.Semaphore(0))
    thread: threading.Thread | None = None


class Scheduler:
    """
    Interleaves tasks.

    Args:
        random: Draws who goes on. Nobody else may draw from it.
        switching: How likely a task is to hand over at a point, from 0 to 1.
        limit: How many points there may be. At the last everything is halted.

    Attributes:
        elapsed: The virtual time.
        schedule: Every point so far.
        raised: What ended tasks, by their names.
    """

    def __init__(self, random: Random, *, switching: float, limit: int) -> None:
        self.elapsed = timedelta(0)
        self.schedule: list[Moment] = []
        self.raised: list[tuple[str, BaseException]] = []
        self._random = random
        self._switching = switching
        self._limit = limit
        self._tasks: list[_Task] = []
        self._current: _Task | None = None
        self._halted = False
        self._over = threading.Semaphore(0)

    @property
    def halted(self) -> bool:
        """Whether tasks were ended before they were done."""
        return self._halted

    @property
    def exhausted(self) -> bool:
        """Whether that was because there were too many points."""
        return len(self.schedule) >= self._limit

    def spawn(self, name: str, function: Callable[[], None]) -> None:
        """Add a task, which is ready to go on."""
        task = _Task(name, self.elapsed)
        task.thread = threading.Thread(
            target=self._body, args=(task, function), name=f"simulated-{name}", daemon=True
        )
        self._tasks.append(task)
        task.thread.start()

    def run(self) -> None:
        """Let every task, and those that they add, go on to its end."""
        if not self._tasks:
            return
        threads = [task.thread for task in self._tasks]
        self._pass_on()
        self._over.acquire()
        for thread in threads:
            if thread is not None:
                thread.join()

    def note(self, what: str) -> None:
        """Write down what the running task met. Nobody else goes on here."""
        if self._current is not None:
            self.schedule.append(Moment(self.elapsed, self._current.name, what))

    def point(self, what: str) -> None:
        """
        Write down what the running task is about to do, and perhaps let another go on first.

        Nothing, outside of a task.

        Raises:
            Halted: The simulation is over.
        """
        task = self._current
        if task is None:
            return
        self._check()
        self.schedule.append(Moment(self.elapsed, task.name, what))
        self.elapsed += TICK
        if self.exhausted:
            self.halt()
        if self._random.random() < self._switching:
            self._hand_over(task)

    def sleep(self, duration: timedelta) -> None:
        """
        Let others go on until *duration* has passed.

        Raises:
            Halted: The simulation is over.
        """
        task = self._current
        if task is None:
            self.elapsed += duration
            return
        self._check()
        task.wakes_at = self.elapsed + duration
        self._hand_over(task)

    def halt(self) -> None:
        """End every task at its next point, the running one here."""
        self._halted = True
        raise Halted

    def _check(self) -> None:
        if self._halted:
            raise Halted

    def _hand_over(self, task: _Task) -> None:
        chosen = self._draw()
        if chosen is not task:
            self._current = chosen
            chosen.gate.release()
            task.gate.acquire()
        self._check()

    def _draw(self) -> _Task:
        """Return who goes on; when everybody sleeps, that is who wakes first, at that time."""
        self.elapsed = max(self.elapsed, min(task.wakes_at for task in self._tasks))
        return self._random.choice([t for t in self._tasks if t.wakes_at <= self.elapsed])

    def _body(self, task: _Task, function: Callable[[], None]) -> None:
        task.gate.acquire()
        try:
            if not self._halted:
                function()
        except Halted:
            pass
        except BaseException as error:  # noqa: BLE001 - kept: whoever runs the tasks judges it
            self.raised.append((task.name, error))
        finally:
            self._tasks.remove(task)
            self._pass_on()

    def _pass_on(self) -> None:
        """Let somebody go on in the place of a task that is done."""
        if not self._tasks:
            self._current = None
            self._over.release()
            return
        self._current = self._draw()
        self._current.gate.release()
