"""The ZIP of a package: the same bytes for the same files, on any machine."""

from __future__ import annotations

import io
from collections.abc import Mapping
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_PLAIN_FILE = 0o100644 << 16


def archive(files: Mapping[str, bytes]) -> bytes:
    """
    Return a ZIP of *files*, by name.

    Files are stored uncompressed: implementations of deflate differ between machines,
    and a package is small.
    """
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as zip_file:
        for name in sorted(files):
            entry = ZipInfo(name, _EPOCH)
            entry.create_system = _UNIX
            entry.external_attr = _PLAIN_FILE
            zip_file.writestr(entry, files[name])
    return buffer.getvalue()
