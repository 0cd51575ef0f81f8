"""Peers live in processes of their own, and are asked over a pipe."""

import sys

import pytest
from benchmarks.peers.serving import Peer, interpreter

TOY = """
import sys
from benchmarks.measure import Variant
from benchmarks.peers.serving import serve

class Toy(Variant):
    durability = "none"

    def open(self):
        print("libraries print")
        self.done = 0

    def one(self):
        self.done += 1
        assert self.done < 10, "broken"

    def counts(self):
        return 30 * self.done

    def close(self):
        print("and say good bye")

toy = Toy()
toy.threads = int(sys.argv[2])
serve("attrs", toy)
"""


@pytest.fixture
def removed() -> list[str]:
    """The URLs of the stores that were removed."""
    return []


@pytest.fixture
def peer(removed: list[str]) -> Peer:
    """A peer that does nothing, nine times."""
    return Peer([sys.executable, "-c", TOY], lambda: "a store", removed.append, threads=2)


def test_peer_does_the_work_in_its_process(peer: Peer, removed: list[str]) -> None:
    """It is measured there; what its library prints is not taken for an answer."""
    peer.open()

    took = peer.repeat(6)

    assert took.times == 6
    assert peer.counts() == 6 * 30
    assert peer.durability == "none"
    assert peer.versions.startswith("attrs ")
    peer.close()
    assert removed == ["a store"]


def test_peer_that_fails_is_named_and_its_store_removed(peer: Peer, removed: list[str]) -> None:
    """Its traceback is on stderr; here it says which process ended."""
    peer.open()

    with pytest.raises(RuntimeError, match="ended with 1"):
        peer.repeat(20)

    peer.close()
    assert removed == ["a store"]


def test_peer_that_cannot_begin_leaves_no_store(removed: list[str]) -> None:
    """As one whose library is broken."""
    peer = Peer([sys.executable, "-c", "raise SystemExit(3)"], lambda: "a store", removed.append)

    with pytest.raises(RuntimeError, match="ended with 3"):
        peer.open()

    assert removed == ["a store"]


def test_peers_run_where_they_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this Python, or in one that AICMO_BENCH_PYTHON lists; else they are left out."""
    monkeypatch.setenv("AICMO_BENCH_PYTHON", sys.executable)

    assert interpreter("json") == sys.executable
    assert interpreter("no_such_library_anywhere") is None
