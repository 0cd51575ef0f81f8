"""The files of a package as somebody hands it over: a folder or a ZIP, and nothing is trusted."""

from __future__ import annotations

import lzma
import os
import re
import stat
import zlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from attrs import define, field

from aicmo_core.modules.delivery.internal.manifest import MANIFEST, PackedFile, is_plain_path

MOST_BYTES = 1 << 30
"""How much the files of a package may have in all. Beyond it, reading ends."""

MOST_FILES = 10_000
"""How many files a package may have. Beyond it, reading ends."""

MOST_MANIFEST_BYTES = 16 << 20

_CHUNK = 1 << 20
_OWN_HIDDEN = re.compile(r"\.publication|\.[0-9a-f]{24}\.part")
"""What publishing, and a store whose writer was killed, leave in a folder."""

_UNREADABLE = (BadZipFile, NotImplementedError, EOFError, RuntimeError, zlib.error, lzma.LZMAError)


@define
class Contents:
    """
    What was found.

    Attributes:
        files: By path, with size and hash.
        manifests: The bytes of the manifest, and of those in folders, by path.
        problems: What cannot be one of a package's files, a sentence each.
    """

    files: dict[str, PackedFile] = field(factory=dict)
    manifests: dict[str, bytes] = field(factory=dict)
    problems: list[str] = field(factory=list)
    _read: int = 0
    _seen: int = 0

    def take(self, path: str, file: IO[bytes]) -> None:
        """
        Read a file of this path to its end, a piece at a time.

        Raises:
            TooMuch: With it, the package has more than one may have.
        """
        self._seen += 1
        if self._seen > MOST_FILES:
            raise TooMuch(f"there are more than {MOST_FILES} files; the rest was not read")
        size, digest, kept = 0, sha256(), bytearray()
        is_manifest = path.rpartition("/")[2] == MANIFEST
        while piece := file.read(_CHUNK):
            size += len(piece)
            self._read += len(piece)
            if self._read > MOST_BYTES:
                raise TooMuch(f"there are more than {MOST_BYTES} bytes; the rest was not read")
            digest.update(piece)
            if is_manifest and size <= MOST_MANIFEST_BYTES:
                kept += piece
        self.files[path] = PackedFile(path, size, digest.hexdigest())
        if is_manifest:
            self.manifests[path] = bytes(kept)


class TooMuch(Exception):
    """A package has more files or bytes than one may have."""


def read_folder(folder: Path) -> Contents:
    """
    Read every regular file in *folder* and below. Links are told of, and never followed.

    Hidden files are told of too, but for those of publishing and of a killed writer.
    """
    contents = Contents()
    try:
        for place, path in _entries(folder, ""):
            _take_entry(contents, place, path)
    except TooMuch as error:
        contents.problems.append(str(error))
    except OSError as error:
        contents.problems.append(f"the folder cannot be read: {error.strerror or error}")
    return contents


def _take_entry(contents: Contents, place: Path, path: str) -> None:
    if _OWN_HIDDEN.fullmatch(place.name):
        return
    if not is_plain_path(path):
        contents.problems.append(f"{path!r} is not the plain name of a file")
        return
    try:
        # Opened without following a link, so that what was looked at is what is read.
        descriptor = os.open(place, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | _NO_WAIT)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                contents.problems.append(f"{path} is no regular file")
                return
            contents.take(path, file)
    except OSError as error:
        reason = "it is a link" if place.is_symlink() else error.strerror or str(error)
        contents.problems.append(f"{path} cannot be read: {reason}")


_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
"""A pipe that nobody writes to is opened without waiting for somebody."""


def _entries(folder: Path, above: str) -> Iterator[tuple[Path, str]]:
    """Yield everything but folders, with its path, in order."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        path = above + entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(Path(entry.path), f"{path}/")
        else:
            yield Path(entry.path), path


def read_zip(place: Path) -> Contents:
    """Read every entry of a ZIP. Nothing is unpacked to anywhere."""
    contents = Contents()
    try:
        with ZipFile(place) as zip_file:
            for entry in zip_file.infolist():
                _take_packed(contents, zip_file, entry, place.name)
    except TooMuch as error:
        contents.problems.append(str(error))
    except BadZipFile:
        contents.problems.append(f"{place.name} is not a ZIP file")
    except OSError as error:
        contents.problems.append(f"{place.name} cannot be read: {error.strerror or error}")
    return contents


def _take_packed(contents: Contents, zip_file: ZipFile, entry: ZipInfo, archive: str) -> None:
    # As written: readers differ in what they make of a backslash or a NUL.
    path = entry.orig_filename
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if not is_plain_path(path):
        contents.problems.append(f"{path!r} in {archive} is not the plain name of a file")
        return
    if kind not in (0, stat.S_IFREG):
        contents.problems.append(f"{path} in {archive} is no regular file")
        return
    if path in contents.files:
        contents.problems.append(f"{path} is twice in {archive}")
    try:
        with zip_file.open(entry) as file:
            contents.take(path, file)
    except _UNREADABLE as error:
        contents.problems.append(f"{path} in {archive} cannot be read: {error}")
