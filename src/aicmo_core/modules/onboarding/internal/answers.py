"""Answers: what a client wrote under each question, cleaned and read by the question's type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from attrs import field, frozen

from aicmo_core.kernel.errors import nearest
from aicmo_core.modules.onboarding.internal.cleaning import clean_lines, clean_text, is_given
from aicmo_core.modules.onboarding.internal.form import AnswerType, Question, questions

_YES = frozenset(
    {"yes", "y", "yep", "yeah", "true", "sure", "ja", "jawohl", "oui", "si", "sí", "sim"}
)
_NO = frozenset({"no", "n", "nope", "false", "nein", "non", "nee", "não"})
_FIRST_WORD = re.compile(
    r"([^\W\d_]+)(?:\s*(?:[,.;:!–—(-]|please\b|bitte\b|thanks\b).*)?", re.DOTALL
)
_ENTRIES = re.compile(r"[;\n•‣▪]")
_ENTRIES_OR_COMMA = re.compile(r"[;,\n•‣▪]")
_BULLET = re.compile(r"^(?:[-*–—]|\d{1,2}[.)])\s+")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_LONGEST_URL = 2000
_LONGEST_HOST = 260  # RFC 1035 has 253 characters, and a port may follow
_HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*\.?(?::\d{1,5})?")

MOST_ENTRIES = 100
"""How many entries one list may have."""


class Unreadable(ValueError):
    """An answer is not of the kind that its question asks for; the message says why."""


@frozen
class Answers:
    """
    The answers that were given. A question that was left open has none.

    Attributes:
        texts: The text of every answer on one line, by question id.
        lines: The same, line by line, for text questions.
        lists: The entries of list questions.
        flags: Yes or no.
        unreadable: Why an answer cannot be read.
        found: Every answer as it was given, cleaned, for showing it to the client.
    """

    texts: dict[str, str] = field(factory=dict)
    lines: dict[str, tuple[str, ...]] = field(factory=dict)
    lists: dict[str, tuple[str, ...]] = field(factory=dict)
    flags: dict[str, bool] = field(factory=dict)
    unreadable: dict[str, str] = field(factory=dict)
    found: dict[str, str] = field(factory=dict)

    def text(self, question_id: str) -> str | None:
        return self.texts.get(question_id)

    def entries(self, question_id: str) -> tuple[str, ...]:
        return self.lists.get(question_id, ())

    def flag(self, question_id: str) -> bool | None:
        return self.flags.get(question_id)

    def has(self, question_id: str) -> bool:
        """Return whether the question was answered, readably or not."""
        return any(
            question_id in part for part in (self.texts, self.lists, self.flags, self.unreadable)
        )


def read_answers(responses: Mapping[str, Any], settled: Mapping[str, str]) -> Answers:
    """
    Clean and read raw answers.

    One text where a list is asked for is parted at line ends and semicolons, and at
    commas where the entries are names. A number where text is asked for is its digits;
    a list of one text where one text is asked for is that text.

    Args:
        responses: Question id to answer, as given. The ids are on the form.
        settled: Question id to the answer from the discovery call, which replaces the
            form's; empty text takes an answer away.
    """
    answers = Answers()
    for id_, question in questions().items():
        raw = settled[id_] if id_ in settled else responses.get(id_)
        shown = _shown(raw)
        if shown:
            answers.found[id_] = shown
        try:
            _read(answers, question, raw)
        except Unreadable as problem:
            answers.unreadable[id_] = str(problem)
    return answers


def _read(answers: Answers, question: Question, raw: Any) -> None:
    match question.type:
        case AnswerType.FLAG:
            flag = _flag(raw)
            if flag is not None:
                answers.flags[question.id] = flag
        case AnswerType.TEXTS | AnswerType.LINKS:
            entries = _list(question, raw)
            if entries:
                answers.lists[question.id] = entries
        case _:
            lines = _text_lines(raw)
            text = " ".join(lines)
            if is_given(text):
                answers.texts[question.id] = _of_type(question, text)
                answers.lines[question.id] = tuple(lines)


def _of_type(question: Question, text: str) -> str:
    if question.type is AnswerType.URL:
        return read_url(text)
    if question.type is AnswerType.CHOICE:
        return _choice(question, text)
    return text


def _text_lines(raw: Any) -> list[str]:
    match raw:
        case None:
            return []
        case str():
            return clean_lines(raw)
        case bool():
            raise Unreadable("a text is asked for, and yes or no was given")
        case int() | float():
            return [_digits(raw)]
        case list() | tuple() if len(raw) == 1 and isinstance(raw[0], str):
            return clean_lines(raw[0])
        case list() | tuple() if not raw:
            return []
    raise Unreadable(f"a text is asked for, and {_kind(raw)} was given")


def _list(question: Question, raw: Any) -> tuple[str, ...]:
    match raw:
        case None:
            entries = []
        case str():
            at = _ENTRIES_OR_COMMA if question.comma_separated else _ENTRIES
            entries = [_entry(question, entry) for entry in at.split(raw)]
        case list() | tuple():
            entries = [_entry(question, entry) for entry in raw]
        case _ if question.type is AnswerType.LINKS and isinstance(raw, dict):
            entries = [_entry(question, raw)]
        case _:
            raise Unreadable(f"a list is asked for, and {_kind(raw)} was given")
    bare = (_BULLET.sub("", entry) for entry in entries)
    given = tuple(dict.fromkeys(entry for entry in bare if is_given(entry)))
    if len(given) > MOST_ENTRIES:
        raise Unreadable(f"{len(given)} entries are more than the {MOST_ENTRIES} that can be used")
    return given


def _entry(question: Question, raw: Any) -> str:
    is_link = question.type is AnswerType.LINKS
    match raw:
        case None:
            return ""
        case str():
            return _link(clean_text(raw)) if is_link else clean_text(raw)
        case bool():
            pass
        case int() | float():
            return _digits(raw)
        case dict() if is_link and _is_link(raw):
            return _link(clean_text(raw.get("url") or raw.get("label") or ""))
    expected = "a label and a url" if is_link else "text"
    raise Unreadable(f"each entry is to be {expected}, and one is {_kind(raw)}")


def _is_link(raw: dict[Any, Any]) -> bool:
    return set(raw) <= {"label", "url"} and all(
        v is None or isinstance(v, str) for v in raw.values()
    )


def _link(text: str) -> str:
    """Return the address of a profile; a handle such as "@brand" stays as it is."""
    if not is_given(text):
        return ""
    if _SCHEME.match(text) or _is_host(text.split("/")[0]):
        return read_url(text)
    return text


def read_url(text: str) -> str:
    """
    Return *text* as an http or https address; without a scheme it is https.

    A name and password in it are left out, because the address is printed.

    Raises:
        Unreadable: It is no such address.
    """
    if len(text) > _LONGEST_URL:
        raise Unreadable(f"it is longer than the {_LONGEST_URL} characters of a web address")
    has_scheme = _SCHEME.match(text) and not _is_host(text.split("/")[0])
    try:
        parts = urlsplit(text if has_scheme else f"https://{text}")
    except ValueError as error:
        raise Unreadable(f"it is no web address: {error}") from None
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme not in ("http", "https"):
        raise Unreadable(f"a web address begins with http or https, not {parts.scheme}:")
    if any(char.isspace() or char in "<>\"'\\" for char in text) or not _is_host(host):
        raise Unreadable("it is no web address, such as https://example.com")
    return urlunsplit(parts._replace(netloc=host))


def _is_host(text: str) -> bool:
    return len(text) <= _LONGEST_HOST and _HOST.fullmatch(text) is not None


def _choice(question: Question, text: str) -> str:
    spoken = text.casefold().strip(" .!")
    chosen = question.aliases.get(spoken, spoken)
    if chosen in question.choices:
        return chosen
    close = nearest(spoken, question.choices)
    hint = f"; is it {close}?" if close else ""
    raise Unreadable(f"it is none of {', '.join(question.choices)}{hint}")


def _flag(raw: Any) -> bool | None:
    match raw:
        case None | bool():
            return raw
        case str():
            text = clean_text(raw)
            if not is_given(text) and text.casefold() not in _NO:
                return None
            word = _FIRST_WORD.fullmatch(text)
            said = word[1].casefold() if word else ""
            if said in _YES or said in _NO:
                return said in _YES
    raise Unreadable("yes or no is asked for")


def _digits(raw: int | float) -> str:
    return f"{raw:.15g}" if isinstance(raw, float) else _integer(raw)


def _integer(raw: int) -> str:
    if abs(raw) >= 10**18:
        raise Unreadable("a text is asked for, and a number beyond all measure was given")
    return str(raw)


def _kind(raw: Any) -> str:
    match raw:
        case None:
            return "nothing"
        case bool():
            return "yes or no"
        case str():
            return "a text"
        case int() | float():
            return "a number"
        case list() | tuple():
            return f"a list of {len(raw)}"
        case dict():
            return "a group of named values"
    return f"a {type(raw).__name__}"


def _shown(raw: Any) -> str:
    """Return an answer as given, in one line; entries of a list are set apart by semicolons."""
    match raw:
        case None:
            return ""
        case str():
            return clean_text(raw)
        case bool():
            return "yes" if raw else "no"
        case list() | tuple():
            return "; ".join(filter(None, (_shown(entry) for entry in raw[:20])))
        case dict():
            return "; ".join(
                f"{clean_text(str(k))}: {_shown(v)}" for k, v in list(raw.items())[:20]
            )
        case int() if abs(raw) >= 10**18:
            return "a very large number"
    return clean_text(str(raw))
