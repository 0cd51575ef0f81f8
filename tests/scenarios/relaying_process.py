"""
A process that relays until its standard input ends, and then whatever is left.

    python -m scenarios.relaying_process URL STREAM

It runs one durable subscriber, whose ledger is in the store, and sends to a NATS stream.
"""

from __future__ import annotations

import sys
import threading

from aicmo_core.app import App, open_app
from aicmo_core.runtime.plugins import load_plugins
from scenarios.events_post import POST, Posted, Reader
from scenarios.nats_server import SERVER


def open_relaying(url: str, stream: str) -> App:
    """Return an application with the reader and the stream."""
    return open_app(
        url,
        modules=[POST],
        subscribers=[Reader("reader", Posted).subscriber],
        targets=[f"{SERVER}?stream={stream}"],
        plugins=load_plugins(allow=[]),
    )


def main(url: str, stream: str) -> None:
    ended = threading.Event()

    def wait_for_the_end() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    with open_relaying(url, stream) as app:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while not ended.is_set():
            app.relay()
        while app.relay():
            pass


if __name__ == "__main__":
    main(*sys.argv[1:])
