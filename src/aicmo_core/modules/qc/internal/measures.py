"""What is counted in plain text: words, sentences, repetitions, long words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from aicmo_core.modules.qc.internal.passages import Block, BlockKind, Passage

_WORD = re.compile(r"[^\W_](?:[\w'’.,@/&+-]*[^\W_])?")
_SENTENCE_END = re.compile(r"(?<=[.!?。！？…])[\"'”’)\]]*\s+|(?<=[。！？])")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|no|st|dr|mr|mrs|inc|co|ltd|approx)|\b\w)\.$")

LONG_WORD = 6
"""Björnsson's readability index counts the words of more letters than this as long."""


def words(text: str) -> list[str]:
    """Return the words: runs with a letter or digit in them; `12%` and `e-mail` are one each."""
    return _WORD.findall(text)


def count_words(passage: Passage) -> int:
    """Return how many words a reader meets, tables and headings included."""
    return sum(len(words(block.text)) for block in passage.blocks)


def sentences(text: str) -> list[str]:
    """Return the sentences; an abbreviation's full stop ends none."""
    found: list[str] = []
    parts: list[str] = []
    for part in filter(None, map(str.strip, _SENTENCE_END.split(text))):
        parts.append(part)
        if not _ABBREVIATION.search(part[-12:].casefold()):
            found.append(" ".join(parts))
            parts.clear()
    return [*found, " ".join(parts)] if parts else found


def sentence_at(text: str, at: int) -> str:
    """Return the sentence that holds the character at a place; all, if that is not clear."""
    position = 0
    for sentence in sentences(text):
        position = text.find(sentence, position)
        if position < 0:  # closing quotation marks are no part of a sentence
            return text
        if at < position + len(sentence):
            return sentence
        position += len(sentence)
    return text


def prose(passage: Passage) -> tuple[Block, ...]:
    """Return what is read as running text: paragraphs and list items."""
    return passage.of_kind(BlockKind.PARAGRAPH, BlockKind.BULLET)


def longest_sentence(passage: Passage) -> tuple[Block, str]:
    """Return the sentence of most words in the running text, and its block."""
    return max(_spoken(passage), key=lambda found: len(words(found[1])))


def hardest_sentence(passage: Passage) -> tuple[Block, str]:
    """Return the sentence of most long words in the running text, and its block."""
    return max(_spoken(passage), key=lambda found: _long_words(found[1]))


def _spoken(passage: Passage) -> list[tuple[Block, str]]:
    return [(block, s) for block in prose(passage) for s in sentences(block.text)]


def _long_words(text: str) -> int:
    return sum(len(word) > LONG_WORD for word in words(text))


def sentence_lengths(passage: Passage) -> list[int]:
    """Return the number of words of each sentence of the running text."""
    lengths = (len(words(s)) for block in prose(passage) for s in sentences(block.text))
    return [length for length in lengths if length]


def lix(passage: Passage) -> float | None:
    """
    Return the readability index of the running text (Björnsson, Läsbarhet, 1968).

    Words to a sentence, plus the percentage of long words: 30 is a children's book, 50 a
    newspaper's argument, above 60 a statute. None where there is too little to measure.
    """
    lengths = sentence_lengths(passage)
    total = sum(lengths)
    if len(lengths) < 3 or total < 40:
        return None
    long_words = sum(_long_words(block.text) for block in prose(passage))
    return total / len(lengths) + 100 * long_words / total


def repeated_line_ratio(passage: Passage) -> float:
    """Return the share of lines (blocks, table rows) that stood before in the passage."""
    return repeated_share(line for line, _ in _lines(passage))


def first_repeated(passage: Passage) -> str:
    """Return the place and the words of the first line that stood before; empty if none did."""
    seen: set[str] = set()
    for line, place in _lines(passage):
        if line in seen:
            return f"{place}: “{line[:120]}”"
        seen.add(line)
    return ""


def _lines(passage: Passage) -> list[tuple[str, str]]:
    """Return the lines that a reader sees, each with its place."""
    lines = [
        (block.folded, block.place)
        for block in passage.blocks
        if block.kind not in (BlockKind.CELL, BlockKind.COLUMN)
    ]
    lines += [(" | ".join(cell.folded for cell in row), row[0].place) for row in passage.rows]
    return [(line, place) for line, place in lines if line]


def repeated_share(items: Iterable[str]) -> float:
    counts = Counter(items)
    total = sum(counts.values())
    return (total - len(counts)) / total if total else 0.0
