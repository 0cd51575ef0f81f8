"""Cleaning of client text: one form of each character, one space, nothing invisible."""

from __future__ import annotations

import re
import unicodedata

_LINE_END = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")

# Zero-width spaces, the byte order mark and soft hyphens say nothing. The two joiners
# stay: emoji, Persian and the scripts of India are spelled with them.
_NO_WIDTH = "\u00ad\u180e\u200b\u2060-\u2064\ufeff"

# Embeddings, overrides and isolates can show a text in another order than it is read
# in, also the text around it. Right-to-left script needs none of them inside a field;
# the weak marks (U+200E, U+200F, U+061C) stay.
_BIDI = "\u202a-\u202e\u2066-\u2069"

_CONTROLS = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufff9-\ufffb"
_INVISIBLE = re.compile(f"[{_NO_WIDTH}{_BIDI}{_CONTROLS}]")

# Tag characters spell the flags of England, Scotland and Wales after a black flag;
# anywhere else they hide text from a person and show it to a machine.
_TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]{1,6}\U000e007f)|[\U000e0000-\U000e007f]+")

_JOINERS = "\u200c\u200d\u2019"
_WITHOUT_WIDTH_ALONE = "\u200c\u200d\u200e\u200f\u061c"

_NOT_GIVEN = frozenset(
    {
        "n/a",
        "n.a.",
        "n. a.",
        "none",
        "null",
        "nil",
        "tbd",
        "t.b.d.",
        "tba",
        "todo",
        "unknown",
        "not known",
        "not applicable",
        "not sure",
        "don't know",
        "to be decided",
        "to be defined",
        "k.a.",
        "k. a.",
        "keine",
        "keine angabe",
        "unbekannt",
        "weiß nicht",
        "aucun",
        "aucune",
        "inconnu",
        "ninguno",
        "ninguna",
    }
)


_DENIED = re.compile(
    r"(?:n/a|n\.a\.|not applicable|does not apply|none|nothing|k\.a\.|entfällt)\s*[-–—:;,(].*",
    re.IGNORECASE,
)
"""A denial that goes on to say why: "n/a - we are a charity"."""


def clean_lines(raw: str) -> list[str]:
    """Return the lines of *raw* that say something, each cleaned."""
    text = _TAGS.sub(lambda found: found[1] or "", raw)
    lines = (_clean_line(line) for line in _LINE_END.split(text))
    return [line for line in lines if line]


def clean_text(raw: str) -> str:
    """
    Return *raw* in NFC on one line, white space folded, what cannot be seen removed.

    The words stay as they are, in any script.
    """
    return " ".join(clean_lines(raw))


def _clean_line(line: str) -> str:
    seen = _INVISIBLE.sub("", line)
    folded = _SPACES.sub(" ", unicodedata.normalize("NFC", seen)).strip()
    return folded if folded.strip(_WITHOUT_WIDTH_ALONE) else ""


def is_given(text: str) -> bool:
    """
    Return whether a cleaned answer says anything.

    A form is often handed back with "n/a", "TBD" or a dash where nothing was to be said.
    """
    folded = text.casefold()
    if folded.rstrip("!.?") in _NOT_GIVEN or folded in _NOT_GIVEN or _DENIED.fullmatch(text):
        return False
    return any(unicodedata.category(char)[0] in "LNS" for char in text)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of *text* for comparing: any case, any width, without punctuation."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return tuple("".join(map(_for_comparing, folded)).split())


def _for_comparing(char: str) -> str:
    if char.isascii():
        return char if char.isalnum() else "" if char == "'" else " "
    if char in _JOINERS:
        return ""
    # Marks belong to their word: without them the scripts of India fall to pieces.
    return char if unicodedata.category(char)[0] in "LMNS" else " "


def spoken(text: str) -> str:
    """Return the words of *text* between spaces, so that `in` finds whole words."""
    return f" {' '.join(words_of(text))} "


def contains_phrase(text: str, phrase: str) -> bool:
    """Return whether *phrase* stands in *text* as whole words, in any case."""
    wanted = spoken(phrase)
    return bool(wanted.strip()) and wanted in spoken(text)


def shortened(text: str, most: int = 120) -> str:
    """Return *text*, or its beginning with an ellipsis where it is longer than *most*."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
