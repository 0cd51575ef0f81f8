"""What the URL of a store says."""

from __future__ import annotations

import shlex
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from attrs import frozen

from aicmo_core.kernel import InvalidValue, Problem

SMALLEST = 2**20
LARGEST = 2**46


@frozen
class Address:
    """
    A folder, and how its files are used.

    Attributes:
        url: As the user wrote it.
        folder: Absolute. LMDB makes `data.mdb` and `lock.mdb` in it.
        max_size: How many bytes `data.mdb` may grow to; then the store is full.
        syncs_meta: Whether a commit waits for its last page too, and survives a power cut.
    """

    url: str
    folder: Path
    max_size: int = LARGEST
    syncs_meta: bool = True

    @property
    def upgrade_command(self) -> str:
        """What the user types to bring the stored rows up to date."""
        return f"aicmo db upgrade --db {shlex.quote(self.url)}"


def read_address(url: str) -> Address:
    """
    Return the parts of `lmdb:///relative` or `lmdb:////absolute`.

    Options: `max_size`, in bytes; `sync`, which is `full` (the default: a commit
    survives the machine) or `meta` (a power cut may take the last one back).

    Raises:
        InvalidValue: It is not such a URL, or has an option that is not known.
    """
    parts = urlsplit(url)
    path = unquote(parts.path).removeprefix("/")
    if parts.scheme != "lmdb" or parts.netloc or not path or parts.fragment:
        raise _refused("$", "lmdb:///relative/folder or lmdb:////absolute/folder", url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in sorted(options.keys() - {"max_size", "sync"}):
        raise _refused(f"$?{name}", "max_size or sync", name)
    return Address(
        url, Path(path).absolute(), _size(options.get("max_size")), _syncs(options.get("sync"))
    )


def _size(found: str | None) -> int:
    if found is None:
        return LARGEST
    if not (found.isascii() and found.isdigit() and SMALLEST <= int(found) <= LARGEST):
        raise _refused("$?max_size", f"bytes, from {SMALLEST} to {LARGEST}", found)
    return int(found)


def _syncs(found: str | None) -> bool:
    if found not in (None, "full", "meta"):
        raise _refused("$?sync", "full or meta", found)
    return found != "meta"


def _refused(path: str, expected: str, found: str) -> InvalidValue:
    problem = Problem(path, f"expected {expected}, found {found!r}")
    return InvalidValue("database URL", (problem,))
