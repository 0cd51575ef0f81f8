"""A page: a section as it is written, fitted to the length that its rules allow."""

from __future__ import annotations

from enum import IntEnum

from attrs import define, field, frozen

from aicmo_core.modules.production.api.markdown import escape
from aicmo_core.modules.production.internal.avoidance import Avoidance
from aicmo_core.modules.production.internal.naming import PageNaming
from aicmo_core.modules.production.internal.wording import (
    closed,
    longest_count,
    shortest_count,
)


class Need(IntEnum):
    """Why a sentence is there."""

    MUST = 0
    FACT = 1
    """It says something of this client: it stays as long as there is room."""
    FILL = 2
    """It is added only while the section is shorter than it may be."""


@frozen
class Sentence:
    text: str
    need: Need = Need.MUST


def fact(text: str) -> Sentence:
    return Sentence(text, Need.FACT)


def fill(text: str) -> Sentence:
    return Sentence(text, Need.FILL)


@define
class _Line:
    sentences: list[Sentence]
    prefix: str = ""
    label: str = ""
    raw: str = ""


@define
class Page:
    """
    A section under way. Sentences are plain text; they are escaped when rendered.

    Attributes:
        minimum: Words that it has at least, as far as there are sentences.
        maximum: Words above which no further optional sentence is taken.
        avoidance: What no sentence may hold; one that does is left out.
        least_bullets: Bullets that it has at least, as far as there are any.
        most_bullets: Bullets above which no optional one is taken.
        naming: How its sentences call the client; None where they are left as they are.
    """

    minimum: int
    maximum: int
    avoidance: Avoidance
    least_bullets: int = 0
    most_bullets: int = 99
    naming: PageNaming | None = None
    _lines: list[_Line] = field(factory=list, init=False)

    def heading(self, text: str) -> None:
        """Add a heading of level 3. Its text is the writer's own and holds no client's text."""
        self._lines.append(_Line([], raw=f"### {text}"))

    def name(self, label: str, text: str) -> None:
        """Add a label and a bare name or phrase after it, without a full stop."""
        self._lines.append(_Line([], raw=f"**{label}:** {escape(text)}"))

    def block(self, markdown: str) -> None:
        """Add finished Markdown, such as a table."""
        self._lines.append(_Line([], raw=markdown))

    def paragraph(self, *texts: str | Sentence, label: str = "") -> None:
        self._lines.append(_Line(self._said(texts), label=self._label(label)))

    def bullet(self, *texts: str | Sentence, label: str = "") -> None:
        self._lines.append(_Line(self._said(texts), prefix="- ", label=self._label(label)))

    def _label(self, label: str) -> str:
        return label if self.naming is None else self.naming.naming.plain(label)

    def _said(self, texts: tuple[str | Sentence, ...]) -> list[Sentence]:
        found = _sentences(texts)
        if self.naming is None:
            return found
        name = self.naming.sentence
        return [Sentence(name(s.text, must=s.need is Need.MUST), s.need) for s in found]

    def render(self) -> str:
        """Return the Markdown: what must be there, then what fits."""
        chosen = self._choose()
        text = ""
        after_bullet = False
        for number, line in enumerate(self._lines):
            kept = [s for s in line.sentences if (number, s) in chosen]
            part = line.raw or self._text(line, kept)
            if part:
                bullet = bool(line.prefix)
                text += ("\n" if bullet and after_bullet else "\n\n" if text else "") + part
                after_bullet = bullet
        return text

    def _text(self, line: _Line, kept: list[Sentence]) -> str:
        if not kept:
            return ""
        body = " ".join(closed(s.text) for s in kept)
        label = f"**{escape(line.label)}:** " if line.label else ""
        return line.prefix + label + escape(body)

    def _choose(self) -> set[tuple[int, Sentence]]:
        allowed = [
            (number, s)
            for number, line in enumerate(self._lines)
            for s in line.sentences
            if not self.avoidance.concerns(f"{line.label} {s.text}")
        ]
        chosen: set[tuple[int, Sentence]] = set()
        most = sum(longest_count(line.raw) for line in self._lines)
        least = sum(shortest_count(line.raw) for line in self._lines)
        bullets: set[int] = set()
        for number, s in sorted(allowed, key=lambda pair: pair[1].need):
            line = self._lines[number]
            words = longest_count(f"{line.prefix}{line.label} {s.text}")
            opens = bool(line.prefix) and number not in bullets
            wanted = len(bullets) < self.least_bullets
            if s.need is not Need.MUST and (
                most + words > self.maximum
                or (s.need is Need.FILL and least >= self.minimum and not (opens and wanted))
                or (opens and len(bullets) >= self.most_bullets)
            ):
                continue
            chosen.add((number, s))
            most += words
            least += shortest_count(s.text)
            if opens:
                bullets.add(number)
        return chosen


def _sentences(texts: tuple[str | Sentence, ...]) -> list[Sentence]:
    found = [t if isinstance(t, Sentence) else Sentence(t) for t in texts]
    return [s for s in found if s.text]
