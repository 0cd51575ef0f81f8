"""What is LMDB's own: its map, its processes, its folder, and its errors."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import lmdb
import pytest
from aicmo_lmdb.plugin import open_lmdb
from lmdb_notes import LONGER_NOTES, NOTES, LongerNote, Note, add, ids, opened

from aicmo_core.kernel import InvalidValue
from aicmo_core.storage import (
    Backend,
    BackendUnavailable,
    Conflict,
    DatabaseFull,
    DatabaseMissing,
    DatabaseNewer,
    DatabaseUnmigrated,
    Insert,
    ModuleSchema,
    SchemaStatus,
    compile_query,
)

TESTS = Path(__file__).parent
KILOBYTE = "x" * 1000


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"lmdb:///{tmp_path}/store"


def script(text: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a Python program that may import what the tests import."""
    return subprocess.Popen(
        [sys.executable, "-c", text, *arguments],
        cwd=TESTS,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def output(text: str, *arguments: str) -> str:
    """Return what a program printed; fail with what it complained of."""
    process = script(text, *arguments)
    out, complaint = process.communicate(timeout=60)
    assert process.returncode == 0, complaint
    return out.strip()


# -- the map


def test_map_grows_with_what_is_stored(url: str) -> None:
    """It begins at a megabyte; a batch that needs many times that is committed whole."""
    with opened(url) as backend:
        add(backend, *(f"{n:05}" for n in range(20_000)), text=KILOBYTE)

        assert backend.count(NOTES) == 20_000

    with opened(url) as again:
        assert again.count(NOTES) == 20_000


def test_map_grows_under_threads_that_read_and_write(url: str) -> None:
    """Nobody's transaction is open while the map is replaced, and nobody's write is lost."""

    def work(n: int) -> int:
        for k in range(60):
            add(backend, f"{n}-{k:03}", text=KILOBYTE * 10)
            assert len(ids(backend)) > k
        return n

    with opened(url) as backend:
        with ThreadPoolExecutor(6) as pool:
            assert list(pool.map(work, range(6))) == list(range(6))
        assert backend.count(NOTES) == 360


GROW = """
import sys
from lmdb_notes import add, opened
with opened(sys.argv[1]) as backend:
    add(backend, *(f"other-{n:05}" for n in range(5000)), text="x" * 1000)
"""


def test_map_that_another_process_has_grown_is_taken_over(url: str) -> None:
    """Reading and writing go on, with what the other has written."""
    with opened(url) as backend:
        add(backend, "mine")

        output(GROW, url)

        assert backend.count(NOTES) == 5001
        add(backend, "mine too")
        assert ids(backend)[:2] == ["mine", "mine too"]


def test_store_is_full_at_its_largest_size(url: str) -> None:
    """What does not fit is refused whole; what fits is still taken."""
    with opened(f"{url}?max_size=2097152") as backend:
        with pytest.raises(DatabaseFull, match="it has reached max_size=2097152"):
            add(backend, *(f"{n:05}" for n in range(3000)), text=KILOBYTE)

        assert backend.count(NOTES) == 0
        add(backend, "small")
        assert ids(backend) == ["small"]


LIMITED = """
import resource, sys
from aicmo_core.storage import BackendUnavailable, OutcomeUnknown
from lmdb_notes import add, ids, opened
with opened(sys.argv[1]) as backend:
    add(backend, "before")
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, 2**20))
    try:
        add(backend, *(f"{n:05}" for n in range(3000)), text="x" * 1000)
    except (BackendUnavailable, OutcomeUnknown) as error:
        print(type(error).__name__, ids(backend))
    add(backend, "after")
    print(ids(backend))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the system has no such limit")
def test_file_that_may_not_grow_loses_nothing(url: str) -> None:
    """A disk that takes only a part of a commit: the part is not seen, and the store goes on."""
    assert output(LIMITED, url).splitlines() == [
        "OutcomeUnknown ['before']",
        "['after', 'before']",
    ]


# -- processes


FORK = """
import os, sys, threading
from aicmo_lmdb.address import read_address
from aicmo_lmdb.environment import ENVIRONMENTS
from lmdb_notes import add, ids, opened
with opened(sys.argv[1]) as backend:
    add(backend, "parent")
    inherited = ENVIRONMENTS.acquire(read_address(sys.argv[1]))
    stop = threading.Event()

    def busy():
        n = 0
        while not stop.is_set():
            n += 1
            add(backend, f"busy-{n:05}")
            ids(backend)

    threads = [threading.Thread(target=busy)]
    for thread in threads:
        thread.start()
    children = []
    for n in range(5):
        child = os.fork()
        if child == 0:
            add(backend, f"child-{n}")
            seen = f"child-{n}" in ids(backend)
            backend.close()
            os._exit(2 * inherited.is_open + (not seen))
        children.append(child)
    codes = [os.waitpid(child, 0)[1] for child in children]
    stop.set()
    for thread in threads:
        thread.join()
    print(codes, [i for i in ids(backend) if not i.startswith("busy")])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the system has no fork")
def test_forked_children_open_the_store_anew(url: str) -> None:
    """Each child writes and reads by itself, while a thread of the parent goes on writing."""
    expected = ["child-0", "child-1", "child-2", "child-3", "child-4", "parent"]

    assert output(FORK, url) == f"[0, 0, 0, 0, 0] {expected}"


ENDLESS = """
import itertools, sys
from lmdb_notes import add, opened
with opened(sys.argv[1]) as backend:
    for n in itertools.count():
        add(backend, f"{n:06}-a", f"{n:06}-b")
        print(n, flush=True)
"""


def test_killed_writer_leaves_whole_commits_and_no_lock(url: str) -> None:
    """What it has answered is there, half a batch is not, and the next writer goes on."""
    with opened(url) as backend:
        process = script(ENDLESS, url)
        assert process.stdout is not None
        answered = [process.stdout.readline() for _ in range(20)]
        process.kill()
        process.communicate(timeout=60)

        add(backend, "next")

        found = ids(backend)
        pairs = len(found) // 2
        assert pairs >= len(answered)
        assert found == [f"{n:06}-{x}" for n in range(pairs) for x in "ab"] + ["next"]


def test_backends_of_one_process_share_the_folder(url: str, tmp_path: Path) -> None:
    """However its path is written: LMDB must not open one file twice."""
    (tmp_path / "link").symlink_to(tmp_path)
    with opened(url) as one, opened(f"lmdb:///{tmp_path}/link/store") as other:
        add(one, "a")
        add(other, "b")

        assert ids(one) == ids(other) == ["a", "b"]


def test_folder_that_was_deleted_is_made_anew(url: str, tmp_path: Path) -> None:
    """The backend that still holds the old file goes on alone."""
    with opened(url) as old:
        add(old, "old")
        for name in ("data.mdb", "lock.mdb"):
            (tmp_path / "store" / name).unlink()

        with opened(url) as new:
            add(new, "new")

            assert (ids(old), ids(new)) == (["old"], ["new"])


def test_other_options_in_one_process_are_refused(url: str) -> None:
    """Who comes second cannot change how the file is open."""
    with opened(url):
        second = open_lmdb(f"{url}?sync=meta")
        with pytest.raises(InvalidValue, match="this process has it open as 'lmdb:"):
            second.prepare([ModuleSchema("notes", (NOTES,))])


# -- the folder


def test_store_without_its_parent_folder_is_missing(tmp_path: Path) -> None:
    """The message tells a relative path from an absolute one."""
    with pytest.raises(DatabaseMissing, match=r"nowhere' to make it in .*lmdb:////a/b absolute"):
        opened(f"lmdb:///{tmp_path}/nowhere/store")


def test_path_is_relative_after_three_slashes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with SQLite's URLs."""
    monkeypatch.chdir(tmp_path)

    opened("lmdb:///agency").close()

    assert (tmp_path / "agency" / "data.mdb").is_file()


def test_path_that_is_a_file_is_refused(tmp_path: Path) -> None:
    """The way out is a folder."""
    (tmp_path / "store").write_text("a file")

    with pytest.raises(BackendUnavailable, match="the URL must name a folder"):
        opened(f"lmdb:///{tmp_path}/store")


def test_file_of_another_kind_is_refused(url: str, tmp_path: Path) -> None:
    """Nothing is written over what LMDB did not make."""
    data = tmp_path / "store" / "data.mdb"
    data.parent.mkdir()
    data.write_bytes(b"something else " * 1000)

    with pytest.raises(BackendUnavailable, match="not an LMDB file"):
        opened(url)

    assert data.read_bytes() == b"something else " * 1000


def test_store_of_another_program_is_refused(url: str, tmp_path: Path) -> None:
    """Its data stays as it is, and no upgrade touches it."""
    with lmdb.open(str(tmp_path / "store")) as foreign, foreign.begin(write=True) as transaction:
        transaction.put(b"theirs", b"1")
    backend = open_lmdb(url)

    with pytest.raises(BackendUnavailable, match="another program keeps its data"):
        backend.prepare([ModuleSchema("notes", (NOTES,))])
    with pytest.raises(BackendUnavailable, match="another program keeps its data"):
        backend.upgrade()

    backend.close()
    with lmdb.open(str(tmp_path / "store")) as foreign, foreign.begin() as transaction:
        assert list(transaction.cursor()) == [(b"theirs", b"1")]


@pytest.mark.parametrize(
    "url",
    [
        "lmdb:",
        "lmdb://",
        "lmdb:///",
        "lmdb://host/folder",
        "lmdb:///folder?max_size=1",
        "lmdb:///folder?max_size=many",
        "lmdb:///folder?max_size=",
        "lmdb:///folder?sync=never",
        "lmdb:///folder?cache=1",
        "lmdb:///folder#part",
        "sqlite:///folder",
    ],
)
def test_url_that_says_something_else_is_refused(url: str) -> None:
    """What was expected is said, before anything is opened."""
    with pytest.raises(InvalidValue, match=r"database URL is not valid: .*expected"):
        open_lmdb(url)


def test_closed_backend_says_so(url: str) -> None:
    """It is not opened again behind the host's back."""
    backend = opened(url)
    backend.close()

    with pytest.raises(BackendUnavailable, match="it is not open"):
        ids(backend)


def test_closing_under_threads_ends_them_all(url: str) -> None:
    """Who was late is told that the store is closed, and waits for nobody."""
    backend = opened(url)
    started = Barrier(5, timeout=60)

    def watch(_: int) -> str:
        started.wait()
        try:
            while True:
                ids(backend)
        except BackendUnavailable as error:
            return type(error).__name__

    with ThreadPoolExecutor(4) as pool:
        watchers = pool.map(watch, range(4))
        started.wait()
        backend.close()

        assert list(watchers) == ["BackendUnavailable"] * 4


# -- commits


def last_transaction(folder: Path) -> int:
    with lmdb.open(str(folder)) as environment:
        return environment.info()["last_txnid"]


def test_commits_together_wait_for_the_disk_once(url: str, tmp_path: Path) -> None:
    """Each batch has its own verdict, and all share one transaction."""
    opened(url).close()
    before = last_transaction(tmp_path / "store")

    with opened(url) as backend:
        batches = [[Insert(NOTES, NOTES.encode(Note(n), n))] for n in ("a", "b", "a", "c")]
        verdicts = backend.commit_many(batches)
        found = ids(backend)

    assert [type(v) for v in verdicts] == [type(None), type(None), Conflict, type(None)]
    assert found == ["a", "b", "c"]
    assert last_transaction(tmp_path / "store") == before + 1


def test_commit_that_writes_nothing_makes_no_transaction(url: str, tmp_path: Path) -> None:
    """An empty batch does not wait for the disk."""
    opened(url).close()
    before = last_transaction(tmp_path / "store")

    with opened(url) as backend:
        backend.commit([])

    assert last_transaction(tmp_path / "store") == before


# -- the stored format


def prepared(url: str) -> Backend:
    """Return a backend whose code has a later declaration than the store."""
    backend = open_lmdb(url)
    with pytest.raises(DatabaseUnmigrated, match=r"notes is declared otherwise; run: aicmo db up"):
        backend.prepare([ModuleSchema("notes", (LONGER_NOTES,))])
    return backend


def test_older_store_is_upgraded_when_asked(url: str) -> None:
    """Never silently: `prepare` names the command, `upgrade` converts the rows, once."""
    with opened(url) as old:
        add(old, "a", text="kept")

    with prepared(url) as backend:
        assert backend.schema().status is SchemaStatus.OLDER
        assert list(backend.upgrade()) == ["convert notes"]
        assert list(backend.upgrade()) == []

        query = compile_query(LONGER_NOTES, {"author": None})
        [row] = backend.find(LONGER_NOTES, query)
        assert LONGER_NOTES.decode(row) == LongerNote("a", "kept", None)


def test_newer_store_is_refused_and_left_alone(url: str) -> None:
    """Older code neither reads nor upgrades what newer code has stored."""
    backend = open_lmdb(url)
    backend.prepare([ModuleSchema("notes", (LONGER_NOTES,))])
    backend.close()
    older = open_lmdb(url)

    with pytest.raises(DatabaseNewer, match="notes has author"):
        older.prepare([ModuleSchema("notes", (NOTES,))])
    with pytest.raises(DatabaseNewer):
        older.upgrade()

    assert older.schema().status is SchemaStatus.NEWER
    older.close()
