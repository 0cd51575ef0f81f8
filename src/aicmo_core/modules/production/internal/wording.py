"""Wording: a client's text made fit for a sentence, in any script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_INVISIBLE = dict.fromkeys(
    [0x00AD, 0x200B, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
"""Soft hyphen, zero-width space, word joiner, BOM, and bidirectional overrides."""

_SENTENCE_END = re.compile(
    r"(?<=\.)\s+(?=[^a-z\s])|(?<=[!?؟।])\s+(?=\S)|(?<=[。！？])\s*(?=[^\s。！？”’」』）])"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(“])(?:\w|Dr|Mrs?|Ms|Prof|St|Inc|Ltd|Co|Corp|No|Nr|vs|ca|approx|e\.g|i\.e|(?:\w\.)+\w)\.$"
)
_ORDINAL = re.compile(r"(?<!\d)\d{1,2}\.$")
_MONTH_FIRST = re.compile(
    r"(?:Jan|Jän|Feb|M[aä]r|Apr|Mai|May|Jun|Jul|Aug|Sep|Okt|Oct|Nov|De[zc])", re.IGNORECASE
)
"""A day before its month, as in "4. Dezember", ends no sentence."""
_TRAILING = " \t.,;:!?。！？؟।、-–—/|&"
_BREAK = re.compile(
    "for|with|without|that|who|which|whose|offering|from|in|on|at|to|by|of|so|because"
    "|seeking|looking|planning|living|working|running|buying|using|wanting|needing|trying|hoping"
    "|having|owning|visiting|travelling|traveling|managing|searching|raising|moving|starting|paying"
    "|per|plus|including"
)
"""Words before which a phrase may end."""
_WEAK = re.compile(rf"{_BREAK.pattern}|and|or|&|the|a|an|our|your|their|[+]|as|")
"""Words with which no phrase ends."""
_ASKING = re.compile("where|how|what|when|why|whether|which|who|whom|whose|able|not|no|never")
"""Words that say nothing without what comes next."""
_NAME = 4
"""Words of a name that reads well in a list even with an "and" in it: "Website and blog"."""
_COUNTABLE = re.compile(
    "account|agency|apartment|app|appointment|audit|bag|bike|blender|board|boat|book|bottle|box"
    "|bundle|café|cafe|camera|camp|car|centre|center|chair|check-up|concert|consultation|converter"
    "|collection|donation|exhibition|family|game|house|kitchen|lesson|loan|magazine|policy|repair|retreat|ride|set"
    "|treatment|unit|van"
    "|class|clinic|club|course|desk|device|event|festival|gadget|gym|headset|hotel|kit|lamp"
    "|machine|marketplace|meal|meter|package|mattress|membership|menu|oven|phone|plan|platform"
    "|practice|product|program|programme|restaurant|robot|room|school|scooter|sensor|service"
    "|session|shop|sofa|solution|speaker|store|studio|subscription|suite|system|table|ticket"
    "|tool|tour|trailer|trip|visit|watch|workshop"
    "|album|battery|boiler|bus|charger|compressor|crane|drill|engine|heater|instrument|laptop|lift"
    "|motor|panel|press|printer|pump|router|saw|scale|scanner|tablet|tractor|truck|turbine|valve"
)
"""Nouns that need an article when one of them is meant."""
_COMMON = re.compile(
    r"\w{3,}(?<![siu])s|art|beer|bread|cheese|chocolate|clothing|coffee|food|furniture|insurance"
    "|jewell?ery|men|music|people|pottery|software|tea|wine|women|yoga|children"
)
"""Words that are no name even where they stand alone: plurals, and goods without one."""
_DETERMINER = re.compile(
    r"(?:an?|the|our|one|two|three|four|five|each|every|all|\d)\b", re.IGNORECASE
)
_EXPLAINED = re.compile(r"(?:an?|the|our|your) (?!\w+, )", re.IGNORECASE)
"""What explains the name before it. A list goes on with short parts: "Soap, a brush, a towel"."""
_VOWEL = re.compile(r"(?i:[aeiou])(?!ne\b|uro|niq|ni[tv]|ser|sed)|[FHLMNRSX][A-Z0-9]|8|11\b|18\b")
_TELLING = 8
"""Words from which on a text in English has small ones."""
_ENGLISH = re.compile("the|and|for|with|of|to|in|who|our|we|a|on|from|by|that|is|are")


def fold(text: str) -> str:
    """Return *text* in NFC on one line: white space folded, control characters removed."""
    text = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    spaced = "".join(" " if c.isspace() or c in "\x85\u2028\u2029" else c for c in text)
    kept = "".join(c for c in spaced if unicodedata.category(c) != "Cc")
    return " ".join(kept.split())


def longest_count(text: str) -> int:
    """Return how many words *text* has by the reading that counts the most."""
    return max(len(text.split()), len(re.findall(r"\w+", text)))


def shortest_count(text: str) -> int:
    """Return how many words *text* has by the reading that counts the fewest."""
    return sum(any(c.isalnum() for c in token) for token in text.split())


def sentences(text: str) -> list[str]:
    """Split *text* at the ends of its sentences; an abbreviation does not end one."""
    found: list[str] = []
    for part in filter(None, _SENTENCE_END.split(text)):
        dated = found and _ORDINAL.search(found[-1]) and _MONTH_FIRST.match(part)
        if found and (dated or _ABBREVIATION.search(found[-1])):
            found[-1] += f" {part}"
        else:
            found.append(part)
    return found


def clip(text: str, limit: int) -> str:
    """
    Return *text*, shortened to at most *limit* words; an ellipsis shows that it was.

    A script without spaces is cut by characters instead, twelve to a word.
    """
    kept: list[str] = []
    count = letters = 0
    for token in text.split():
        count += longest_count(token)
        letters += len(token) + 1
        if count > limit or letters > 12 * limit:
            break
        kept.append(token)
    else:
        return text
    if not kept:
        return _whole(text[: 6 * limit]) + "…"
    return _phrase(kept) + "…"


def called(name: str, limit: int) -> str:
    """
    Return a name as people call it who have not the time for all of it, without an ellipsis.

    It is cut where a part of it ends: "University of Lund" of "University of Lund – Alumni
    Office"; else after *limit* words. A name without spaces is cut by characters.

    Args:
        limit: Words between spaces that it has at most.
    """
    tokens = name.split()
    if len(tokens) <= limit and len(name) <= 12 * limit:
        return name
    places = [p for p in range(2, min(limit, len(tokens) - 1) + 1) if _may_end(tokens, p)]
    cut = _phrase(tokens[: places[-1] if places else limit])
    return cut if len(cut) <= 12 * limit else clip(name, limit)


def _whole(text: str) -> str:
    """Drop a last character whose marks or joiners may have been cut off."""
    while len(text) > 1 and unicodedata.combining(text[-1]):
        text = text[:-1]
    return text.rstrip("\u200d")


def inline(text: str, limit: int = 16) -> str:
    """Return the first sentence of *text* without its full stop, to stand inside another."""
    first = sentences(fold(text))[:1]
    if not first:
        return ""
    bare = first[0].rstrip(" .,;:。、")
    return clause(bare or first[0], limit)


def clause(text: str, limit: int) -> str:
    """
    Return *text*, or its longest beginning within *limit* words that ends where it may.

    Where a semicolon parts it, that is where it ends.
    """
    if longest_count(text) <= limit and len(text) <= 12 * limit:
        return text
    tokens = text.split()
    places = [p for p in range(min(limit, len(tokens) - 1), limit // 2, -1) if _may_end(tokens, p)]
    for place in sorted(places, key=lambda p: not tokens[p - 1].endswith(";")):
        cut = _phrase(tokens[:place])
        if longest_count(" ".join(tokens[:place])) <= limit and len(cut) <= 12 * limit:
            return cut
    return clip(text, limit)


def _may_end(tokens: Sequence[str], place: int) -> bool:
    """Whether a phrase may end before the token at *place*."""
    here = tokens[place]
    if here == "to" and tokens[place - 1][-1].isdigit():  # "200 to 2,000 apartments"
        return False
    if _ASKING.fullmatch(tokens[place - 1].lower()):  # "asked where to buy it"
        return False
    return bool(
        _BREAK.fullmatch(here.strip("(").lower())
        or tokens[place - 1][-1] in ",;:)–—"
        or here[0] in "(–—-"
    )


def without_weak_end(tokens: Sequence[str]) -> list[str]:
    """Return *tokens* without last words such as "and" or "for", with which nothing ends."""
    kept = list(tokens)
    while len(kept) > 1 and _WEAK.fullmatch(kept[-1].strip(_TRAILING).lower()):
        kept.pop()
    return kept


def _phrase(tokens: Sequence[str]) -> str:
    return " ".join(without_weak_end(tokens)).rstrip(_TRAILING)


def excerpt(text: str, limit: int) -> str:
    """Return the whole sentences at the beginning of *text* that have *limit* words at most."""
    kept = ""
    for sentence in sentences(text):
        longer = f"{kept} {sentence}".strip()
        if longest_count(longer) > limit or len(longer) > 12 * limit:
            break
        kept = longer
    return (
        text
        if longest_count(text) <= limit and len(text) <= 12 * limit
        else (kept or clause(text, limit))
    )


def short(text: str, limit: int = 5, *, latest: bool = False) -> str:
    """
    Return the head of a phrase: "Natural skincare products" of "... for sensitive skin".

    Args:
        limit: Words that it has at most.
        latest: Whether it ends as late as it may, instead of as early.
    """
    tokens = inline(text, 24).rstrip("…").split()
    colons = [p for p, token in enumerate(tokens[:-1], 1) if token.endswith(":")]
    if len(colons) > 1 and colons[-1] <= limit:
        # "Album: Salt Hours: Songs from the Quay" is called "Album: Salt Hours"
        return " ".join(tokens[: colons[-1]]).rstrip(":")
    article = bool(tokens) and tokens[0] in ("a", "an", "the")
    if len(tokens) <= limit + article:
        return " ".join(tokens)
    places = [p for p in range(1, limit + 1) if _may_end(tokens, p)]
    places = [p for p in places if not _within_list(tokens, p)] or places
    joint = [p for p in range(limit - 1, 1, -1) if tokens[p] in ("and", "&", "or", "und")]
    if joint and not places and (whole := _condensed(tokens, limit)):
        return whole
    cut = (places[-1 if latest else 0] if places else 0) or (joint[0] if joint else limit)
    return _phrase(tokens[:cut]) or " ".join(tokens[:limit])


def name_of(text: str) -> str:
    """Return the name that *text* explains: "Nine Elms" of "Nine Elms, a flat for two, new"."""
    head, _, rest = text.partition(", ")
    words = head.split()
    is_name = all(w[0].isupper() or w[0].isdigit() for w in words) and not head.isupper()
    return head if words and is_name and _EXPLAINED.match(rest) else text


def _within_list(tokens: Sequence[str], place: int) -> bool:
    """Whether an enumeration goes on at *place*: "banks, | telecoms and family firms"."""
    rest = [t.lower() for t in tokens[place : place + 6]]
    return tokens[place - 1].endswith(",") and any(t in ("and", "or", "und", "&") for t in rest)


def _condensed(tokens: Sequence[str], limit: int) -> str:
    """Return one long-named thing in few words: "an AI-powered app"; else nothing."""
    end = next((p for p in range(1, len(tokens)) if _may_end(tokens, p)), len(tokens))
    one = _DETERMINER.match(tokens[0]) and _COUNTABLE.fullmatch(tokens[end - 1].lower())
    return " ".join((*tokens[:2], tokens[end - 1])) if one and limit > 2 < end else ""


def series(items: Sequence[str]) -> str:
    """Join *items* as prose: "bread, rolls and cake"; semicolons where items have parts."""
    if len(items) < 2:
        return "".join(items)
    if any(", " in item or (" and " in item and len(item.split()) > _NAME) for item in items):
        return "; ".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def capital(text: str) -> str:
    """Return *text* with a capital first letter, where its script has one."""
    return text[:1].upper() + text[1:] if text[:1].islower() else text


def closed(text: str) -> str:
    """Return *text* as a sentence: it begins with a capital and ends with its stop."""
    text = capital(text)
    if not text or text[-1] in ".!?…。！？؟।" or unicodedata.category(text[-1]) in ("So", "Mn"):
        return text
    ended = text[-1] in '”’")」』）' and text[-2:-1] in tuple(".!?。！？")
    return text if ended else text + "."


def counted(number: int) -> str:
    """Return a small number as a word, a larger one in figures."""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[number] if 0 <= number < len(words) else str(number)


def possessive(name: str) -> str:
    return f"{name}’" if name[-1:] in "sS" else f"{name}’s"


def with_article(phrase: str) -> str:
    """Return a phrase about one countable thing with its article: "a half-day tour for two"."""
    tokens = phrase.split()
    end = next((p for p in range(1, len(tokens)) if _may_end(tokens, p)), len(tokens))
    if not tokens or not _COUNTABLE.fullmatch(tokens[end - 1].strip(_TRAILING).lower()):
        return phrase
    if _DETERMINER.match(phrase):
        return phrase
    return f"{'an' if _VOWEL.match(phrase) else 'a'} {phrase}"


def is_english(texts: Iterable[str]) -> bool:
    """
    Return whether the texts look English: whether phrases may lose their capital.

    A few plain words have none of the small ones that would tell; they count as English.
    """
    tokens = [t.lower().strip(_TRAILING) for text in texts for t in text.split()]
    if len(tokens) < _TELLING:
        return all(t.isascii() for t in tokens)
    return sum(bool(_ENGLISH.fullmatch(t)) for t in tokens) * 12 >= len(tokens)


def uncapital(text: str, proper: frozenset[str]) -> str:
    """
    Return an English phrase for the middle of a sentence: "women aged 25-40".

    A name in *proper*, a word with a further capital, and a single word that may be a name
    keep their own.
    """
    first, _, rest = text.partition(" ")
    ordinary = first[:1].isupper() and first[1:].replace("-", "").islower() and first.isascii()
    if not ordinary or first.lower() in proper:
        return text
    listed = rest[:1].islower() or (rest[:1].isdigit() and bool(_COMMON.fullmatch(first.lower())))
    common = listed if rest else bool(_COMMON.fullmatch(first.lower()))
    return first.lower() + text[len(first) :] if common else text
