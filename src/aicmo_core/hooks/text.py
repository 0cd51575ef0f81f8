"""Text that somebody else writes: what is asked, what it costs, and what comes back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import timedelta

from attrs import Attribute, define, field, frozen
from attrs.validators import ge, matches_re

from aicmo_core.kernel.errors import AicmoError
from aicmo_core.kernel.money import Money


class TextProvider(ABC):
    """
    Writes text: a language model, or what stands in for one.

    Making one has no effect outside: it connects when it is first asked. It may be asked
    from any thread.
    """

    @property
    @abstractmethod
    def name(self) -> str:
        """What drafts name it by: stable, at most 200 bytes, without a key."""

    @abstractmethod
    def most_cost(self, request: TextRequest) -> Money:
        """Return what *request* costs at most, in the currency of every answer, asking nobody."""

    @abstractmethod
    def write(self, request: TextRequest) -> TextAnswer:
        """
        Ask once, and return what was answered, for at most `most_cost`.

        The instructions are not mixed with the data, and nothing in the data ends its block.

        Raises:
            TextUnavailable: Nothing, or not the whole answer, came. It may be charged.
            TextRefused: The request was refused, and would be again.
        """


@frozen
class TextData:
    """
    Material for a text: what it is called, and what it says. It instructs nobody.

    Attributes:
        name: The caller's own word for it, of ASCII letters, digits and `_`.
        content: Any text, or several: a client's words stand here and nowhere else.
    """

    name: str = field(validator=matches_re(r"[A-Za-z0-9_]{1,64}"))
    content: str | tuple[str, ...]


@frozen
class TextRequest:
    """
    What a provider of text is asked for.

    Attributes:
        instructions: What to write from the data, and how. The caller's own words: nothing
            that a client, a model or a file said is put in.
        data: What it is written from.
        schema: A JSON Schema of the answer, as JSON text. The provider may pass it on; the
            caller checks the answer.
        offline: The answer of a provider without a model: the caller's own text, of that
            schema.
        most_tokens: How long the answer may be.
        key: Names the request: the same when it is made again, in any process.
    """

    instructions: str
    data: tuple[TextData, ...]
    schema: str
    offline: str
    most_tokens: int = field(validator=ge(1))
    key: str


@frozen
class TextAnswer:
    """
    What a provider of text answered.

    Attributes:
        text: As it came: nothing about it has been checked.
        cost: What it costs.
        input_tokens: How many were read, as the provider counts them.
        output_tokens: How many were written.
    """

    text: str
    cost: Money
    input_tokens: int = 0
    output_tokens: int = 0


def _not_negative(_: object, attribute: Attribute[Money], value: Money) -> None:
    if value.amount < 0:
        raise ValueError(f"{attribute.name} must not be negative, found {value}")


@frozen
class TextPrice:
    """
    What a model's text costs, as the host declares it: for a million tokens, in one currency.

    Raises:
        ValueError: One is negative, or the currencies differ.
    """

    read: Money = field(validator=_not_negative)
    written: Money = field(validator=_not_negative)

    def __attrs_post_init__(self) -> None:
        if self.read.currency != self.written.currency:
            raise ValueError(f"expected one currency, found {self.read} and {self.written}")

    def of(self, input_tokens: int, output_tokens: int) -> Money:
        """Return what a call costs, not rounded."""
        tokens = self.read.amount * input_tokens + self.written.amount * output_tokens
        return Money(tokens / 1_000_000, self.read.currency)


@define
class TextUnavailable(AicmoError):
    """
    A provider of text does not answer now, or cut its answer short.

    Try again later. Whether it charges for the call is not known.
    """

    provider: str
    reason: str
    retry_after: timedelta | None = None
    """How long it asks to be left alone, if it says so."""

    def __str__(self) -> str:
        return f"text provider {self.provider} is not available: {self.reason}"


@define
class TextRefused(AicmoError):
    """
    A provider of text refuses the request, or is not set up for it; so it will again.

    Mend what the message names: the key, the model, the length of the request.
    """

    provider: str
    reason: str

    def __str__(self) -> str:
        return f"text provider {self.provider} refuses: {self.reason}"
