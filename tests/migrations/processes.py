"""Processes of older and newer releases of a module, each asked from here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import frozen

from forked import Forked
from migrations.shipped import Shipped, making


@frozen
class Refused:
    """What a process was refused with: the class of the error, and its words."""

    error: str
    words: str


class Process:
    """
    One process; see released.py.

    Args:
        fields: Those of the items that its release knows.
    """

    def __init__(self, module: Shipped, *fields: str) -> None:
        program = Path(__file__).with_name("released.py")
        self._process = Forked(program, module.package, ",".join(fields), module.parent)

    def begin(self, verb: str, *arguments: Any) -> None:
        """Ask for something, and do not wait for the answer."""
        self._process.stdin.write(json.dumps([verb, *arguments]) + "\n")
        self._process.stdin.flush()

    def end(self) -> Any:
        """Wait for the answer."""
        told = json.loads(self._process.stdout.readline())
        return Refused(told["error"], told["words"]) if "error" in told else told["answer"]

    def ask(self, verb: str, *arguments: Any) -> Any:
        self.begin(verb, *arguments)
        return self.end()

    def close(self) -> None:
        assert self._process.wait() == 0


@contextmanager
def running(*started: Process) -> Iterator[None]:
    """Let processes run, and see that each comes to a good end."""
    try:
        yield
    finally:
        for process in started:
            process.close()


def first_release(folder: Path) -> Shipped:
    """Return the module `shop` with items that have a size."""
    module = Shipped(folder, "shop", release="older")
    module.ship(*making("shop_items", 'sa.Column("size", sa.BigInteger(), nullable=False)'))
    return module


def second_release(folder: Path, upgrade: str, downgrade: str) -> Shipped:
    """Return the same with one migration more."""
    module = Shipped(folder, "shop", release="newer")
    module.ship(*making("shop_items", 'sa.Column("size", sa.BigInteger(), nullable=False)'))
    module.ship(upgrade, downgrade)
    return module
