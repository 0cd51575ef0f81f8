"""Naming: how a report's own sentences call the client, and those who buy from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from attrs import define, field, frozen

from aicmo_core.kernel.patterns import compile_pattern

_BUYERS = re.compile(
    r"(?P<article>\b[Aa]n? )?(?<![\w-])(?P<noun>(?P<first>[Cc])ustomer)(?P<plural>s?)(?![\w-])"
)
_SAID = re.compile(r"“[^”]*”")
_NOT_BEFORE = re.compile(
    r"(?:(?<!\w)(?:the|an?|this|that|each|every|old|new|former|whole|real|no|more|only|about)"
    r"|[#@/“‘(-])\W*$",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(r"[’'](?!s\b|\s)|\w|[-@/”]|\.\w| [a-z]+(?:er|ing|ers) (?:of|and)\b")
_OPENS = re.compile(r"(?:^|[.!?…]”?\s+)$")


@frozen
class Naming:
    """
    The words of one client's report for the client and for those who buy.

    Attributes:
        names: The client's name, in the lengths in which it is said.
        house: What it is called in place of its name: "the inn".
        every: Of so many sentences with its name, one keeps it.
        after: Words behind which only the name makes sense.
        said: In place of words about several people at the client's, those about one.
        people: What those who buy are called, several of them.
        person: What one of them is called.
        own: The client's own words, which are left as they are.
    """

    names: tuple[str, ...]
    house: str
    every: int
    after: str
    said: Mapping[str, str]
    people: str
    person: str
    own: re.Pattern[str] | None
    _name: re.Pattern[str] = field(init=False, eq=False)

    @_name.default
    def _compiled(self) -> re.Pattern[str]:
        names = sorted(filter(None, self.names), key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?:’s?(?!\w))?(?!\w)")

    def plain(self, text: str) -> str:
        """Return a sentence of the report's with the right people in it; its name stays."""
        for several in self.said:
            if several in text:
                said = re.compile(re.escape(several))
                text = self._outside(text, said, lambda found: self.said[found[0]])
        return self._of_buyers(text)

    def _of_buyers(self, text: str) -> str:
        if self.people == "customers" or "ustomer" not in text:
            return text

        def called(found: re.Match[str]) -> str:
            noun = self.people if found["plural"] else self.person
            noun = noun[:1].upper() + noun[1:] if found["first"] == "C" else noun
            if not found["article"]:
                return noun
            article = "an" if noun[:1].lower() in "aeio" else "a"
            return f"{article.capitalize() if found['article'][0] == 'A' else article} {noun}"

        return self._outside(text, _BUYERS, called)

    def called(self, text: str, *, named: bool) -> tuple[str, bool]:
        """
        Return a sentence with the house in place of its name, and whether it named the client.

        Args:
            named: Whether the name may stay once.
        """
        kept = False

        def other(found: re.Match[str]) -> str:
            nonlocal kept
            if (named and not kept) or not self._fits(found):
                kept = True
                return found[0]
            article_opens = _OPENS.search(found.string[: found.start()])
            house = self.house[:1].upper() + self.house[1:] if article_opens else self.house
            return f"{house}’s" if found[0].endswith(("’s", "’")) else house

        changed = self._outside(text, self._name, other)
        return changed, kept or changed != text

    def _fits(self, found: re.Match[str]) -> bool:
        """Whether the house can stand where the name does."""
        before, after = found.string[: found.start()], found.string[found.end() :]
        tail = compile_pattern(rf"(?:{self.after})\s*$")
        return not (tail.search(before) or _NOT_BEFORE.search(before) or _NOT_AFTER.match(after))

    def _outside(
        self, text: str, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]
    ) -> str:
        """Replace what is found outside quotation marks and the client's own words."""
        if not pattern.search(text):
            return text
        kept = [*self._kept(text)]

        def outside(found: re.Match[str]) -> str:
            if any(start <= found.start() < end for start, end in kept):
                return found[0]
            return replace(found)

        return pattern.sub(outside, text)

    def _kept(self, text: str) -> Iterator[tuple[int, int]]:
        for pattern in (_SAID, self.own):
            if pattern is not None:
                yield from (found.span() for found in pattern.finditer(text))


@define
class PageNaming:
    """
    The naming of one section, sentence by sentence.

    Attributes:
        naming: The report's.
    """

    naming: Naming
    _mentions: dict[bool, int] = field(factory=lambda: {True: 0, False: 1}, init=False)

    def sentence(self, text: str, *, must: bool) -> str:
        """
        Return a sentence as it stands in the section.

        Args:
            must: Whether it stands there in any case; the first of those has the name.
        """
        plain = self.naming.plain(text)
        named = self._mentions[must] % self.naming.every == 0
        called, mentioned = self.naming.called(plain, named=named)
        self._mentions[must] += mentioned
        return called


def own_words(
    texts: Iterable[str], names: Iterable[str], words: Iterable[str]
) -> re.Pattern[str] | None:
    """
    Return a pattern of those texts of a client that hold something that would be reworded.

    Args:
        names: The client's.
        words: Other words that would be.
    """
    listed = [w.casefold() for w in (*names, *words, "customer") if w]
    bare = {n.casefold() for n in names}
    kept = {
        text
        for text in texts
        if text.casefold() not in bare and any(w in text.casefold() for w in listed)
    }
    ordered = sorted(kept, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered)), re.IGNORECASE) if ordered else None
