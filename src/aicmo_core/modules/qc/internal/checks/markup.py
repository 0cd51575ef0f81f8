"""Whether the Markdown says what its writer meant: headings, table rows, characters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicmo_core.modules.qc.internal.evidence import Evidence, Finding, Rule, excerpt
from aicmo_core.modules.qc.internal.passages import (
    MOST_CHARACTERS,
    Block,
    BlockKind,
    Passage,
)
from aicmo_core.modules.qc.internal.terms import fold

_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_OTHER_BLOCK = re.compile(r"\s*(?:#{1,6} |[-*+] |>|\d+[.)] )")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_BAR = re.compile(r"(?<!\\)\|")
_BYTES = re.compile(r"[\u00c2\u00c3\u00c5\u00e2\u00f0][\u0080-\u00bf\u0152-\u2122\u20ac]{1,3}")
"""What UTF-8 looks like to a reader of Windows-1252: "Ã¶" for "ö", "â€™" for "’"."""
_MEANT = re.compile(
    "[\u00a0-\u017f\u2010-\u2044\u20a0-\u20bf\u2122\u2600-\u27bf\U0001f300-\U0001faff]"
)
_LOST = "\ufffd"
"""What a decoder writes where it can read nothing."""


def empty_headings(evidence: Evidence) -> Iterator[Finding]:
    """A heading is followed by text, or by a heading below it."""
    for passage in evidence.sections:
        following: tuple[Block | None, ...] = (*passage.blocks[1:], None)
        for block, after in zip(passage.blocks, following, strict=False):
            if block.kind is not BlockKind.HEADING:
                continue
            if after is None or (after.kind is BlockKind.HEADING and after.level <= block.level):
                reason = f"found no text under the heading {block.text[:80]!r}"
                place = excerpt(block, 0, len(block.folded))
                yield Finding("empty_headings", passage.section_id, reason, place)


def table_rows(evidence: Evidence) -> Iterator[Finding]:
    """Every row of a table has a cell for each of its columns, and none stands alone."""
    for section, passage in zip(evidence.facts.draft.sections, evidence.sections, strict=True):
        for line, row, expected in _broken_rows(section.body[:MOST_CHARACTERS].split("\n")):
            found = _cells(row)
            reason = (
                f"found a row of {found} cells, expected {expected}"
                if expected
                else f"found a row of {found} cells that belongs to no table"
            )
            place = f"line {line}: “{fold(row)[:120]}”"
            yield Finding("table_rows", passage.section_id, reason, place)


def _broken_rows(lines: list[str]) -> Iterator[tuple[int, str, int]]:
    """Return the number of each broken row, its text, and how many cells it should have."""
    expected, fenced = 0, False
    for number, line in enumerate(lines):
        if _FENCE.match(line):
            fenced = not fenced
        if fenced or not line.strip() or _OTHER_BLOCK.match(line):
            expected = 0
            continue
        if not expected and not line.lstrip().startswith("|"):
            continue
        below = lines[number + 1] if number + 1 < len(lines) else ""
        if not expected and "-" in below and _RULE.fullmatch(below):
            expected = _cells(line)
        if _cells(line) != expected:
            yield number + 1, line, expected


def _cells(row: str) -> int:
    """Return how many cells Markdown sees: a bar at either end divides nothing."""
    inner = row.strip().removeprefix("|")
    if inner.endswith("|") and not inner.endswith(r"\|"):
        inner = inner[:-1]
    return len(_BAR.findall(inner)) + 1


def mojibake(evidence: Evidence) -> Iterator[Finding]:
    """Text that was read in another encoding than it was written in."""
    for passage in evidence.everything:
        for block, at, broken, meant in _misread(passage):
            if evidence.is_quoted(_word_at(block.text, at)):
                continue
            reason = f"found {broken!r}, expected {meant!r}" if meant else f"found {broken!r}"
            words = f"{block.place}: “{block.text[:120]}”"
            yield Finding("mojibake", passage.section_id, f"{reason}: a wrong encoding", words)
            break


def _misread(passage: Passage) -> Iterator[tuple[Block, int, str, str]]:
    """Return each block with a misread character: its place, what stands there, what was meant."""
    for block in passage.blocks:
        for at in (found.start() for found in re.finditer(_LOST, block.text)):
            yield block, at, _LOST, ""
        for found in _BYTES.finditer(block.text):
            for length in range(len(found[0]), 1, -1):
                if meant := _decoded(found[0][:length]):
                    yield block, found.start(), found[0][:length], meant
                    break


def _word_at(text: str, at: int) -> str:
    """Return the word around a place, as it is compared."""
    before, after = text[:at].split(" ")[-1], text[at:].split(" ")[0]
    return fold(before + after).strip(".,;:!?()\"'").removesuffix("'s")


def _decoded(text: str) -> str:
    """Return the one character that was meant; empty where these are not its bytes."""
    try:
        meant = b"".join(map(_byte, text)).decode("utf-8")
    except UnicodeError:
        return ""
    return meant if len(meant) == 1 and _MEANT.fullmatch(meant) else ""


def _byte(character: str) -> bytes:
    """Windows-1252 leaves five bytes undefined, which decoders pass through."""
    return character.encode("latin-1" if character <= "\xff" else "cp1252")


RULES: tuple[Rule, ...] = (empty_headings, table_rows, mojibake)
