"""
A folder of the host's that packages are published into.

Beside the packages lies `.publications`, with a small record for each idempotency key:
which package it stands for, and whether it is spent. A package is made ready in there
and becomes visible by one rename, its files complete and synced. Whoever publishes
looks at the key's record again afterwards, and whoever withdraws writes it first, so
that of the two, in any order, one takes the package away.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from attrs import frozen

from aicmo_core.hooks import ArtifactUnavailable
from aicmo_core.kernel import InvalidValue, Problem, from_json, to_json
from aicmo_core.modules.delivery.api import DeliveryPackageDTO, PublishRefused
from aicmo_core.modules.delivery.internal.manifest import is_plain_name

_RECORDS = ".publications"
_RECORD = "record.json"
_OWNER = ".publication"
_TAKEN = (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR)


@frozen
class _Record:
    """What the destination knows of a key. A spent key publishes nothing any more."""

    package_id: str | None
    spent: bool = False


@frozen
class FolderDestination:
    """
    A folder to publish to.

    Attributes:
        root: It is made when the first package is published.
    """

    root: Path

    @classmethod
    def open(cls, url: str) -> Self:
        """
        Return the destination at a `file:///folder` URL.

        Raises:
            InvalidValue: It names another host, or no absolute folder.
        """
        parts = urlsplit(url)
        path = unquote(parts.path)
        if parts.netloc not in ("", "localhost") or not path.startswith("/") or "\x00" in path:
            expected = f"expected file:///folder, with three slashes, found {url!r}"
            raise InvalidValue("the destination", (Problem("$", expected),))
        return cls(Path(path.lstrip("/") if os.name == "nt" else path))

    def publish(
        self, package: DeliveryPackageDTO, files: Mapping[str, bytes], key: str
    ) -> tuple[str, ...]:
        """
        Make the files visible in a folder of the package's id; return their URLs.

        Raises:
            PublishRefused: See `PublishExecutePort.publish`.
            ArtifactUnavailable: The folder cannot be written.
        """
        place = self.root / package.package_id
        with _reported(self.root):
            self._check_files(package, files)
            record = self._claim(key, package)
            self._check_record(record, package)
            if self._owner(place) != _digest(key):
                self._make_visible(place, package, files, key)
            if self._read(key).spent:
                self._take_away(place, key)
                raise self._refused(package, "it was withdrawn under this key meanwhile")
        return tuple((place / name).as_uri() for name in sorted(files))

    def withdraw(self, key: str) -> None:
        """
        Spend the key, and take away what it published.

        Raises:
            ArtifactUnavailable: The folder cannot be written.
        """
        with _reported(self.root):
            package_id = self._read(key).package_id
            if package_id is None:
                package_id = self._claim(key, None).package_id
            self._write(key, _Record(package_id, spent=True))
            if package_id is not None:
                self._take_away(self.root / package_id, key)

    # -- what may be published

    def _check_files(self, package: DeliveryPackageDTO, files: Mapping[str, bytes]) -> None:
        for name in (package.package_id, *files):
            if not is_plain_name(name):
                raise self._refused(package, f"{name!r} is no plain file name")
        for stated in package.artifacts:
            if sha256(files[stated.name]).hexdigest() != stated.sha256:
                raise self._refused(package, f"{stated.name} is not the file that was packed")

    def _check_record(self, record: _Record, package: DeliveryPackageDTO) -> None:
        if record.spent:
            raise self._refused(package, "it was withdrawn under this key")
        if record.package_id != package.package_id:
            other = f"this key stands for package {record.package_id!r}"
            raise self._refused(package, other)

    def _refused(self, package: DeliveryPackageDTO, reason: str) -> PublishRefused:
        return PublishRefused(package.package_id, str(self.root), reason)

    # -- the key's folder

    def _records(self, key: str) -> Path:
        return self.root / _RECORDS / _digest(key)

    def _claim(self, key: str, package: DeliveryPackageDTO | None) -> _Record:
        """Write the key's record unless there is one; return what it says then."""
        record = _Record(package.package_id if package else None)
        place = self._records(key)
        if place.exists():
            return self._read(key)
        ready = place.with_name(f"{place.name}-{secrets.token_hex(8)}.part")
        ready.mkdir(parents=True)
        try:
            _write_file(ready / _RECORD, to_json(record).encode())
            ready.rename(place)  # complete, and refused where somebody else was first
        except OSError as error:
            shutil.rmtree(ready)
            if error.errno not in _TAKEN:
                raise
            return self._read(key)
        _sync(place.parent)
        return record

    def _write(self, key: str, record: _Record) -> None:
        place = self._records(key)
        ready = place / f"{secrets.token_hex(8)}.part"
        _write_file(ready, to_json(record).encode())
        ready.replace(place / _RECORD)
        _sync(place)

    def _read(self, key: str) -> _Record:
        try:
            return from_json((self._records(key) / _RECORD).read_text("utf-8"), _Record)
        except FileNotFoundError:
            return _Record(None)

    # -- the package's folder

    def _owner(self, place: Path) -> str | None:
        """Return the digest of the key under which *place* was published, if it is there."""
        try:
            return str(json.loads((place / _OWNER).read_bytes())["key_sha256"])
        except (FileNotFoundError, NotADirectoryError):
            return None

    def _make_visible(
        self, place: Path, package: DeliveryPackageDTO, files: Mapping[str, bytes], key: str
    ) -> None:
        ready = self._records(key) / f"{secrets.token_hex(8)}.part"
        ready.mkdir()
        try:
            for name, data in files.items():
                _write_file(ready / name, data)
            _write_file(ready / _OWNER, json.dumps({"key_sha256": _digest(key)}).encode())
            _sync(ready)
            self._rename(ready, place, package, key)
        finally:
            shutil.rmtree(ready, ignore_errors=True)  # gone already, unless it was refused
        _sync(self.root)

    def _rename(self, ready: Path, place: Path, package: DeliveryPackageDTO, key: str) -> None:
        try:
            ready.rename(place)
        except OSError as error:
            if error.errno not in _TAKEN:
                raise
            if self._owner(place) != _digest(key):
                reason = f"{place.name} is there already, and not by this key"
                raise self._refused(package, reason) from error

    def _take_away(self, place: Path, key: str) -> None:
        """Remove what this key published, and what it left when it was killed meanwhile."""
        if self._owner(place) == _digest(key):
            place.rename(self._records(key) / f"{secrets.token_hex(8)}.part")
            _sync(self.root)
        for left in self._records(key).glob("*.part"):
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()


def _digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def _write_file(place: Path, data: bytes) -> None:
    with place.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _reported(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise ArtifactUnavailable(f"cannot publish in {root}: {reason}") from error
