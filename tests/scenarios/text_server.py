"""A local endpoint that speaks chat completions, and misbehaves as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]
Reply = Callable[["Handler", Body], None]


class Handler(BaseHTTPRequestHandler):
    """Answers as the server's script says."""

    server: _Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.owner.next_reply(body, headers)
        reply(self, body)

    def answer(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    owner: TextServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone away in the middle is what some tests are about."""


class TextServer:
    """
    The endpoint.

    Attributes:
        script: What the next requests are answered with, the first one first; then `usual`.
        bodies: What was asked, in order.
        headers: The headers of each request, by names in lower case.
        closing: Set when the server ends: what a slow answer waits for.
    """

    def __init__(self, usual: Reply) -> None:
        self.usual = usual
        self.script: list[Reply] = []
        self.bodies: list[Body] = []
        self.headers: list[dict[str, str]] = []
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._http: _Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/v1"

    def next_reply(self, body: Body, headers: dict[str, str]) -> Reply:
        with self._lock:
            self.bodies.append(body)
            self.headers.append(headers)
            return self.script.pop(0) if self.script else self.usual

    def start(self) -> None:
        self._http = _Server(("127.0.0.1", 0), Handler)
        self._http.owner = self
        self._port = self._http.server_address[1]
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        """End, and let go of the port."""
        http, self._http = self._http, None
        self.closing.set()
        if http is not None:
            http.shutdown()
            http.server_close()


@contextmanager
def text_server(usual: Reply) -> Iterator[TextServer]:
    server = TextServer(usual)
    server.start()
    try:
        yield server
    finally:
        server.stop()


# -- replies -----------------------------------------------------------------------------------


def completion(text: str | None, **other: Any) -> bytes:
    """Return a chat completion that says *text*."""
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "stub",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": text},
            }
        ],
        "usage": {"prompt_tokens": 30, "completion_tokens": 10, "total_tokens": 40},
        **other,
    }
    return json.dumps(body).encode()


def says(text: str | None, **other: Any) -> Reply:
    return lambda handler, _: handler.answer(200, completion(text, **other), JSON)


def fails(status: int, content: bytes = b"{}", **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, _: handler.answer(status, content, {**JSON, **named})


def raw(content: bytes) -> Reply:
    """Answer 200, and then anything."""
    return lambda handler, _: handler.answer(200, content, JSON)


def half(content: bytes) -> Reply:
    """Announce the whole, and send a half."""

    def reply(handler: Handler, _: Body) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content[: len(content) // 2])
        handler.close_connection = True

    return reply


def hangs_up(handler: Handler, _: Body) -> None:
    """Close the connection without a word."""
    handler.close_connection = True


def never(handler: Handler, _: Body) -> None:
    """Answer nothing for as long as the server lives."""
    handler.server.owner.closing.wait(30)


def endless(handler: Handler, _: Body) -> None:
    """Send spaces until nobody listens."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b" " * 65536)


JSON = {"Content-Type": "application/json"}
