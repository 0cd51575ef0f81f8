"""Workers of two processes share the started runs of one database: each effect is there once."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from scenarios.ferry import Horn, Passenger, open_ferry, passage
from scenarios.ferry_stores import Report, Rounds, on
from scenarios.ferry_verdict import judge
from scenarios.processes import processes

pytestmark = pytest.mark.skipif(os.name == "nt", reason="this system does not stop by signal")


@on(sqlite=500, postgres=500)
def test_two_processes_with_a_worker_each(rounds: Rounds, horn: Horn, report: Report) -> None:
    """Every run is advanced to its end, by one of them, and sounds its horn once."""
    oracle, number = rounds
    names = [f"p{i}" for i in range(number)]
    with open_ferry(oracle.backend(), horn) as app:
        for i, name in enumerate(names):
            app.start(passage, Passenger(name, refused=i % 10 == 0), key=name)

    with processes(oracle.url, horn.log, 2) as both:
        advanced: Counter[str] = Counter()
        for one in both:
            one.tell("work")
        for place, one in zip(("one", "other"), both, strict=True):
            answer = one.answer()
            assert answer["failed"] == 0
            advanced[place] = answer["advanced"]

    verdict = judge(oracle, horn, names)
    assert verdict.wrong == []
    assert verdict.count("completed") == number - number // 10
    assert min(advanced.values()) > 0
    assert advanced.total() == number
    assert Counter(key for verb, key in horn.asked() if verb == "sound").total() == number
    report(f"{number} runs: advanced by {dict(advanced)}, 0 doubled")
