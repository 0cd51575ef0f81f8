"""
Text from any endpoint that speaks OpenAI's chat completions, by the extra `openai`.

The client library is imported when a text is first asked for. It does not retry by itself
here: what may be asked again without being charged twice is decided in `write`.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from attrs import frozen

from aicmo_core.hooks import (
    TextAnswer,
    TextPrice,
    TextProvider,
    TextRefused,
    TextRequest,
    TextUnavailable,
)
from aicmo_core.kernel.clock import Clock, Waiter
from aicmo_core.kernel.errors import InvalidValue, Problem
from aicmo_core.kernel.money import Money
from aicmo_core.kernel.secret import Secret
from aicmo_core.providers.clock import SystemClock
from aicmo_core.providers.text_prompt import messages
from aicmo_core.providers.waiter import SystemWaiter

if TYPE_CHECKING:
    import httpx2
    from openai import APIConnectionError, APIStatusError, OpenAI

OPENAI = "https://api.openai.com/v1"
LARGEST_ANSWER = 1024 * 1024
"""How many bytes of an answer are read. It is JSON, and some hundred of them are not text."""

TRIES = 4
"""How often an endpoint is asked that is busy, the first time included."""

_AROUND_MESSAGES = 64
"""Tokens that an endpoint's own template puts around the two messages, at most."""

_LONGEST_NAME = 200
_CODE = re.compile(r"[a-z][a-z_]{0,63}")
_Limit = Literal["max_tokens", "max_completion_tokens"]


class OpenAITextProvider(TextProvider):
    """
    A model behind an OpenAI-compatible endpoint.

    An endpoint that is busy (429, 5xx) or cannot be reached is asked again, after the delay
    that it names (`Retry-After`, as seconds or as a date), else after one that doubles from
    half a second; never more than `TRIES` times in all, and never once that would make the
    waits longer than *patience*. What may have been charged, a request that was not answered
    in time or an answer that was cut off, is not repeated here: that is for the caller, who
    knows what it may cost. Redirects are not followed.

    Args:
        base_url: Up to and with `/v1`, such as `http://127.0.0.1:8000/v1`. No user or key in it.
        model: As the endpoint calls it.
        key: Sent as a bearer token, and shown nowhere.
        price: What the model costs.
        timeout: How long no byte may come, and after which nothing more is read.
        patience: How long all waits between tries may take together.
        limit_by: The field for the length of an answer. An endpoint that does not know the
            one it is sent should say so; OpenAI's newer models take `max_completion_tokens`.
        structured: Whether to send the answer's schema. Some endpoints refuse that.

    Raises:
        InvalidValue: *base_url* is no address of that kind.
        TextRefused: The extra `openai` is not installed.
    """

    def __init__(
        self,
        model: str,
        key: Secret,
        price: TextPrice,
        *,
        base_url: str = OPENAI,
        timeout: timedelta = timedelta(seconds=60),
        patience: timedelta = timedelta(seconds=60),
        limit_by: _Limit = "max_tokens",
        structured: bool = True,
        clock: Clock | None = None,
        waiter: Waiter | None = None,
    ) -> None:
        self._name = _name(model, base_url)
        self._base_url = base_url
        self._model = model
        self._key = key
        self._price = price
        self._timeout = timeout
        self._patience = patience
        self._limit_by = limit_by
        self._structured = structured
        self._clock = clock or SystemClock()
        self._waiter = waiter or SystemWaiter()
        self._opening = threading.Lock()
        self._opened: OpenAI | None = None
        if find_spec("openai") is None:
            reason = "its client is not installed; run: pip install 'aicmo_core[openai]'"
            raise TextRefused(self.name, reason)

    @property
    def name(self) -> str:
        return self._name

    def __repr__(self) -> str:
        return f"<OpenAITextProvider {self.name}>"

    def most_cost(self, request: TextRequest) -> Money:
        """A token is a byte or more, so that there are no more of them than bytes."""
        sent = len(json.dumps(self._body(request), ensure_ascii=False).encode())
        return self._price.of(sent + _AROUND_MESSAGES, request.most_tokens)

    def write(self, request: TextRequest) -> TextAnswer:
        outcome, tried, waited = self._ask(request), 1, timedelta(0)
        while isinstance(outcome, _Failure):
            delay = outcome.delay
            if delay is None:
                delay = timedelta(seconds=0.5) * 2 ** (tried - 1)
            waited += delay
            if not outcome.again or tried == TRIES or waited > self._patience:
                raise outcome.as_error(self.name)
            self._waiter.wait(delay)
            outcome, tried = self._ask(request), tried + 1
        return outcome

    # -- one request ---------------------------------------------------------------------------

    def _body(self, request: TextRequest) -> dict[str, Any]:
        instructions, data = messages(request)
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [
                {"role": "system", "content": instructions},
                {"role": "user", "content": data},
            ],
            self._limit_by: request.most_tokens,
        }
        if self._structured:
            schema = {"name": "answer", "schema": json.loads(request.schema), "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        return body

    def _ask(self, request: TextRequest) -> TextAnswer | _Failure:
        """Ask once. What the client raises ends here: it holds the key, and others' words."""
        import openai

        try:
            raw = self._client().chat.completions.with_raw_response.create(
                **self._body(request), extra_headers={"Idempotency-Key": _header(request.key)}
            )
            return self._read(raw.http_response.content, request)
        except openai.APITimeoutError:
            seconds = self._timeout.total_seconds()
            return _Failure(f"no whole answer within {seconds:g} seconds")
        except openai.APIConnectionError as error:
            return _not_connected(error)
        except openai.APIStatusError as error:
            return self._status(error)

    def _client(self) -> OpenAI:
        import httpx2
        import openai

        with self._opening:
            if self._opened is None:
                hooks: dict[str, list[Any]] = {"request": [self._begin], "response": [self._bound]}
                self._opened = openai.OpenAI(
                    api_key=self._key.reveal(),
                    base_url=self._base_url,
                    timeout=self._timeout.total_seconds(),
                    max_retries=0,
                    http_client=httpx2.Client(follow_redirects=False, event_hooks=hooks),
                )
            return self._opened

    def _begin(self, request: httpx2.Request) -> None:
        request.extensions["aicmo_until"] = self._waiter.elapsed() + self._timeout

    def _bound(self, response: httpx2.Response) -> None:
        """Let no answer, of an error neither, be read for longer or further than is allowed."""
        until = response.request.extensions["aicmo_until"]
        response.stream = _bounded(response.stream, until, self._waiter)

    def _read(self, content: bytes, request: TextRequest) -> TextAnswer | _Failure:
        try:
            answer = json.loads(content)
            (choice,) = answer["choices"]
            text, used = choice["message"]["content"], answer.get("usage")
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return _Failure("its answer is no chat completion")
        if not isinstance(text, str):  # it declined, or called a tool: that is paid, too
            text = ""
        read, written = _count(used, "prompt_tokens"), _count(used, "completion_tokens")
        if read is None or written is None:  # what is not told is taken for the most
            return TextAnswer(text, self.most_cost(request))
        return TextAnswer(text, self._price.of(read, written), read, written)

    def _status(self, error: APIStatusError) -> _Failure:
        status = error.status_code
        reason = f"status {status}"
        if isinstance(error.code, str) and _CODE.fullmatch(error.code):
            reason += f" ({error.code})"  # its message may quote the key
        if 300 <= status < 400:
            return _Failure(f"{reason}; redirects are not followed", final=True)
        if status not in (408, 409, 429) and status < 500:
            return _Failure(reason, final=True)
        return _Failure(reason, again=True, delay=self._asked_for(error.response))

    def _asked_for(self, response: httpx2.Response) -> timedelta | None:
        """Return the delay that the endpoint names: seconds, or a date."""
        text = response.headers.get("retry-after", "").strip()
        if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text):
            return timedelta(seconds=float(text))
        try:
            then = parsedate_to_datetime(text)
        except ValueError:
            return None
        if then.tzinfo is None:
            return None
        return max(then - self._clock.now(), timedelta(0))


@frozen
class _Failure:
    """
    Why there is no answer.

    Attributes:
        again: Whether nothing was charged, so that it may be asked again at once.
        final: Whether it would be the same again.
        delay: How long the endpoint asks to be left alone.
    """

    reason: str
    again: bool = False
    final: bool = False
    delay: timedelta | None = None

    def as_error(self, provider: str) -> TextRefused | TextUnavailable:
        if self.final:
            return TextRefused(provider, self.reason)
        return TextUnavailable(provider, self.reason, self.delay)


def _bounded(stream: Any, until: timedelta, waiter: Waiter) -> Any:
    import httpx2

    class _Bounded(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            read = 0
            for part in stream:
                read += len(part)
                if read > LARGEST_ANSWER:
                    raise httpx2.ReadError(f"more than {LARGEST_ANSWER} bytes")
                if waiter.elapsed() > until:
                    raise httpx2.ReadTimeout("the answer takes too long")
                yield part

        def close(self) -> None:
            stream.close()

    return _Bounded()


def _not_connected(error: APIConnectionError) -> _Failure:
    import httpx2

    cause = error.__cause__
    if isinstance(cause, httpx2.ConnectError):
        return _Failure("it cannot be reached", again=True)
    return _Failure(f"its answer was cut off ({type(cause).__name__})")


def _count(used: object, name: str) -> int | None:
    found = used.get(name) if isinstance(used, dict) else None
    return found if type(found) is int and found >= 0 else None


def _header(key: str) -> str:
    """Return *key* as a header takes it."""
    return re.sub(r"[^\x21-\x7e]", "_", key)[:255]


def _name(model: str, base_url: str) -> str:
    """
    Return what a model at an address is called.

    Raises:
        InvalidValue: It is no `http:` or `https:` address, or has a user, a query or a
            fragment; or the name is too long to be kept.
    """
    try:
        parts = urlsplit(base_url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        parts, port = urlsplit(""), ""
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain:
        expected = "expected an address such as https://HOST/v1, without a user or a query"
        raise InvalidValue("the base URL of a text provider", (Problem("$", expected),))
    name = f"{model} at {parts.hostname}{port}"
    if not model.strip() or len(name.encode()) > _LONGEST_NAME:
        found = f"expected a name, with its host of at most {_LONGEST_NAME} bytes"
        raise InvalidValue("the model of a text provider", (Problem("$", found),))
    return name


def key_from_environment(variable: str = "OPENAI_API_KEY") -> Secret:
    """
    Return the key that an environment variable holds.

    Raises:
        InvalidValue: It is not set, or empty.
    """
    found = os.environ.get(variable, "")
    if not found:
        problem = Problem("$", f"expected a key in the environment variable {variable}")
        raise InvalidValue("the key of a text provider", (problem,))
    return Secret(found)
