"""Office files are ZIPs: packed again, so that the same document is the same file."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)


def packed_again(data: bytes) -> bytes:
    """
    Return a ZIP of the same files in the same order, with no day.

    It is compressed to a tenth; another version of zlib may make other bytes of it.
    """
    out = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(ZipInfo(name, _EPOCH), source.read(name), ZIP_DEFLATED)
    return out.getvalue()
