"""The intake form: its questions, and how a question is found by its id."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from enum import Enum
from functools import cache
from importlib import resources

from attrs import field, frozen

from aicmo_core.kernel.structuring import structure
from aicmo_core.modules.onboarding.api.errors import UnknownQuestions


class AnswerType(Enum):
    """What kind of answer a question asks for."""

    TEXT = "text"
    URL = "url"
    TEXTS = "list of text"
    LINKS = "list of {label, url}"
    CHOICE = "choice"
    FLAG = "bool"
    MONEY = "money text"


@frozen
class Question:
    """
    One question of the form.

    Attributes:
        choices: What a choice is made from.
        aliases: Other ways of writing a choice, to the choice.
        comma_separated: Whether a comma, too, separates the entries of a list that came
            as one text. Only where the entries are names: a place may contain a comma.
    """

    number: int
    id: str
    section: str
    type: AnswerType
    ask: str
    required: bool = False
    choices: tuple[str, ...] = ()
    aliases: dict[str, str] = field(factory=dict)
    comma_separated: bool = False


@frozen
class Form:
    """A version of the form."""

    form_version: str
    questions: tuple[Question, ...]

    def by_id(self) -> Mapping[str, Question]:
        """Return the questions by id, in the form's order."""
        return {question.id: question for question in self.questions}


@cache
def intake_form() -> Form:
    """Return the form, read from the package's data when it is first needed."""
    source = resources.files(__package__).joinpath("form.json")
    return structure(json.loads(source.read_text(encoding="utf-8")), Form)


@cache
def questions() -> Mapping[str, Question]:
    """Return the questions by id, in the form's order."""
    return intake_form().by_id()


def check_question_ids(ids: Iterable[object]) -> None:
    """
    Refuse ids that are not on the form.

    Raises:
        UnknownQuestions: It names all of them, each with the nearest that exists.
    """
    known = questions()
    unknown = tuple(str(id_) for id_ in ids if id_ not in known)
    if unknown:
        raise UnknownQuestions("question", unknown[0], tuple(known), unknown)
