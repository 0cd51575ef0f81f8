"""The calendar as iCalendar (RFC 5545): an all-day event for each entry."""

from __future__ import annotations

import re
from datetime import UTC, timedelta

from aicmo_core.modules.production.api import CalendarEntryDTO, ContentDraftDTO

_OCTETS = 75
"""The longest content line, its line break left out (RFC 5545, section 3.1)."""
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def text(value: str) -> str:
    """Return *value* as the TEXT type of RFC 5545, section 3.3.11."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    value = _CONTROLS.sub("", value)
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    return value


def fold(line: str) -> str:
    """Return *line* broken so that no part is longer than 75 octets, characters whole."""
    parts: list[str] = []
    part, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > _OCTETS:
            parts.append(part)
            part, size = " ", 1
        part += character
        size += width
    return "\r\n".join([*parts, part])


def calendar_ics(draft: ContentDraftDTO) -> bytes:
    """Return the feed. UIDs follow from the draft's id, stamps from when it was made."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//aicmo_core//production//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{text(draft.brand_name)}",
    ]
    stamp = draft.created_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    for number, entry in enumerate(draft.calendar, 1):
        lines += _event(draft, entry, number, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{fold(line)}\r\n" for line in lines).encode()


def _event(draft: ContentDraftDTO, entry: CalendarEntryDTO, number: int, stamp: str) -> list[str]:
    notes = f"{entry.format} on {entry.channel}\n{entry.hook}\n{entry.call_to_action}"
    return [
        "BEGIN:VEVENT",
        f"UID:{text(draft.draft_id)}-{number}@aicmo-core",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{text(f'{entry.channel}: {entry.hook}')}",
        f"DESCRIPTION:{text(notes)}",
        f"CATEGORIES:{text(entry.bucket)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]
