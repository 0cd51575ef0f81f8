"""
The manifest: what a package consists of, so that anybody can tell whether it is whole.

It lists every file of the package's folder but itself and `package.zip`, which holds
it: neither can state a hash of what contains the statement. The ZIP's own hash is on
the package's row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import TypeAlias

from attrs import field, frozen

from aicmo_core.kernel import from_json, unstructure
from aicmo_core.kernel.ids import ClientId, DeliveryPackageId, DraftId

MANIFEST = "manifest.json"
ARCHIVE = "package.zip"
FORMAT = "aicmo-package/1"

Undisplayed: TypeAlias = dict[str, tuple[str, ...]]
"""A file's name, and what its fonts have no letters for, so that a reader sees boxes."""

_PLAIN = re.compile(r"[A-Za-z0-9_-](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9_-])?")


@frozen
class PackedFile:
    """
    One file of a package.

    Attributes:
        path: Its name within the package.
    """

    path: str
    size: int
    sha256: str

    @classmethod
    def of(cls, path: str, data: bytes) -> PackedFile:
        return cls(path, len(data), sha256(data).hexdigest())


@frozen(kw_only=True)
class Manifest:
    """
    What a package is, and its files by path.

    Attributes:
        format: The name and version of this form.
        created_at: When the draft was written; the package adds no time of its own.
        undisplayed: What documents could not show; empty where everything is readable.
    """

    format: str = FORMAT
    package_id: DeliveryPackageId
    version: int
    draft_id: DraftId
    client_id: ClientId
    brand_name: str
    pack: str
    created_at: datetime
    files: tuple[PackedFile, ...]
    undisplayed: Undisplayed = field(factory=dict)

    def to_bytes(self) -> bytes:
        """Return the manifest as JSON for people and programs, ending with a line break."""
        return (json.dumps(unstructure(self), ensure_ascii=False, indent=2) + "\n").encode()


def read_manifest(data: bytes) -> Manifest:
    """
    Return the manifest that *data* holds.

    Raises:
        InvalidValue: It is not a manifest; each wrong place is named.
        UnicodeDecodeError: It is not text.
    """
    return from_json(data.decode(), Manifest)


def sorted_files(files: Iterable[tuple[str, bytes]]) -> tuple[PackedFile, ...]:
    """Return the manifest's lines for *files*, by path."""
    return tuple(sorted((PackedFile.of(path, data) for path, data in files), key=_path))


def is_plain_name(name: str) -> bool:
    """Return whether *name* is a file's on any system: at most 128 of A-Z, a-z, 0-9, `_-.`."""
    return _PLAIN.fullmatch(name) is not None


def is_plain_path(path: str) -> bool:
    """Return whether *path* is made of plain names with `/` between: it leads out of nothing."""
    return all(map(is_plain_name, path.split("/")))


def _path(file: PackedFile) -> str:
    return file.path
