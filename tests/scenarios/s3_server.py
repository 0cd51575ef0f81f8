"""An S3 server for tests, and a relay in front of it that fails as it is told."""

from __future__ import annotations

import http.client
import importlib.util
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from attrs import frozen

from scenarios.nats_server import missing

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test-key", "AWS_SECRET_ACCESS_KEY": "test-secret"}


class S3Server:
    """
    Moto's server in a process of its own. What it stores is gone when it stops.

    Attributes:
        port: Where it listens, on this machine.
    """

    def __init__(self, folder: Path) -> None:
        if importlib.util.find_spec("moto") is None:
            missing("moto is not installed")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and return when it answers."""
        if self._process is not None:
            return
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        with (self._folder / "moto.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        while True:
            with suppress(ConnectionRefusedError):
                self._ask("GET", "/")
                return
            if self._process.poll() is not None:
                raise AssertionError((self._folder / "moto.log").read_text("utf-8")[-2000:])

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.wait(timeout=30)

    def new_bucket(self) -> str:
        """Make a bucket, and return its name."""
        name = f"test-{secrets.token_hex(6)}"
        self._ask("PUT", f"/{name}")
        return name

    def keys(self, bucket: str) -> list[str]:
        """Return the keys in a bucket, asked for past the library."""
        page = self._ask("GET", f"/{bucket}?list-type=2")
        return sorted(part.partition("</Key>")[0] for part in page.split("<Key>")[1:])

    def store(self, bucket: str, key: str, data: bytes) -> None:
        """Store an object past the library."""
        self._ask("PUT", f"/{bucket}/{key}", data)

    def store_many(self, bucket: str, keys: Iterable[str]) -> None:
        """Store empty objects past the library."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        for key in keys:
            connection.request("PUT", f"/{bucket}/{key}")
            connection.getresponse().read()
        connection.close()

    def _ask(self, method: str, path: str, data: bytes = b"") -> str:
        with _asked(self.port, method, path, data, {}) as answer:
            text = answer.read().decode()
            assert answer.status == 200, (method, path, answer.status, text)
            return text


@contextmanager
def _asked(
    port: int, method: str, path: str, data: bytes, headers: Mapping[str, str]
) -> Iterator[http.client.HTTPResponse]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, data, dict(headers))
        yield connection.getresponse()
    finally:
        connection.close()


class Trouble(Enum):
    """What becomes of a request."""

    NONE = "it is passed on"
    LOST = "it never arrives"
    UNANSWERED = "it is carried out, and its answer is lost"
    HALF_ANSWERED = "its answer ends in the middle"
    HALF_STORED = "the service says that it stored all, and stored half"
    REFUSED = "the service is too busy"
    EXPIRED = "the credentials are none any more, and are quoted"


@frozen
class Asked:
    """
    A request.

    Attributes:
        condition: On which it is to be carried out, as an HTTP header.
    """

    method: str
    path: str
    condition: str = ""


class S3Relay:
    """
    Passes requests on to a server, and fails those that it is told to.

    Attributes:
        asked: Each request that arrived here, in order.
        is_down: Whether every request is lost.
    """

    def __init__(self, server: S3Server) -> None:
        self._server = server
        self._troubles: list[tuple[str, Trouble | Callable[[], object]]] = []
        self._lock = threading.Lock()
        self.asked: list[Asked] = []
        self.is_down = False
        relay = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                with suppress(ConnectionError):  # the client has gone
                    super().handle_one_request()

            def pass_on(self) -> None:
                relay._pass_on(self)

            do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = pass_on

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._http.server_address[1]}"

    def fail(self, method: str, trouble: Trouble, times: int = 1) -> None:
        """Fail the next requests with this method."""
        with self._lock:
            self._troubles += [(method, trouble)] * times

    def before(self, method: str, do: Callable[[], object], after: int = 0) -> None:
        """Do something before a request with this method is passed on, after so many others."""
        self.fail(method, Trouble.NONE, after)
        with self._lock:
            self._troubles.append((method, do))

    @property
    def has_troubles(self) -> bool:
        """Whether a request is still to be failed."""
        return bool(self._troubles)

    def _trouble(self, method: str) -> Trouble:
        with self._lock:
            places = [n for n, (of, _) in enumerate(self._troubles) if of == method]
            if not places:
                return Trouble.NONE
            _, trouble = self._troubles.pop(places[0])
        if isinstance(trouble, Trouble):
            return trouble
        trouble()
        return Trouble.NONE

    def _pass_on(self, request: BaseHTTPRequestHandler) -> None:
        data = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        conditions = (f"{n}: {request.headers.get(n, '')}" for n in ("If-None-Match", "If-Match"))
        condition = next((c for c in conditions if not c.endswith(": ")), "")
        self.asked.append(Asked(request.command, request.path, condition))
        trouble = Trouble.LOST if self.is_down else self._trouble(request.command)
        if trouble is Trouble.LOST:
            request.close_connection = True
            return
        if trouble is Trouble.REFUSED:
            request.send_response(503)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        if trouble is Trouble.EXPIRED:
            token = request.headers.get("x-amz-security-token", "")
            said = f"<Error><Code>ExpiredToken</Code><Token-0>{token}</Token-0></Error>".encode()
            request.send_response(400)
            request.send_header("Content-Length", str(len(said)))
            request.end_headers()
            request.wfile.write(said)
            return
        if trouble is Trouble.HALF_STORED:
            data = data[: len(data) // 2]
        headers = {k: v for k, v in request.headers.items() if k.lower() != "content-length"}
        with _asked(self._server.port, request.command, request.path, data, headers) as answer:
            body = answer.read()
            if trouble is Trouble.UNANSWERED:
                request.close_connection = True
                return
            self._answer(request, answer, body, trouble)

    def _answer(
        self,
        request: BaseHTTPRequestHandler,
        answer: http.client.HTTPResponse,
        body: bytes,
        trouble: Trouble,
    ) -> None:
        request.send_response_only(answer.status)
        own = ("content-length", "connection", "transfer-encoding")
        for name, value in answer.getheaders():
            if name.lower() not in own:
                request.send_header(name, value)
        length = answer.getheader("Content-Length") if request.command == "HEAD" else len(body)
        request.send_header("Content-Length", str(length))
        request.end_headers()
        if trouble is Trouble.HALF_ANSWERED:
            request.wfile.write(body[: len(body) // 2])
            request.close_connection = True
        else:
            request.wfile.write(body)

    @contextmanager
    def serving(self) -> Iterator[S3Relay]:
        """Serve in a thread of its own until the block ends."""
        thread = threading.Thread(target=self._http.serve_forever, name="s3-relay")
        thread.start()
        try:
            yield self
        finally:
            self._http.shutdown()
            thread.join()
            self._http.server_close()
