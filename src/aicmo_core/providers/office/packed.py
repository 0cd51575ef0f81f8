"""Office files are ZIPs: packed again, so that the same document is the same file."""

from __future__ import annotations

import io
import re
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)
_WHEN = re.compile(rb"(<dcterms:\w+ [^>]*>)[^<]*")
_WORKBOOK = ".xlsx"


def packed_again(data: bytes, day: str = "") -> bytes:
    """
    Return a ZIP of the same files in the same order, with no day.

    It is compressed to a tenth; another version of zlib may make other bytes of it.

    Args:
        day: What workbooks within it, which belong to charts, say that they were made at.
    """
    out = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith(_WORKBOOK):
                content = packed_again(content, day)
            elif day and name == "docProps/core.xml":
                content = _WHEN.sub(rb"\g<1>" + day.encode(), content)
            target.writestr(ZipInfo(name, _EPOCH), content, ZIP_DEFLATED)
    return out.getvalue()
