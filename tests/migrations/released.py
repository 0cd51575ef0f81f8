"""
A process of one release of a module, that does what it is asked to.

Usage: released.py PACKAGE FIELDS FOLDER. Each line of its input is a JSON list: a verb
and what it takes. It answers each with a JSON object: `answer`, or `error` and `words`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from attrs import field, make_class

from aicmo_core.kernel.errors import AicmoError
from aicmo_core.storage import Backend, Collection, Insert, ModuleSchema
from migrations.killing import OPENERS

TYPES: dict[str, Any] = {"id": str, "size": int, "colour": str | None}


class Release:
    """
    A backend that knows the module `shop` as one release has it.

    Args:
        package: Its migrations.
        fields: Those of its items, of `id`, `size` and `colour`.
    """

    backend: Backend

    def __init__(self, package: str, fields: list[str]) -> None:
        item = make_class("Item", {name: field(type=TYPES[name]) for name in fields}, frozen=True)
        self._item: Any = item
        self._items: Collection[Any] = Collection("shop_items", item, key="id")
        self._schema = ModuleSchema("shop", (self._items,), package)

    def reach(self, url: str) -> None:
        """Get ready for what does not ask for current tables."""
        self.backend = OPENERS[url.partition(":")[0]](url)
        self.backend._schema.declare([self._schema])  # type: ignore[attr-defined]

    def open(self, url: str) -> None:
        self.backend = OPENERS[url.partition(":")[0]](url)
        self.backend.prepare([self._schema])

    def upgrade(self) -> list[str]:
        return list(self.backend.upgrade())

    def downgrade(self, revision: str) -> list[str]:
        return list(self.backend.downgrade("shop", revision))

    def insert(self, *values: Any) -> None:
        row = self._items.encode(self._item(*values), f"token of {values[0]}")
        self.backend.commit([Insert(self._items, row)])

    def get(self, key: str) -> list[Any] | None:
        row = self.backend.get(self._items, (key,))
        return None if row is None else list(row.values)


def main(package: str, fields: str, folder: str) -> None:
    sys.path.insert(0, folder)
    release = Release(package, fields.split(","))
    for line in sys.stdin:
        verb, *arguments = json.loads(line)
        try:
            told: dict[str, Any] = {"answer": getattr(release, verb)(*arguments)}
        except AicmoError as error:
            told = {"error": type(error).__name__, "words": str(error)}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
