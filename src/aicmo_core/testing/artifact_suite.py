"""The conformance suite of artifact stores. Import it from `aicmo_core.testing.artifacts`."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from hashlib import sha256

import pytest

from aicmo_core.hooks import ArtifactRefused, ArtifactStore
from aicmo_core.kernel.errors import NotFound

REFUSED = [
    "",
    "/",
    "/absolute",
    "a//b",
    "a/",
    ".",
    "..",
    "../outside",
    "a/../../outside",
    "a/./b",
    ".hidden",
    "a/.hidden/b",
    "ends.with.dot.",
    "a\\b",
    "C:/windows",
    "with space",
    "über",
    "nul\x00byte",
    "line\nbreak",
    "{{7*7}}",
    "<script>",
    "\u202etxt.exe",
    "con",
    "a/NUL.txt",
    "Lpt1.log",
    "x" * 129,
    "/".join(["x" * 100] * 6),
]
"""Paths that no store takes, for reading, writing, listing or removing."""


class ArtifactStoreConformance(ABC):
    """The promises of `ArtifactStore`. Subclass it, and give it a fixture `store`: an empty one."""

    @abstractmethod
    def reopen(self, url: str) -> ArtifactStore:
        """Return the store at *url*, as the provider of its scheme does."""

    def test_object_reads_back_as_it_was_put(self, store: ArtifactStore) -> None:
        """Bytes come back unchanged, and the receipt says what they are."""
        data = bytes(range(256)) * 4 + b"\r\n\x00"

        receipt = store.put("run-1/files/data.bin", data)

        assert store.get("run-1/files/data.bin") == data
        assert receipt.path == "run-1/files/data.bin"
        assert receipt.size == len(data)
        assert receipt.sha256 == sha256(data).hexdigest()

    def test_empty_object_is_an_object(self, store: ArtifactStore) -> None:
        """Nothing is something."""
        receipt = store.put("run-1/empty", b"")

        assert store.get("run-1/empty") == b""
        assert receipt.size == 0
        assert store.list("run-1") == ["run-1/empty"]

    def test_second_put_replaces_the_first(self, store: ArtifactStore) -> None:
        """A step that runs again writes the same names again."""
        store.put("run-1/a", b"first, and longer")

        store.put("run-1/a", b"second")

        assert store.get("run-1/a") == b"second"
        assert store.list("run-1") == ["run-1/a"]

    def test_same_content_again_is_the_same_object(self, store: ArtifactStore) -> None:
        """An attempt that repeats another's work finds nothing in its way."""
        first = store.put("run-1/a", b"data")

        again = store.put("run-1/a", b"data")

        assert again == first
        assert store.get("run-1/a") == b"data"

    def test_large_object_is_one_object(self, store: ArtifactStore) -> None:
        """Beyond the size at which a client may upload in parts."""
        data = bytes(range(256)) * (48 * 1024)  # 12 MiB

        receipt = store.put("run-1/large", data)

        assert receipt.size == len(data)
        assert receipt.sha256 == sha256(data).hexdigest()
        assert store.get("run-1/large") == data
        assert store.list("") == ["run-1/large"]

    def test_missing_object_is_not_found(self, store: ArtifactStore) -> None:
        """Neither an absent path, nor one below an object, nor a folder is an object."""
        store.put("run-1/a", b"data")

        for path in ["run-2/a", "run-1/b", "run-1/a/b", "run-1"]:
            with pytest.raises(NotFound, match=path):
                store.get(path)

    @pytest.mark.parametrize("path", REFUSED)
    def test_path_that_is_not_plain_is_refused(self, store: ArtifactStore, path: str) -> None:
        """No text of a client's becomes a place; whoever tries is told."""
        with pytest.raises(ArtifactRefused):
            store.put(path, b"data")
        with pytest.raises(ArtifactRefused):
            store.get(path)
        with pytest.raises(ArtifactRefused):
            store.remove(path)

        assert store.list("") == []

    def test_path_is_an_object_or_a_folder_never_both(self, store: ArtifactStore) -> None:
        """What one store cannot hold, no store accepts."""
        store.put("run-1/a", b"object")

        with pytest.raises(ArtifactRefused):
            store.put("run-1/a/b", b"below an object")
        with pytest.raises(ArtifactRefused):
            store.put("run-1", b"over a folder")

        assert store.list("") == ["run-1/a"]

    def test_list_is_sorted_and_stays_in_its_folder(self, store: ArtifactStore) -> None:
        """A prefix is a folder, not the beginning of a name."""
        for path in ["run-1/z", "run-1/a/b", "run-1/a-b", "run-10/x", "run-1/B"]:
            store.put(path, b"data")

        assert store.list("run-1") == ["run-1/B", "run-1/a-b", "run-1/a/b", "run-1/z"]
        assert store.list("run-1/a") == ["run-1/a/b"]
        assert store.list("run-2") == []
        assert len(store.list("")) == 5

    def test_remove_takes_the_folder_and_nothing_else(self, store: ArtifactStore) -> None:
        """A run's files go; those of a run whose id begins alike stay."""
        for path in ["run-1/a", "run-1/deep/er/b", "run-10/c", "run-2/d"]:
            store.put(path, b"data")

        store.remove("run-1")

        assert store.list("") == ["run-10/c", "run-2/d"]

    def test_remove_is_idempotent(self, store: ArtifactStore) -> None:
        """A compensation that is repeated finds nothing left to do."""
        store.put("run-1/a", b"data")
        store.remove("run-1")

        store.remove("run-1")
        store.remove("never-there/at/all")

        assert store.list("") == []

    def test_one_object_can_be_removed(self, store: ArtifactStore) -> None:
        """A writer whose commit was refused removes its own file only."""
        store.put("run-1/a", b"data")
        store.put("run-1/b", b"data")

        store.remove("run-1/a")

        assert store.list("run-1") == ["run-1/b"]

    def test_folder_can_be_written_again_after_its_removal(self, store: ArtifactStore) -> None:
        """Removal leaves no mark."""
        store.put("run-1/a", b"data")
        store.remove("run-1")

        store.put("run-1/a/b", b"now a folder")

        assert store.list("") == ["run-1/a/b"]

    def test_url_opens_the_same_store(self, store: ArtifactStore) -> None:
        """A run names the store that it used, and recovery uses that one."""
        store.put("run-1/a", b"data")

        again = self.reopen(store.url)

        assert again.get("run-1/a") == b"data"
        assert again.url == store.url

    def test_place_can_be_named(self, store: ArtifactStore) -> None:
        """A person is told where the package lies; two objects are not in one place."""
        store.put("run-1/a", b"data")

        assert store.locate("run-1/a").endswith("run-1/a")
        assert store.locate("run-1/a") != store.locate("run-2/a")

    def test_readers_see_old_or_new_never_a_mixture(self, store: ArtifactStore) -> None:
        """While an object is replaced, each read returns one whole version."""
        versions = [bytes([letter]) * 50_000 for letter in b"ab"]
        store.put("run-1/a", versions[0])
        seen: list[bytes] = []

        def write() -> None:
            for turn in range(20):
                store.put("run-1/a", versions[turn % 2])

        writer = threading.Thread(target=write)
        writer.start()
        while writer.is_alive():
            seen.append(store.get("run-1/a"))
        writer.join()
        seen.append(store.get("run-1/a"))

        assert set(seen) <= set(versions)

    def test_threads_write_and_remove_beside_one_another(self, store: ArtifactStore) -> None:
        """Runs that share a store do not disturb each other, in shared folders neither."""
        failures: list[BaseException] = []
        start = threading.Barrier(4)

        def work(number: int) -> None:
            try:
                start.wait()
                for turn in range(15):
                    path = f"shared/run-{number}-{turn}/deep/file"
                    assert store.put(path, b"data").path == path
                    if turn % 2:
                        store.remove(f"shared/run-{number}-{turn}")
            except BaseException as error:  # noqa: BLE001 - handed to the test below
                failures.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert failures == []
        assert len(store.list("shared")) == 4 * 8
