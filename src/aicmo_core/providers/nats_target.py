"""
A stream of NATS JetStream as a target of events.

An event becomes a message of the subject `PREFIX.COLLECTION.CLASS`, such as
`agency.delivery_packages.Delivered`. Its body is the event's JSON; its headers name it:

| header | what it says |
|---|---|
| `Nats-Msg-Id` | the event's id, by which the stream drops what it has already |
| `Aicmo-Type` | the full name of the event's class |
| `Aicmo-Collection`, `Aicmo-Key` | the aggregate; the key is percent-encoded |
| `Aicmo-Place` | the event's place in its aggregate |
| `Aicmo-Correlation-Id`, `Aicmo-Occurred-At` | the envelope |

A connection is given up after any failure, and the next call makes a new one: what a
reconnecting client keeps back, and sends when others have sent already, cannot be.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Coroutine, Iterable, Sequence
from itertools import groupby
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

import nats
from attrs import frozen
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoServersError
from nats.js.errors import APIError, NoStreamResponseError

from aicmo_core.hooks import EventMessage, EventTarget, Refusal, TargetUnavailable
from aicmo_core.kernel.errors import InvalidValue, Problem
from aicmo_core.kernel.values import datetime_to_text

T = TypeVar("T")

_log = logging.getLogger("aicmo_core.nats")

CONNECT_SECONDS = 5
ACKNOWLEDGE_SECONDS = 5.0
"""How long the server has to acknowledge one event."""

_TOO_LARGE_FOR_STREAM = 10054
_PARAMETERS = ("stream", "prefix", "name", "credentials")


@frozen
class NatsAddress:
    """
    What a `nats:` URL says.

    Attributes:
        server: The URL without its parameters, perhaps with a password.
        stream: Which stream has to take the events.
        prefix: What subjects begin with.
        name: What the target is called.
        credentials: A file of NATS credentials.
    """

    server: str
    stream: str
    prefix: str
    name: str
    credentials: str | None = None

    @property
    def shown(self) -> str:
        """The host and port."""
        return urlsplit(self.server).netloc.rpartition("@")[2]


def read_nats_address(url: str) -> NatsAddress:
    """
    Return what *url* says: `nats://host:4222?stream=agency`.

    Its other parameters are `prefix`, which is the stream's name if left out, `name`, and
    `credentials`.

    Raises:
        InvalidValue: It has no host or no stream, or a parameter that there is not.
    """
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query))
    problems = [
        Problem(f"$.{name}", f"expected one of {', '.join(_PARAMETERS)}")
        for name in given
        if name not in _PARAMETERS
    ]
    if not parts.hostname:
        problems.append(Problem("$", "expected nats://HOST:4222?stream=NAME"))
    if not given.get("stream"):
        problems.append(Problem("$.stream", "expected the name of a stream"))
    if problems:
        raise InvalidValue("the URL of an event target", tuple(problems))
    stream = given["stream"]
    name = given.get("name") or f"nats:{stream}"
    server = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    prefix = given.get("prefix") or stream
    return NatsAddress(server, stream, prefix, name, given.get("credentials"))


class NatsEventTarget(EventTarget):
    """
    Sends events to a stream that is there: its subjects and limits are its operator's.

    Events of one aggregate are sent one by one, each when the one before it is
    acknowledged; those of different aggregates at the same time.
    """

    def __init__(self, address: NatsAddress) -> None:
        self._address = address
        self._loop: _Loop | None = None
        self._client: Client | None = None
        self._heard: Exception | None = None
        self._closed = False

    @classmethod
    def open(cls, url: str) -> NatsEventTarget:
        """
        Return the target of a URL. Nothing is connected yet.

        Raises:
            InvalidValue: The URL does not name a stream on a host.
        """
        return cls(read_nats_address(url))

    @property
    def name(self) -> str:
        return self._address.name

    @property
    def deduplicates(self) -> bool:
        return True

    def publish(self, batch: Sequence[EventMessage]) -> Sequence[Refusal]:
        if self._closed:
            raise self._unavailable("it was closed")
        if self._loop is None:
            self._loop = _Loop(f"aicmo-{self.name}")
        try:
            return self._loop.run(self._publish(batch))
        except (TimeoutError, NatsError, OSError) as error:
            raise self._unavailable(self._say(error)) from error

    def close(self) -> None:
        self._closed = True
        loop, self._loop = self._loop, None
        if loop is not None:
            try:
                loop.run(self._disconnect())
            finally:
                loop.close()

    # -- in the loop ---------------------------------------------------------------------------

    async def _publish(self, batch: Sequence[EventMessage]) -> list[Refusal]:
        client = await self._connected()
        aggregates = _by_aggregate(batch)
        sending = [self._publish_in_order(client, events) for events in aggregates]
        # Every aggregate is brought to an end, or to its first failure, before any is told.
        outcomes = await asyncio.gather(*sending, return_exceptions=True)
        refusals: list[Refusal] = []
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                await self._disconnect()
                raise outcome
            refusals += outcome
        return refusals

    async def _publish_in_order(
        self, client: Client, events: Iterable[EventMessage]
    ) -> list[Refusal]:
        """Publish the events of one aggregate until one is refused; return that."""
        stream = client.jetstream(timeout=ACKNOWLEDGE_SECONDS)
        for event in events:
            headers, body = self._headers(event), event.payload.encode()
            size, limit = _size(headers) + len(body), client.max_payload
            if size > limit:  # the server would end the connection
                reason = f"the server takes messages of at most {limit} bytes, found {size}"
                return [Refusal(event.event_id, reason)]
            try:
                await stream.publish(self._subject(event), body, headers=headers)
            except APIError as error:
                if error.err_code != _TOO_LARGE_FOR_STREAM:
                    raise
                return [Refusal(event.event_id, f"the stream refused it: {error.description}")]
        return []

    def _subject(self, event: EventMessage) -> str:
        return f"{self._address.prefix}.{event.collection}.{event.type.rpartition('.')[2]}"

    def _headers(self, event: EventMessage) -> dict[str, str]:
        return {
            "Nats-Msg-Id": event.event_id,
            "Nats-Expected-Stream": self._address.stream,
            "Aicmo-Type": event.type,
            "Aicmo-Collection": event.collection,
            "Aicmo-Key": quote(event.key, safe=""),  # a header is one trimmed line
            "Aicmo-Place": str(event.n),
            "Aicmo-Correlation-Id": quote(event.correlation_id, safe=":"),
            "Aicmo-Occurred-At": datetime_to_text(event.occurred_at),
        }

    async def _connected(self) -> Client:
        if self._client is None or not self._client.is_connected:
            self._heard = None
            # The client tries for ever unless it is told how often; 1 is the least that it heeds.
            connecting = nats.connect(
                self._address.server,
                name="aicmo_core",
                allow_reconnect=False,
                max_reconnect_attempts=1,
                reconnect_time_wait=0,
                connect_timeout=CONNECT_SECONDS,
                user_credentials=self._address.credentials,
                error_cb=self._hear,
            )
            self._client = await asyncio.wait_for(connecting, CONNECT_SECONDS)
        return self._client

    async def _hear(self, error: Exception) -> None:
        """Keep what the client says besides: why no server was found, above all."""
        _log.debug("%s: the client says: %s", self.name, error)
        self._heard = error

    async def _disconnect(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    # -- failures ------------------------------------------------------------------------------

    def _unavailable(self, reason: str) -> TargetUnavailable:
        return TargetUnavailable(self.name, f"{self._address.shown}: {reason}")

    def _say(self, error: BaseException) -> str:
        if isinstance(error, NoStreamResponseError):
            stream, prefix = self._address.stream, self._address.prefix
            return (
                f"no stream takes the subject {prefix}.>; make it: "
                f"nats stream add {stream} --subjects '{prefix}.>'"
            )
        if isinstance(error, NoServersError) and self._heard is not None:
            error = self._heard
        return f"{type(error).__name__}: {error}".removesuffix(": ")


class _Loop:
    """An event loop in a thread of its own, for a client that knows no other way."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what *work* returns, when it is done."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _by_aggregate(batch: Iterable[EventMessage]) -> list[list[EventMessage]]:
    def aggregate(event: EventMessage) -> tuple[str, str]:
        return event.collection, event.key

    return [list(group) for _, group in groupby(sorted(batch, key=aggregate), aggregate)]


def _size(headers: dict[str, str]) -> int:
    """Return how many bytes the headers are in a message."""
    lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
    return len(b"NATS/1.0\r\n\r\n") + sum(len(line.encode()) for line in lines)
