"""
A peer's process, and the variant that stands for it.

The two exchange a JSON document a line. What the peer's library prints goes to stderr.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import attrs

from benchmarks.measure import Took, Variant

ROOT = Path(__file__).parents[2]


@cache
def interpreter(module: str) -> str | None:
    """
    Return a Python that can import *module*: this one, or the first of AICMO_BENCH_PYTHON.

    That is a list like PATH's, because peers ask for Pythons that others do not run on.
    """
    others = os.environ.get("AICMO_BENCH_PYTHON", "").split(os.pathsep)
    for python in (sys.executable, *filter(None, others)):
        words = [python, "-c", f"import {module}"]
        if subprocess.run(words, stderr=subprocess.DEVNULL).returncode == 0:
            return python
    return None


class Peer(Variant):
    """
    A peer, driven from here.

    Args:
        command: Starts its process, given a URL and the number of threads as well.
        make: Returns the URL of an empty store.
        remove: Removes that store.
    """

    def __init__(
        self,
        command: Sequence[str],
        make: Callable[[], str],
        remove: Callable[[str], None],
        threads: int = 1,
    ) -> None:
        self._command = command
        self._make = make
        self._remove = remove
        self.threads = threads
        self.versions = ""

    def open(self) -> None:
        self._url = self._make()
        self._process = subprocess.Popen(
            [*self._command, self._url, str(self.threads)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            ready = self._answer()
        except RuntimeError:
            self.close()
            raise
        self.durability, self.versions = ready["durability"], ready["versions"]

    def one(self) -> None:
        self.repeat(1)

    def repeat(self, times: int) -> Took:
        return Took(**self._ask({"repeat": times}))

    def counts(self) -> int:
        return int(self._ask({"counts": True}))

    def close(self) -> None:
        if self._process.poll() is None:
            self._ask({"close": True})
        self._process.communicate()
        self._remove(self._url)

    def _ask(self, question: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            code = self._process.wait()
            raise RuntimeError(f"{' '.join(self._command)} ended with {code}; see above")
        return json.loads(line)


def serve(distribution: str, peer: Variant) -> None:
    """Do what is asked on stdin, until told to close: the peer's side."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def answer(document: Any) -> None:
        answers.write(json.dumps(document) + "\n")
        answers.flush()

    peer.open()
    versions = f"{distribution} {version(distribution)} on CPython {platform.python_version()}"
    answer({"durability": peer.durability, "versions": versions})
    for line in sys.stdin:
        question = json.loads(line)
        if "repeat" in question:
            answer(attrs.asdict(peer.repeat(question["repeat"])))
        elif "counts" in question:
            answer(peer.counts())
        else:
            peer.close()
            answer(None)
            return
