"""What the errors of LMDB and of the operating system mean to the storage port."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import lmdb

from aicmo_core.kernel import AicmoError
from aicmo_core.storage import (
    BackendUnavailable,
    DatabaseFull,
    DatabaseMissing,
    DatabaseReadOnly,
    OutcomeUnknown,
)

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_READ_ONLY = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_ROOM = 2**20


def translated(error: lmdb.Error | OSError, store: str) -> AicmoError:
    """Return what *error* means. Nothing was written. LMDB's words hold no values."""
    code = _code(error)
    reason = str(error)
    if code in _FULL:
        return DatabaseFull(store, reason)
    if code in _READ_ONLY or isinstance(error, lmdb.ReadonlyError):
        return DatabaseReadOnly(store, reason)
    if code == errno.ENOENT:
        return DatabaseMissing(store, reason)
    if code in (errno.ENOTDIR, errno.EEXIST):
        return BackendUnavailable(store, f"{reason}; the URL must name a folder")
    if isinstance(error, lmdb.ReadersFullError):
        return BackendUnavailable(store, f"{reason}; too many reads are under way at once")
    if isinstance(error, lmdb.PanicError):
        return BackendUnavailable(store, f"{reason}; end this process and look at its disk")
    return BackendUnavailable(store, reason)


def after_commit(error: lmdb.Error, store: str, folder: Path) -> AicmoError:
    """
    Return what an *error* of the commit itself means.

    LMDB writes the page that makes a commit true last, so that a full disk stops
    it before. It reports a short write as an input/output error, as it does when the
    disk did not confirm what it was given; only then is it not known what is there.
    """
    if _code(error) != errno.EIO:
        return translated(error, store)
    room = os.statvfs(folder) if hasattr(os, "statvfs") else None
    if room is not None and room.f_bavail * room.f_frsize < _NO_ROOM:
        return DatabaseFull(store, str(error))
    return OutcomeUnknown(store, str(error))


def _code(error: lmdb.Error | OSError) -> int | None:
    return error.errno if isinstance(error, OSError) else error.code
