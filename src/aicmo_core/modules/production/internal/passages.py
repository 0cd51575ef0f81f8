"""Passages: the plain sentences of a section, apart from the Markdown that they stand in."""

from __future__ import annotations

import re

from attrs import frozen

from aicmo_core.modules.production.api import SectionDTO, SectionKind
from aicmo_core.modules.production.api.markdown import escape

LEAST_WORDS = 6
"""Below which a line is a name or a value, and no sentence."""

_LINE = re.compile(r"(?P<prefix>(?:- )?(?:\*\*(?:[^*\\]|\\.)+:\*\* )?)(?P<text>[^#|\s].*)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


@frozen
class Passage:
    """
    A line of a section whose words may be others.

    Attributes:
        line: Its number, from 0.
        prefix: What stands before the words and stays: a bullet, a label.
        text: The words, as a reader sees them.
    """

    line: int
    prefix: str
    text: str


def passages(section: SectionDTO) -> list[Passage]:
    """Return the passages of a section, in order; none of one whose lines are dates."""
    if SectionKind.CALENDAR in section.kinds:
        return []
    found = (_passage(number, line) for number, line in enumerate(section.body.split("\n")))
    return [passage for passage in found if passage is not None]


def with_passages(section: SectionDTO, texts: tuple[str, ...]) -> str:
    """Return the section's Markdown with other words, one text for each passage."""
    lines = section.body.split("\n")
    for passage, text in zip(passages(section), texts, strict=True):
        lines[passage.line] = passage.prefix + escape(text)
    return "\n".join(lines)


def _passage(number: int, line: str) -> Passage | None:
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    text = _ESCAPED.sub(r"\1", match["text"])
    whole = escape(text) == match["text"]  # otherwise there is markup in it
    return Passage(number, match["prefix"], text) if whole and _words(text) else None


def _words(text: str) -> bool:
    return len(text.split()) >= LEAST_WORDS
