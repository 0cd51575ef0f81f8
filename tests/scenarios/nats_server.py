"""A NATS server for tests, and a way to its streams that does not go through the library."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from urllib.parse import unquote

import nats
import pytest
from nats.js import JetStreamContext

from aicmo_core.hooks import EventMessage
from aicmo_core.kernel.ids import CorrelationId, EventId
from aicmo_core.testing.databases import REQUIRE_ALL

T = TypeVar("T")

SERVER = os.environ.get("AICMO_TEST_NATS", "nats://127.0.0.1:4222")
"""The server that is there already."""


class NatsServer:
    """
    A server of the test's own, which can be stopped and started again with what it stored.

    Attributes:
        url: Where clients find it.
    """

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"nats://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it, and return when it answers."""
        if self._process is not None:
            return
        command = [_program(), "-a", "127.0.0.1", "-p", str(self._port), "-js"]
        with (self._folder / "nats.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "-sd", str(self._folder)], stdout=log, stderr=log
            )
        within(self.url, _ping)

    def stop(self, *, kill: bool = False) -> None:
        """Stop it; with *kill* as a machine that loses its power would."""
        process, self._process = self._process, None
        if process is not None:
            (process.kill if kill else process.terminate)()
            process.wait(timeout=30)


def _program() -> str:
    found = shutil.which("nats-server") or shutil.which("/usr/sbin/nats-server")
    if found is None:
        missing("nats-server is not installed")
    return found


def missing(reason: str) -> NoReturn:
    """Skip the test, or fail it where nothing may be skipped."""
    if os.environ.get(REQUIRE_ALL) == "1":
        pytest.fail(reason)
    pytest.skip(reason)


async def _ping(stream: JetStreamContext) -> None:
    await stream.account_info()


def within(url: str, work: Callable[[JetStreamContext], Awaitable[T]]) -> T:
    """Do *work* with a connection of its own, which the server may need a while to accept."""

    async def connect_and_work() -> T:
        client = await nats.connect(
            url, max_reconnect_attempts=600, reconnect_time_wait=0.05, error_cb=_silent
        )
        try:
            return await work(client.jetstream(timeout=30))
        finally:
            await client.close()

    return asyncio.run(connect_and_work())


async def _silent(_: Exception) -> None:
    """A server that is starting refuses; that is what is waited for."""


def add_stream(url: str, name: str, **settings: Any) -> None:
    async def add(stream: JetStreamContext) -> None:
        await stream.add_stream(name=name, subjects=[f"{name}.>"], **settings)

    within(url, add)


@contextmanager
def shared_stream() -> Iterator[str]:
    """Yield a stream of the test's own on the server that is there; delete it afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    try:
        with socket.create_connection(("127.0.0.1", int(SERVER.rpartition(":")[2])), timeout=5):
            pass
    except OSError as error:
        missing(f"no NATS server at {SERVER}: {error}")
    add_stream(SERVER, name)
    try:
        yield name
    finally:
        within(SERVER, lambda stream: stream.delete_stream(name))


def read_stream(url: str, name: str) -> list[EventMessage]:
    """Return everything that a stream holds, in the order of arrival."""

    async def read(stream: JetStreamContext) -> list[EventMessage]:
        state = (await stream.stream_info(name)).state
        numbers = range(state.first_seq, state.last_seq + 1) if state.messages else ()
        found = [await stream.get_msg(name, number) for number in numbers]
        return [_message(one.subject or "", one.data or b"", one.headers or {}) for one in found]

    return within(url, read)


def _message(subject: str, body: bytes, headers: dict[str, str]) -> EventMessage:
    event_type = headers["Aicmo-Type"]
    collection = headers["Aicmo-Collection"]
    assert subject.split(".")[1:] == [collection, event_type.rpartition(".")[2]]
    return EventMessage(
        EventId(headers["Nats-Msg-Id"]),
        event_type,
        collection,
        unquote(headers["Aicmo-Key"]),
        int(headers["Aicmo-Place"]),
        body.decode(),
        datetime.fromisoformat(headers["Aicmo-Occurred-At"]),
        CorrelationId(unquote(headers["Aicmo-Correlation-Id"])),
    )
