"""An artifact store that is a folder."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from aicmo_core.hooks import Artifact, ArtifactRefused, ArtifactStore, ArtifactUnavailable
from aicmo_core.kernel.errors import NotFound
from aicmo_core.providers.artifact_path import path_parts

_REMEDIES = {
    errno.ENOSPC: "the disk is full; make room and try again",
    errno.EDQUOT: "the quota is used up; make room and try again",
    errno.EROFS: "the file system is read-only; choose another folder",
    errno.EACCES: "this user may not write there; change the folder's permissions",
    errno.EPERM: "this user may not write there; change the folder's permissions",
}
_ROUNDS = 20
"""How often a race with another writer or remover of the same folder is run again."""


class FolderArtifactStore(ArtifactStore):
    """
    Files below one folder, each complete or not there.

    An object is written under a hidden name beside its place, synced, read back and
    renamed. What a killed writer leaves is hidden, is no object, and goes with its folder.

    Args:
        root: The folder. It is made when the first object is put.
    """

    def __init__(self, root: str | os.PathLike[str]) -> None:
        # Symbolic links on the way to the root are the host's business; those below are not.
        self._root = Path(os.path.realpath(root))

    @classmethod
    def open(cls, url: str) -> Self:
        """
        Return the store at a `file:` URL, or at a plain path.

        Raises:
            ArtifactUnavailable: The URL names another host, or no folder.
        """
        if not url.lower().startswith("file:"):
            return cls(url)
        parts = urlsplit(url)
        if parts.netloc not in ("", "localhost"):
            raise ArtifactUnavailable(
                f"{url!r} names the host {parts.netloc!r}; a folder of this machine is written "
                "file:///folder, with three slashes"
            )
        if not parts.path:
            raise ArtifactUnavailable(f"{url!r} names no folder; write file:///folder")
        path = unquote(parts.path)
        if os.name == "nt":
            path = path.lstrip("/")
        return cls(path)

    @property
    def url(self) -> str:
        return self._root.as_uri()

    def put(self, path: str, data: bytes) -> Artifact:
        place = self._place(path)
        with _reported(f"write {path!r} in {self._root}"):
            self._write(path, place, data)
        return Artifact(path, len(data), sha256(data).hexdigest())

    def get(self, path: str) -> bytes:
        place = self._place(path)
        try:
            with _reported(f"read {path!r} in {self._root}"):
                return place.read_bytes()
        except ArtifactUnavailable as error:
            missing = (FileNotFoundError, NotADirectoryError, IsADirectoryError)
            if isinstance(error.__cause__, missing):
                raise NotFound("artifact", path) from error
            raise

    def list(self, prefix: str) -> list[str]:
        folder = self._place(prefix) if prefix else self._root
        with _reported(f"list {prefix!r} in {self._root}"):
            found = [place.relative_to(self._root).as_posix() for place in _files(folder)]
        return sorted(found)

    def remove(self, prefix: str) -> None:
        """
        Remove all objects under the folder *prefix*, and it; an object of that path too.

        Folders above it that are left empty go as well, the root never. Symbolic links
        are removed, not followed.
        """
        place = self._place(prefix)
        with _reported(f"remove {prefix!r} in {self._root}"):
            _remove_tree(place)
            for folder in place.parents:
                if folder == self._root or not _remove_if_empty(folder):
                    break

    def locate(self, path: str) -> str:
        return str(self._place(path) if path else self._root)

    def _place(self, path: str) -> Path:
        """Return where *path* is, having made sure that no symbolic link leads out of the root."""
        place = self._root.joinpath(*path_parts(path))
        if not Path(os.path.realpath(place.parent)).is_relative_to(self._root) or (
            place.is_symlink() and not Path(os.path.realpath(place)).is_relative_to(self._root)
        ):
            raise ArtifactRefused(
                f"{path!r} cannot be the path of an artifact: a symbolic link leads it out of "
                f"{self._root}"
            )
        return place

    def _write(self, path: str, place: Path, data: bytes) -> None:
        hidden = f".{secrets.token_hex(12)}.part"
        for _ in range(_ROUNDS):
            with suppress(FileNotFoundError):  # the folder was removed in between: make it again
                _make_folder(place.parent)
                _write_through(place.with_name(hidden), place, data)
                return
        raise ArtifactUnavailable(
            f"cannot write {path!r} in {self._root}: its folder is being removed all the time"
        )


@contextmanager
def _reported(doing: str) -> Iterator[None]:
    """Turn what the system refuses into what the port promises."""
    try:
        yield
    except (IsADirectoryError, FileExistsError, NotADirectoryError) as error:
        if doing.startswith("write"):
            raise ArtifactRefused(
                f"cannot {doing}: a path is an object or a folder of objects, never both"
            ) from error
        raise ArtifactUnavailable(f"cannot {doing}: {error.strerror}") from error
    except OSError as error:
        reason = _REMEDIES.get(error.errno or 0, error.strerror or str(error))
        raise ArtifactUnavailable(f"cannot {doing}: {reason}") from error


def _write_through(hidden: Path, place: Path, data: bytes) -> None:
    """Write *data* as *hidden*, make sure of it, and give it its name at once."""
    try:
        with hidden.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if hidden.read_bytes() != data:
            raise OSError(errno.EIO, "what was written does not read back the same")
        hidden.replace(place)
    except BaseException:
        with suppress(OSError):  # the first failure is the one to tell of
            hidden.unlink()
        raise
    _sync_folder(place.parent)


def _make_folder(folder: Path) -> None:
    """Make *folder* and what is missing above it, each entry synced."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    try:
        folder.mkdir()
    except FileExistsError:
        if not folder.is_dir():
            raise
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """Make a rename or a new name in *folder* survive a power cut, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with suppress(FileNotFoundError):  # removed since: nothing is left to be kept
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _files(folder: Path) -> Iterator[Path]:
    """Yield the objects under *folder*: regular files whose names are not hidden."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path))
        elif entry.is_file(follow_symlinks=False):
            yield Path(entry.path)


def _remove_tree(place: Path) -> None:
    """Remove a file, a link or a whole folder, also while somebody writes into it."""
    for round_ in range(_ROUNDS):
        try:
            mode = place.lstat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return
        if not stat.S_ISDIR(mode):
            place.unlink(missing_ok=True)
            return
        with suppress(FileNotFoundError):
            for name in os.listdir(place):
                _remove_tree(place / name)
        if _remove_if_empty(place, final=round_ == _ROUNDS - 1):
            _sync_folder(place.parent)
            return


def _remove_if_empty(folder: Path, *, final: bool = False) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except NotADirectoryError:
        return False
    except OSError as error:
        if final or error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        return False
    return True
