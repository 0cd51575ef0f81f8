"""`kill -9` before and after every commit of a run, and while it acts outside."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from scenarios.ferry import Horn
from scenarios.ferry_stores import Report, Rounds, on
from scenarios.ferry_verdict import judge
from scenarios.processes import Process, processes

pytestmark = pytest.mark.skipif(os.name == "nt", reason="this system does not kill by signal")

OPENED: dict[str, Any] = {"do": "open"}


def points(nursery: Process, name: str, run: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Kill a child at each point of a run; yield the point and the key, for somebody to recover."""
    for when in ("before", "after", "sounding"):
        number = 0
        while True:
            number += 1
            key = f"{name}-{when}-{number}"
            halt = [when, number, "SIGKILL"]
            _, killed = nursery.in_child(OPENED, {**run, "name": key, "halt": halt})
            yield (when if killed == signal.SIGKILL else "survived"), key
            if not killed or when == "sounding":
                break


@on(sqlite=1, postgres=1, mariadb=1)
def test_killed_before_and_after_each_commit(rounds: Rounds, horn: Horn, report: Report) -> None:
    """Another process ends the run; if nothing was written, a second call does."""
    oracle, number = rounds
    names: list[str] = []
    killed: Counter[str] = Counter()

    with (
        processes(oracle.url, horn.log, 1) as (nursery,),
        processes(oracle.url, horn.log, 1) as (later,),
    ):
        nursery.ask("close")
        for turn in range(number):
            for refused in (False, True):
                run = {"do": "run", "workflow": "passage", "refused": refused}
                for when, key in points(nursery, f"p{turn}-{refused}", run):
                    names.append(key)
                    killed[when] += 1
                    assert later.ask("recover")["left"] == []
                    answer = later.ask("run", workflow="passage", name=key, refused=refused)
                    assert answer["state"] == ("compensated" if refused else "completed")

    verdict = judge(oracle, horn, names)
    assert verdict.wrong == []
    assert killed["before"] == killed["after"] == number * (5 + 7)  # with the executor's own
    assert (killed["sounding"], killed["survived"]) == (2 * number, 4 * number)
    report(f"killed {dict(killed)}: 0 lost, 0 doubled")
