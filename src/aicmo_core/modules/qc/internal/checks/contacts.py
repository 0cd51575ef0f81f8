"""Whether every address, number and voice in the draft is the client's own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aicmo_core.modules.qc.internal import measures
from aicmo_core.modules.qc.internal.evidence import Evidence, Finding, Rule, excerpt
from aicmo_core.modules.qc.internal.passages import Block, BlockKind
from aicmo_core.modules.qc.internal.terms import fold, without_accents

_MAIL = re.compile(r"[\w.+-]{1,64}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,4})")
_WEB = re.compile(
    r"\b(?:https?://(?:www\.)?|www\.)([\w-]{1,63}(?:\.[\w-]{1,63}){1,4})(/[^\s<>()\"'|]{0,200})?"
    r"|(?<![\w@./-])([\w-]{1,63}(?:\.[\w-]{1,63}){0,2}\.(?:com|net|org|info|biz|eu|shop|store"
    r"|co\.uk))\b(?!@)(/[^\s<>()\"'|]{0,200})?"
)
_PHONE = re.compile(
    r"(?<![\w.,:/+-])(?:(?:\+|00)\d{1,3}[ ./()-]{0,3}\d[\d ./()-]{5,14}\d"
    r"|\(\d{2,5}\) ?\d{3,4}[ -]\d{3,5}|0\d{2,4}[ /-]\d{2,4}[ -]?\d{2,5}(?:[ -]\d{2,4})?"
    r"|\d{3}-\d{3}-\d{4})(?!\w)"
)
_HANDLE = re.compile(r"(?<![\w.@/])@[a-z_][\w.]{2,29}(?<!\.)")
_STREET = re.compile(
    r"\b\d{1,4}[a-z]?,? (?:[A-Z][\w'.-]+ ){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Boulevard|Blvd)"
    r"\b|\b[A-ZÄÖÜ][\w-]*(?:straße|strasse|str\.|gasse|allee|platz|weg|damm) \d{1,4}[a-z]?\b"
    r"|\b\d{1,4},? (?:rue|avenue|boulevard) (?:de |du |des |la ){0,2}[A-Z]\w+"
    r"|\b(?:Calle|Via|Rua|Avenida|Plaza) [A-Z]\w+(?: \w+)?,? \d{1,4}\b"
)
_QUOTED = r"[\"“”„«]([^\"“”„»]{12,300})[\"”“»]"
_SAYS = "(?:says|said|writes|wrote|reports|raves|recalls)"
_VOICE = re.compile(
    rf"{_QUOTED},? {_SAYS} (?:[A-Z]|(?:a|an|one|our|the) (?:happy |loyal )?(?:customer|client|guest"
    rf"|patient|buyer|user|reader|student))"
    rf"|{_QUOTED} ?[—–-]{{1,2}} ?[A-Z][\w'-]+(?: [A-Z][\w'.-]*)?(?=,|\.|$)"
    rf"|\b(?:[A-Z][\w'-]+(?: [A-Z]\.?)?|[Cc]ustomers?|[Cc]lients?|[Gg]uests?) {_SAYS}[:,] {_QUOTED}"
)
_SPOKEN_WORDS = 4
"""Fewer words between quotation marks are a title, or a tag line."""
_TELLING = 5
"""Letters of a brand's word that make an address its own: "hello@moehrle.example"."""


def foreign_contacts(evidence: Evidence) -> Iterator[Finding]:
    """Mail and web addresses, handles, telephone numbers and streets that nobody stated."""
    own = _Own(evidence)
    for passage in evidence.everything:
        seen = set()
        for block in passage.blocks:
            for kind, at, words in _contacts(block, own):
                if words in seen or words in evidence.stated_words:
                    continue
                seen.add(words)
                reason = f"found the {kind} {words[:80]!r}, which neither client nor strategy named"
                place = excerpt(block, max(0, at), len(words))
                yield Finding("foreign_contacts", passage.section_id, reason, place)


def _contacts(block: Block, own: _Own) -> Iterator[tuple[str, int, str]]:
    """Return what somebody is reached by and is not the client's: kind, place and words."""
    folded = block.folded
    if "@" in folded:
        for found in _MAIL.finditer(folded):
            if not own.has_host(found[1]):
                yield "mail address", found.start(), found[0].rstrip(".")
        for found in _HANDLE.finditer(folded):
            if not own.is_like_brand(found[0]):
                yield "handle", found.start(), found[0]
    if "." in folded:
        for found in _WEB.finditer(folded):
            host, path = found[1] or found[3], (found[2] or found[4] or "").rstrip("/.,;:!?")
            if not own.has_host(host):
                yield "web address", found.start(), host + path
    if any(map(str.isdigit, folded)):
        for found in _PHONE.finditer(folded):
            if not own.has_number(found[0]):
                yield "telephone number", found.start(), found[0]
        if block.kind not in (BlockKind.HEADING, BlockKind.COLUMN):
            for found in _STREET.finditer(block.text):
                words = fold(found[0])
                yield "street", folded.find(words), words


class _Own:
    """The hosts, numbers and names by which the client itself is reached."""

    def __init__(self, evidence: Evidence) -> None:
        found = _WEB.finditer(evidence.stated_words)
        self._hosts = {f[1] or f[3] for f in found if not (f[2] or f[4] or "").strip("/")}
        self._digits = re.sub(r"[^\d\n]", "", evidence.stated_words)
        brand = fold(evidence.facts.draft.brand_name).split()
        self._words = [w for word in brand if len(w := _letters(word)) >= _TELLING]
        self._name = "".join(map(_letters, brand))

    def has_host(self, host: str) -> bool:
        """Return whether the client named a host or the one above it, or it has its name."""
        above = any(host == own or host.endswith(f".{own}") for own in self._hosts)
        return above or self.is_like_brand(host)

    def has_number(self, number: str) -> bool:
        """Return whether the last digits of a telephone number, or a date, are the client's."""
        digits = re.sub(r"\D", "", number)
        return digits[-7:] in self._digits

    def is_like_brand(self, text: str) -> bool:
        """Return whether an address or a handle holds the brand's name, or a word of it."""
        letters = _letters(text)
        whole = self._name and (self._name in letters or letters.startswith(self._name[:8]))
        return bool(whole) or any(word in letters for word in self._words)


def _letters(text: str) -> str:
    return re.sub(r"\W|_", "", without_accents(text))


def invented_quotes(evidence: Evidence) -> Iterator[Finding]:
    """Whoever is quoted by name, or as a customer, has said it to the client."""
    for passage in evidence.everything:
        for block in passage.blocks:
            if '"' not in block.folded:
                continue
            for found in _VOICE.finditer(block.text):
                said = fold(found[1] or found[2] or found[3]).rstrip(".,!? ")
                if len(measures.words(said)) < _SPOKEN_WORDS or said in evidence.stated_words:
                    continue
                reason = f"found {said[:80]!r} as somebody's words; the client quotes nobody so"
                place = excerpt(block, max(0, block.folded.find(said)), len(said))
                yield Finding("invented_quotes", passage.section_id, reason, place)


RULES: tuple[Rule, ...] = (foreign_contacts, invented_quotes)
