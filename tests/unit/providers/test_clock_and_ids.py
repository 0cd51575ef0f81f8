"""Time is aware, ids rise and never repeat, keyed ids come back."""

import os
import threading
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from aicmo_core.providers.clock import SystemClock
from aicmo_core.providers.ids import KeyedIds, Uuid7Ids
from aicmo_core.testing.fixtures import FixedClock, SequentialIds, SteppingClock


def test_system_clock_is_aware_and_utc() -> None:
    """What is written down can be compared across hosts."""
    before = datetime.now(UTC)

    now = SystemClock().now()

    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == timedelta(0)


def test_new_id_is_canonical_uuid7_text_of_this_moment() -> None:
    """Version and variant are RFC 9562's, and the first 48 bits are the time in ms."""
    before = time.time_ns() // 1_000_000

    text = Uuid7Ids().new()

    parsed = UUID(text)
    assert str(parsed) == text
    assert parsed.version == 7
    assert parsed.variant == "specified in RFC 4122"
    assert before <= parsed.int >> 80 <= time.time_ns() // 1_000_000


def test_many_ids_within_one_millisecond_rise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids drawn in the same millisecond are different and in order."""
    monkeypatch.setattr(time, "time_ns", lambda: 1_700_000_000_000_000_000)
    ids = Uuid7Ids()

    drawn = [ids.new() for _ in range(5_000)]

    assert drawn == sorted(set(drawn))
    assert {UUID(text).int >> 80 for text in drawn} == {1_700_000_000_000}


def test_ids_rise_while_the_clock_jumps_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that is set back an hour does not make later ids sort earlier."""
    moments = iter([2_000_000_000_000, 1_996_400_000_000, 1_996_400_001_000, 2_000_000_000_001])
    monkeypatch.setattr(time, "time_ns", lambda: next(moments) * 1_000_000)
    ids = Uuid7Ids()

    drawn = [ids.new() for _ in range(4)]

    assert drawn == sorted(set(drawn))


def test_a_millisecond_that_is_used_up_borrows_from_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When the counter is full, ids go on rising and stay well-formed."""
    monkeypatch.setattr(time, "time_ns", lambda: 1_700_000_000_000_000_000)
    ids = Uuid7Ids()
    first = ids.new()
    ids._tail = (1 << 74) - 1

    following = ids.new()

    assert following > first
    assert UUID(following).version == 7
    assert UUID(following).int >> 80 == 1_700_000_000_001


def test_threads_that_draw_at_once_never_share_an_id() -> None:
    """One source serves all threads, and each sees its own ids rise."""
    ids = Uuid7Ids()
    drawn: list[list[str]] = [[] for _ in range(8)]
    start = threading.Barrier(8)

    def draw(mine: list[str]) -> None:
        start.wait()
        mine.extend(ids.new() for _ in range(2_000))

    threads = [threading.Thread(target=draw, args=(mine,)) for mine in drawn]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({text for mine in drawn for text in mine}) == 16_000
    assert all(mine == sorted(mine) for mine in drawn)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_forked_child_draws_ids_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child shares no random bits with its parent, nor a lock that somebody held."""
    monkeypatch.setattr(time, "time_ns", lambda: 1_700_000_000_000_000_000)
    ids = Uuid7Ids()
    ids.new()
    read_end, write_end = os.pipe()

    with ids._latch:
        child = os.fork()
        if child == 0:
            os.write(write_end, "\n".join(ids.new() for _ in range(50)).encode())
            os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        theirs = pipe.read().split()
    _, status = os.waitpid(child, 0)
    mine = [ids.new() for _ in range(50)]

    assert status == 0
    assert len(set(mine) | set(theirs)) == 100


def test_same_seed_gives_the_same_ids() -> None:
    """Work that is repeated under its key finds the rows that it wrote."""
    first, again = KeyedIds("order-42"), KeyedIds("order-42")

    drawn = [first.new() for _ in range(3)]

    assert drawn == [again.new() for _ in range(3)]
    assert len(set(drawn)) == 3


def test_other_seed_gives_other_ids() -> None:
    """Keys that continue one another, or differ in case or script, share no id."""
    seeds = ["order-4", "order-42", "Order-42", "order-42 ", "", "\u202eorder-42"]

    drawn = {KeyedIds(seed).new() for seed in seeds}

    assert len(drawn) == len(seeds)


def test_keyed_ids_do_not_change_between_releases() -> None:
    """Ids that are in a database already must be derived again by later code."""
    ids = KeyedIds("order-42")

    assert [ids.new(), ids.new()] == [
        "556e0250-e4a1-801f-92ab-f072fe67aac7",
        "c59fa1f0-de95-886a-a505-a7b0f46cb747",
    ]


def test_keyed_id_is_uuid8() -> None:
    """It cannot be taken for one that was drawn by time."""
    parsed = UUID(KeyedIds("order-42").new())

    assert parsed.version == 8
    assert parsed.variant == "specified in RFC 4122"


def test_fixed_clock_moves_when_told() -> None:
    """A test decides what time it is, backwards too."""
    clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))

    clock.advance(timedelta(hours=2))
    later = clock.now()
    clock.set(datetime(2025, 1, 1, tzinfo=UTC))

    assert later == datetime(2026, 1, 1, 2, tzinfo=UTC)
    assert clock.now() == datetime(2025, 1, 1, tzinfo=UTC)


def test_fixed_clock_refuses_a_moment_without_a_zone() -> None:
    """A naive time is refused where it is made, not where it is stored."""
    with pytest.raises(ValueError, match="aware"):
        FixedClock(datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


def test_stepping_clock_never_says_the_same_twice() -> None:
    """Each reading is one step later."""
    clock = SteppingClock(datetime(2026, 1, 1, tzinfo=UTC), timedelta(minutes=5))

    readings = [clock.now() for _ in range(3)]

    assert [reading.minute for reading in readings] == [0, 5, 10]


def test_sequential_ids_count_up() -> None:
    """A test can name the ids that it will see."""
    ids = SequentialIds("run")

    assert [ids.new(), ids.new()] == ["run-000001", "run-000002"]
