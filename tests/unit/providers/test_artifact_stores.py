"""What is particular to one kind of artifact store."""

import errno
import gc
import os
import sys
from pathlib import Path
from typing import Any

import pluggy
import pytest

from aicmo_core.hooks import ArtifactRefused, ArtifactUnavailable, Hooks
from aicmo_core.kernel.clock import Clock, Ids
from aicmo_core.kernel.errors import NotFound
from aicmo_core.providers import plugin
from aicmo_core.providers.folder_artifacts import FolderArtifactStore
from aicmo_core.providers.memory_artifacts import MemoryArtifactStore


def everything_in(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*"))


def test_plain_path_and_url_open_the_same_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host writes what it likes best; the store's own URL is absolute."""
    monkeypatch.chdir(tmp_path)
    expected = FolderArtifactStore(tmp_path / "out dir").url

    urls = ["out dir", f"file://{tmp_path}/out%20dir", f"file:{tmp_path}/out dir", "FILE:out dir"]

    assert [FolderArtifactStore.open(url).url for url in urls] == [expected] * 4
    assert expected.endswith("/out%20dir")


@pytest.mark.parametrize("url", ["file://server/share", "file://out", "file:", "file://"])
def test_url_of_another_host_or_of_no_folder_is_refused(url: str) -> None:
    """Two slashes where three are meant name a host: better told than guessed."""
    with pytest.raises(ArtifactUnavailable, match="file:///folder"):
        FolderArtifactStore.open(url)


def test_opening_a_folder_writes_nothing(tmp_path: Path) -> None:
    """The folder is made when something is put into it."""
    store = FolderArtifactStore(tmp_path / "out")

    listed = store.list("")
    store.remove("run-1")

    assert listed == []
    assert everything_in(tmp_path) == []


def test_removal_takes_folders_that_it_emptied_but_never_the_root(tmp_path: Path) -> None:
    """A failed run leaves no trace below the root, and the host's folder stays."""
    store = FolderArtifactStore(tmp_path / "out")
    store.put("year/run-1/a", b"data")

    store.remove("year/run-1")

    assert everything_in(tmp_path) == ["out"]


def test_removal_leaves_a_parent_that_holds_something_else(tmp_path: Path) -> None:
    """What the store did not write is not the store's to remove."""
    store = FolderArtifactStore(tmp_path)
    store.put("year/run-1/a", b"data")
    (tmp_path / "year" / ".note").write_text("of the host")

    store.remove("year/run-1")

    assert everything_in(tmp_path) == ["year", "year/.note"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_what_a_killed_writer_left_is_no_object_and_goes_with_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that dies before the rename leaves a hidden file, nothing under the name."""
    store = FolderArtifactStore(tmp_path)

    def die(*_: Any) -> None:
        os._exit(9)

    child = os.fork()
    if child == 0:
        monkeypatch.setattr(Path, "replace", die)
        store.put("run-1/a", b"data")
    os.waitpid(child, 0)
    left = everything_in(tmp_path)
    listed = store.list("")
    store.remove("run-1")

    assert len(left) == 2
    assert left[1].startswith("run-1/.")
    assert listed == []
    assert everything_in(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "make room"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "permissions"),
        (errno.EIO, "Input/output"),
    ],
)
def test_refusal_of_the_system_is_translated_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, remedy: str
) -> None:
    """The error names path and remedy, keeps its cause, and no part of the file stays."""
    store = FolderArtifactStore(tmp_path)
    store.put("run-1/a", b"old")

    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(ArtifactUnavailable, match=remedy) as caught:
        store.put("run-1/a", b"new")

    assert "run-1/a" in str(caught.value)
    assert isinstance(caught.value.__cause__, OSError)
    assert everything_in(tmp_path) == ["run-1", "run-1/a"]
    assert store.get("run-1/a") == b"old"


def test_write_that_does_not_read_back_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reference is given only for bytes that were seen on the disk."""
    store = FolderArtifactStore(tmp_path)
    monkeypatch.setattr(Path, "read_bytes", lambda _: b"somethi")

    with pytest.raises(ArtifactUnavailable, match="read back"):
        store.put("run-1/a", b"something")

    assert everything_in(tmp_path) == ["run-1"]


def test_symbolic_link_that_leaves_the_root_is_refused(tmp_path: Path) -> None:
    """Whatever lies behind the link is neither read, nor written, nor removed."""
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (outside / "secret").write_text("theirs")
    (root / "run-1").symlink_to(outside)
    store = FolderArtifactStore(root)

    for attempt in [store.get, lambda path: store.put(path, b"data"), store.remove]:
        with pytest.raises(ArtifactRefused, match="symbolic link"):
            attempt("run-1/secret")

    assert (outside / "secret").read_text() == "theirs"


def test_link_within_a_removed_folder_is_removed_not_followed(tmp_path: Path) -> None:
    """A run's folder goes; what a link in it pointed to stays."""
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    (outside / "secret").write_text("theirs")
    store = FolderArtifactStore(root)
    store.put("run-1/a", b"data")
    (root / "run-1" / "link").symlink_to(outside)

    listed = store.list("run-1")
    store.remove("run-1")

    assert listed == ["run-1/a"]
    assert everything_in(root) == []
    assert (outside / "secret").read_text() == "theirs"


def test_root_may_be_a_link_itself(tmp_path: Path) -> None:
    """Where a host keeps its files is the host's business."""
    (tmp_path / "real").mkdir()
    (tmp_path / "root").symlink_to(tmp_path / "real")
    store = FolderArtifactStore(tmp_path / "root")

    store.put("run-1/a", b"data")

    assert (tmp_path / "real" / "run-1" / "a").read_bytes() == b"data"


def test_file_can_be_read_by_whom_the_folder_allows(tmp_path: Path) -> None:
    """A delivered file has the permissions that the user's umask gives, not a temporary's."""
    store = FolderArtifactStore(tmp_path)
    (tmp_path / "plain").touch()

    store.put("run-1/a", b"data")

    place = Path(store.locate("run-1/a"))
    assert place.stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_memory_stores_are_apart() -> None:
    """What one store holds is not in another, and `memory:` is always a new one."""
    store = MemoryArtifactStore.open("memory:")
    store.put("run-1/a", b"data")

    other = MemoryArtifactStore.open("memory:")

    assert other.url != store.url
    with pytest.raises(NotFound):
        other.get("run-1/a")


def test_memory_store_that_nobody_holds_is_gone() -> None:
    """Its URL opens an empty one: its objects do not exist any more."""
    store = MemoryArtifactStore()
    store.put("run-1/a", b"data")
    url = store.url
    del store
    gc.collect()

    assert MemoryArtifactStore.open(url).list("") == []


def test_memory_store_keeps_bytes_that_the_caller_changes() -> None:
    """What was put stays as it was put."""
    store = MemoryArtifactStore()
    buffer = bytearray(b"data")

    store.put("a", buffer)  # type: ignore[arg-type]
    buffer[:] = b"else"

    assert store.get("a") == b"data"


def test_plugin_offers_stores_by_scheme_and_one_source_of_ids(tmp_path: Path) -> None:
    """The embedded providers register as any plugin's do."""
    manager = pluggy.PluginManager("aicmo_core")
    manager.add_hookspecs(Hooks)
    manager.register(plugin)

    (stores,) = manager.hook.aicmo_artifact_stores()
    (provided,) = manager.hook.aicmo_providers()

    by_scheme = {store.scheme: store.open for store in stores}
    built = {p.port: p.build for p in provided}
    assert set(by_scheme) == {"file", "memory", "s3"}
    assert by_scheme["file"](str(tmp_path)).url == tmp_path.as_uri()
    assert by_scheme["memory"]("memory:").url.startswith("memory:")
    assert built[Ids](None) is built[Ids](None)
    assert isinstance(built[Clock](None), Clock)


def test_store_whose_client_is_not_installed_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The extra is named, not a module that nobody has heard of."""
    monkeypatch.setitem(sys.modules, "obstore", None)
    monkeypatch.delitem(sys.modules, "aicmo_core.providers.s3_artifacts", raising=False)
    open_s3 = next(p.open for p in plugin.aicmo_artifact_stores() if p.scheme == "s3")

    with pytest.raises(ArtifactUnavailable, match=r"pip install 'aicmo_core\[s3\]'"):
        open_s3("s3://bucket")
