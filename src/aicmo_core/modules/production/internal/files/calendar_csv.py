"""The calendar as CSV (RFC 4180), safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import unicodedata

from aicmo_core.modules.production.api import ContentDraftDTO

HEADER = ("Day", "Date", "Platform", "Bucket", "Format", "Hook", "Call to action")
_FORMULA_STARTS = frozenset("=+-@\t\r\n")


def neutral(cell: str) -> str:
    """
    Return *cell* with an apostrophe before it where a spreadsheet would run it.

    Spreadsheets skip white space and read full-width signs as their plain ones, so
    both count (OWASP, CSV Injection).
    """
    start = unicodedata.normalize("NFKC", cell).lstrip(" \u00a0\u200b\ufeff\v\f")
    seen = start[:1] in _FORMULA_STARTS or cell[:1] in _FORMULA_STARTS
    return f"'{cell}" if seen or start.lstrip()[:1] in _FORMULA_STARTS else cell


def calendar_csv(draft: ContentDraftDTO) -> bytes:
    """Return one record for each entry; dates are ISO 8601; lines end with CR LF; UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADER)
    first = draft.calendar[0].day if draft.calendar else None
    for entry in draft.calendar:
        number = (entry.day - first).days + 1 if first else 1
        texts = (
            entry.channel,
            entry.bucket,
            entry.format,
            entry.hook,
            entry.call_to_action,
        )
        writer.writerow([str(number), entry.day.isoformat(), *map(neutral, texts)])
    return out.getvalue().encode()
