"""The provider of text by HTTP, against an endpoint that misbehaves."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

import pytest

from aicmo_core.hooks import TextAnswer, TextPrice, TextRefused, TextUnavailable
from aicmo_core.kernel import InvalidValue, Money, Secret
from aicmo_core.providers.openai_text import (
    LARGEST_ANSWER,
    TRIES,
    OpenAITextProvider,
    key_from_environment,
)
from aicmo_core.testing.fixtures import FixedClock
from aicmo_core.testing.texts import text_request
from scenarios.errands import WatchedWaiter
from scenarios.text_server import (
    Reply,
    TextServer,
    completion,
    endless,
    fails,
    half,
    hangs_up,
    never,
    raw,
    says,
    text_server,
)

KEY = "sk-live-0123456789abcdef"
PRICE = TextPrice(Money(Decimal("2.50"), "EUR"), Money(Decimal("10"), "EUR"))


@pytest.fixture
def server() -> Iterator[TextServer]:
    with text_server(says("the answer")) as server:
        yield server


class Caller:
    """A provider, and the time that it lets pass."""

    def __init__(self, server: TextServer, **settings: Any) -> None:
        self.clock = FixedClock()
        self.waiter = WatchedWaiter(self.clock)
        self.provider = OpenAITextProvider(
            "stub",
            Secret(KEY),
            PRICE,
            base_url=server.url,
            **{"clock": self.clock, "waiter": self.waiter, **settings},
        )

    def write(self, content: str = "A workshop.") -> TextAnswer:
        return self.provider.write(text_request(content))

    @property
    def waits(self) -> list[float]:
        return [wait.total_seconds() for wait in self.waiter.waits]


@pytest.fixture
def caller(server: TextServer) -> Caller:
    return Caller(server)


def test_answer_and_what_it_costs(server: TextServer, caller: Caller) -> None:
    """By the tokens that the endpoint counts, and the price that the host declares."""
    answer = caller.write()

    assert answer == TextAnswer("the answer", Money(Decimal("0.000175"), "EUR"), 30, 10)
    assert caller.waits == []


def test_request_says_who_asks_for_what(server: TextServer, caller: Caller) -> None:
    """Two messages, the length of the answer, its schema, and the name of the request."""
    caller.write()

    (body,), (headers,) = server.bodies, server.headers
    assert set(body) == {"model", "messages", "max_tokens", "response_format"}
    assert (body["model"], body["max_tokens"]) == ("stub", 200)
    assert body["response_format"]["json_schema"]["schema"]["required"] == ["text"]
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["idempotency-key"] == "k"


def test_endpoint_of_other_habits(server: TextServer) -> None:
    """What some call otherwise, or do not know."""
    Caller(server, limit_by="max_completion_tokens", structured=False).write()

    assert set(server.bodies[0]) == {"model", "messages", "max_completion_tokens"}


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": "3"}, {"prompt_tokens": -1}, 7])
def test_cost_that_is_not_told_is_taken_for_the_most(
    server: TextServer, caller: Caller, usage: object
) -> None:
    """A ceiling is not passed because an endpoint does not count."""
    server.script = [says("the answer", usage=usage)]

    answer = caller.write()

    assert answer.cost == caller.provider.most_cost(text_request("A workshop."))


def test_no_token_costs_more_than_was_said(server: TextServer, caller: Caller) -> None:
    """A token is a byte at least: the bytes that are sent are more than the tokens in them."""
    caller.write("日本語 🚲" * 50)

    sent = int(server.headers[0]["content-length"])
    most = caller.provider.most_cost(text_request("日本語 🚲" * 50))
    assert most.amount >= PRICE.of(len("日本語 🚲".encode()) * 50, 200).amount
    assert most.amount <= PRICE.of(2 * sent, 200).amount


@pytest.mark.parametrize("text", [None, 7, ["a"]])
def test_answer_without_text_is_paid_all_the_same(
    server: TextServer, caller: Caller, text: Any
) -> None:
    """It declined, or called a tool: the caller checks what it says, and it is charged."""
    server.script = [says(text)]

    assert caller.write() == TextAnswer("", Money(Decimal("0.000175"), "EUR"), 30, 10)


# -- an endpoint that is busy ------------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
def test_busy_endpoint_is_asked_again(server: TextServer, caller: Caller, status: int) -> None:
    """After half a second, then twice that."""
    server.script = [fails(status), fails(status)]

    assert caller.write().text == "the answer"
    assert caller.waits == [0.5, 1.0]


def test_delay_in_seconds_is_kept(server: TextServer, caller: Caller) -> None:
    """The endpoint's own."""
    server.script = [fails(429, Retry_After="7"), fails(503, Retry_After="0.25")]

    assert caller.write().text == "the answer"
    assert caller.waits == [7.0, 0.25]


def test_delay_until_a_date_is_kept(server: TextServer, caller: Caller) -> None:
    """By the clock; one that is past is no delay, but not a thing of no account."""
    then = caller.clock.now() + timedelta(seconds=20)
    date = format_datetime(then, usegmt=True)
    server.script = [fails(429, Retry_After=date), fails(429, Retry_After=date)]

    assert caller.write().text == "the answer"
    assert caller.waits[0] == 20.0


@pytest.mark.parametrize("delay", ["soon", "-5", "1e9", "Mon, 99 Foo 2026", "", "٣", "9" * 30])
def test_delay_that_cannot_be_read_is_none(server: TextServer, caller: Caller, delay: str) -> None:
    """Then the usual one holds."""
    server.script = [
        lambda handler, _: (
            handler.answer(429, b"{}", {"Retry-After": delay})
            if delay.isascii()
            else fails(429)(handler, _)
        )
    ]

    assert caller.write().text == "the answer"
    assert caller.waits == [0.5]


def test_delay_beyond_patience_is_told(server: TextServer, caller: Caller) -> None:
    """A worker is not held for an hour: the run tries again later."""
    server.usual = fails(429, Retry_After="3600")

    with pytest.raises(TextUnavailable, match="status 429") as raised:
        caller.write()

    assert raised.value.retry_after == timedelta(hours=1)
    assert (caller.waits, len(server.bodies)) == ([], 1)


def test_busy_endpoint_is_given_up(server: TextServer, caller: Caller) -> None:
    """After a few tries, and without a wait behind the last."""
    server.usual = fails(500)

    with pytest.raises(TextUnavailable, match="status 500"):
        caller.write()

    assert (len(server.bodies), len(caller.waits)) == (TRIES, TRIES - 1)


def test_endpoint_that_is_not_there_is_tried_again(server: TextServer, caller: Caller) -> None:
    """Nothing was sent, so nothing is charged."""
    server.stop()

    with pytest.raises(TextUnavailable, match="cannot be reached"):
        caller.write()

    assert caller.waits == [0.5, 1.0, 2.0]


# -- what may have been charged is not repeated ------------------------------------------------

WHOLE = completion("x" * 1000)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (hangs_up, "cut off"),
        (half(WHOLE), "cut off"),
        (endless, "cut off"),
        (raw(b" " * (LARGEST_ANSWER + 1)), "cut off"),
        (raw(WHOLE[: len(WHOLE) // 2]), "no chat completion"),
        (raw(b""), "no chat completion"),
        (raw(b"<html>502</html>"), "no chat completion"),
        (raw(b"\xff\xfe{"), "no chat completion"),
        (raw(b"[" * 100_000), "no chat completion"),
        (raw(b'"text"'), "no chat completion"),
        (raw(b"[[]]"), "no chat completion"),
        (raw(b'{"choices": []}'), "no chat completion"),
        (raw(b'{"choices": [{"message": "hello"}]}'), "no chat completion"),
        (says("two", choices=[{}, {}]), "no chat completion"),
    ],
)
def test_answer_that_is_none_is_not_asked_for_again(
    server: TextServer, caller: Caller, reply: Reply, reason: str
) -> None:
    """Whether it was charged is not known: that is for the caller to weigh."""
    server.usual = reply

    with pytest.raises(TextUnavailable, match=reason):
        caller.write()

    assert (len(server.bodies), caller.waits) == (1, [])


def test_answer_that_does_not_come_in_time(server: TextServer) -> None:
    """The connection is given up; what the endpoint does with the request is not known."""
    server.usual = never
    caller = Caller(server, timeout=timedelta(milliseconds=100))

    with pytest.raises(TextUnavailable, match=r"within 0\.1 seconds"):
        caller.write()

    assert (len(server.bodies), caller.waits) == (1, [])


def test_answer_that_comes_in_drops_ends_with_the_time(server: TextServer) -> None:
    """Each byte in time is not the whole in time."""
    caller = Caller(server)
    server.usual = endless
    passing = caller.waiter.elapsed

    def elapsed() -> timedelta:
        caller.waiter.pass_time(timedelta(seconds=25))
        return passing()

    caller.waiter.elapsed = elapsed  # type: ignore[method-assign]

    with pytest.raises(TextUnavailable, match="within 60 seconds"):
        caller.write()


# -- refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
def test_refusal_is_final(server: TextServer, caller: Caller, status: int) -> None:
    """And says the endpoint's own code, where that is a plain word."""
    server.usual = fails(status, b'{"error": {"message": "no", "code": "model_not_found"}}')

    with pytest.raises(TextRefused, match=rf"status {status} \(model_not_found\)"):
        caller.write()

    assert len(server.bodies) == 1


def test_redirect_is_not_followed(server: TextServer, caller: Caller) -> None:
    """The key goes to the address that the host gave."""
    with text_server(says("stolen")) as other:
        server.usual = fails(307, Location=f"{other.url}/chat/completions")

        with pytest.raises(TextRefused, match="redirects are not followed"):
            caller.write()

        assert other.bodies == []


# -- the key -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reply",
    [
        says("fine"),
        hangs_up,
        raw(KEY.encode()),
        fails(401, f'{{"error": {{"message": "bad key {KEY}", "code": "{KEY}"}}}}'.encode()),
        fails(500, KEY.encode()),
        fails(429, KEY.encode(), Retry_After="9999"),
        fails(302, Location="http://127.0.0.1:1/"),
    ],
)
def test_key_is_shown_nowhere(
    server: TextServer, caller: Caller, reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in errors, their chains and tracebacks, logs of any level, names or reprs."""
    caplog.set_level(logging.DEBUG)
    server.usual = reply
    shown = [repr(caller.provider), str(caller.provider), caller.provider.name]

    errors: list[BaseException] = []

    try:
        shown.append(repr(caller.write()))
    except (TextUnavailable, TextRefused) as error:
        errors.append(error)
        shown += [repr(error), *traceback.format_exception(error)]

    assert [(e.__cause__, e.__context__) for e in errors] in ([], [(None, None)])
    assert KEY not in "\n".join(shown)
    assert KEY not in caplog.text
    assert KEY not in "".join(repr(vars(record)) for record in caplog.records)


def test_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """And from nowhere else: an unset variable is named."""
    monkeypatch.setenv("AGENCY_KEY", KEY)
    assert key_from_environment("AGENCY_KEY") == Secret(KEY)

    for value in ("", None):
        if value is None:
            monkeypatch.delenv("AGENCY_KEY")
        else:
            monkeypatch.setenv("AGENCY_KEY", value)
        with pytest.raises(InvalidValue, match="AGENCY_KEY"):
            key_from_environment("AGENCY_KEY")


# -- settings ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:8000",
        "ftp://host/v1",
        "https:///v1",
        f"https://user:{KEY}@host/v1",
        f"https://host/v1?api-key={KEY}",
        "https://host/v1#part",
        "https://[broken/v1",
        "https://host:99999/v1",
    ],
)
def test_address_that_is_none_is_refused(url: str) -> None:
    """Without repeating it: it may hold a key."""
    with pytest.raises(InvalidValue, match="base URL") as raised:
        OpenAITextProvider("stub", Secret(KEY), PRICE, base_url=url)

    assert KEY not in str(raised.value)


@pytest.mark.parametrize("model", ["", "  ", "m" * 200])
def test_model_that_cannot_be_kept_is_refused(model: str) -> None:
    """Its name is stored with drafts."""
    with pytest.raises(InvalidValue, match="model"):
        OpenAITextProvider(model, Secret(KEY), PRICE)


def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that brings it."""
    monkeypatch.setattr("aicmo_core.providers.openai_text.find_spec", lambda _: None)

    with pytest.raises(TextRefused, match=r"pip install 'aicmo_core\[openai\]'"):
        OpenAITextProvider("stub", Secret(KEY), PRICE)


def test_price_is_in_one_currency_and_not_negative() -> None:
    """A credit would let a ceiling grow."""
    euro, dollar = Money(Decimal(1), "EUR"), Money(Decimal(1), "USD")

    with pytest.raises(ValueError, match="one currency"):
        TextPrice(euro, dollar)
    with pytest.raises(ValueError, match="negative"):
        TextPrice(Money(Decimal(-1), "EUR"), euro)


def test_threads_share_one_client(server: TextServer, caller: Caller) -> None:
    """A provider is one object for all runs."""
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda: answers.append(caller.write().text)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == ["the answer"] * 8
