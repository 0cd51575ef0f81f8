"""Disguises: words that are hidden by hyphens, spaces between letters, and letters alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from aicmo_core.modules.qc.internal.terms import fold, places, term

# Letters and signs that are read as a Latin letter (after Unicode Technical Standard 39,
# confusables): digits and signs, Greek, Cyrillic, and small capitals.
_ALIKE = {
    "a": "4@αаᴀɑ", "b": "ʙ", "c": "сᴄϲ", "d": "ԁᴅ", "e": "3еᴇє", "g": "ɡɢ", "h": "һʜ",
    "i": "1!іɪι", "j": "јᴊ", "k": "κкᴋ", "l": "1|ʟ", "m": "мᴍ", "n": "ɴո", "o": "0оοᴏσ",
    "p": "рρᴘ", "r": "гʀ", "s": "5$ѕꜱ", "t": "7тᴛτ", "u": "υᴜս", "v": "νᴠѵ", "w": "ѡᴡԝ",
    "x": "хχ", "y": "уγʏ", "z": "ᴢ",
}  # fmt: skip
_GAP = r"(?:- |[ .\-_*·•/|~+]|[\u0334-\u0338])?"
_SHORTEST = 4
"""Words of fewer letters are found in others too easily."""
_SIDE = 2
"""So many letters stand on either side of a hyphen that hides: "e-mail" is a word of its own."""


def disguised(text: str, folded: str) -> Iterator[tuple[int, int]]:
    """Return where a term stands in a folded text in a disguise, and not as it is spelled."""
    pattern = _pattern(text)
    for found in pattern.finditer(folded) if pattern else ():
        if _hides(fold(text), found[0]) and found.start() in places(found[0], folded):
            yield found.span()


@lru_cache(maxsize=512)
def _pattern(text: str) -> re.Pattern[str] | None:
    words = re.findall(r"[^\W_]+", term(text).text and fold(text))
    if len("".join(words)) < _SHORTEST:
        return None
    spelled = (_GAP.join(f"[{re.escape(c + _ALIKE.get(c, ''))}]" for c in word) for word in words)
    return re.compile(r"[ .-]{1,3}".join(spelled))


def _hides(plain: str, said: str) -> bool:
    """
    Return whether what is said is a term in disguise.

    All its letters are spaced out alike, or it is hyphenated between two parts, or some of its
    letters are others; a word that merely stands with its neighbour is none.
    """
    gaps = re.findall(r"(?<=\w)[^\w]{1,3}(?=\w)|_", said)
    own = re.findall(r"(?<=\w)[^\w]{1,3}(?=\w)|_", plain)
    letters, others = re.sub(r"[\W_]", "", said), re.sub(r"[\W_]", "", plain)
    if len(gaps) <= len(own):
        if said == plain or letters == others:
            return False
        kept = sum(c in others for c in letters)
        return 2 * kept >= len(others) or not any(map(str.isdigit, letters))
    spaced = len(gaps) >= len(others) - 1 and len(set(gaps)) == 1
    if spaced or letters != others or own:
        return spaced
    parts = re.split(r"- ?|[._*·•/|~+]", said)
    return " " not in "".join(parts) and all(len(part) >= _SIDE for part in parts)
