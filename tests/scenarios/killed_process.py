"""
A process that runs one order and is killed, as by `kill -9`, after its n-th commit.

Usage: killed_process.py URL OUT ORDER N. It answers 0 if it came to its end, because
the run has fewer commits.
"""

from __future__ import annotations

import json
import os
import signal
import sys

from aicmo_core import ClientToDeliveryInput, client_to_delivery, open_app, structure
from aicmo_core.app import open_backend
from aicmo_core.runtime.plugins import load_plugins
from aicmo_core.storage import Batch
from aicmo_core.testing.faulty import FaultyBackend


class KilledBackend(FaultyBackend):
    """Takes the process down when the commit that *last* counts to has been written."""

    last = 0

    def commit(self, changes: Batch) -> None:
        super().commit(changes)
        if self.commits == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


def main(url: str, out: str, order: str, number: str) -> None:
    plugins = load_plugins()
    backend = KilledBackend(open_backend(url, plugins))
    backend.last = int(number)
    with open(order, encoding="utf-8") as file:
        wanted = structure(json.load(file), ClientToDeliveryInput)
    with open_app(backend, artifacts=out, plugins=plugins) as app:
        app.run(client_to_delivery, wanted, key=f"order-{number}")


if __name__ == "__main__":
    main(*sys.argv[1:])
