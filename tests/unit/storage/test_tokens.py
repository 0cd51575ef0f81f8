"""No token is drawn twice: not by two threads, and not by a process and its fork."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from aicmo_core.storage import new_token


def test_threads_draw_different_tokens() -> None:
    """All that eight threads draw at once are different, and short enough for every store."""
    with ThreadPoolExecutor(8) as pool:
        parts = list(pool.map(lambda _: [new_token() for _ in range(2000)], range(8)))

    drawn = [token for part in parts for token in part]
    assert len(set(drawn)) == len(drawn)
    assert all(re.fullmatch("[0-9a-f]{25,64}", token) for token in drawn)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_fork_draws_other_tokens_than_its_parent() -> None:
    """Of the tokens that both draw from there on, none is the other's."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, " ".join(new_token() for _ in range(50)).encode())
        os._exit(0)
    os.close(writing)
    mine = {new_token() for _ in range(50)}
    with os.fdopen(reading) as pipe:
        theirs = set(pipe.read().split())
    os.waitpid(child, 0)

    assert len(theirs) == 50
    assert not mine & theirs
