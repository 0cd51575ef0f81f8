"""
Question: how much memory does one command hold that makes many packages?

    python -m benchmarks.many_packages [--scale 1]

`aicmo run client_to_delivery FOLDER` in a process of its own, on a SQLite file, with a PDF in each
package: after 100 orders and after 1,000, the largest resident set that the system saw. The orders
are the samples in turn, each with a client, a name and numbers of its own, so that nothing which is
kept for one serves another.
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import tempfile
from importlib.resources import files
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.answers import Row, Table
from benchmarks.asking import Effort, ask

ORDERS = (100, 1_000)
REFUSED = "incomplete_bike_shop.json"
"""The sample whose answers do not suffice."""

_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d.,])")
_LETTERS = 26


def _samples() -> list[dict[str, Any]]:
    named = (f for f in files("aicmo_core.samples").iterdir() if f.name.endswith(".json"))
    found = sorted((f for f in named if f.name != REFUSED), key=lambda f: f.name)
    return [json.loads(f.read_text("utf-8")) for f in found]


def _word(number: int) -> str:
    """Return a name that no other number has."""
    letters = ""
    for _ in range(4):
        number, place = divmod(number, _LETTERS)
        letters = chr(ord("a") + place) + letters
    return letters.capitalize()


def varied(sample: dict[str, Any], number: int) -> dict[str, Any]:
    """Return an order like *sample*, by another client with other numbers."""
    brand = sample["responses"]["brand_name"]
    text = json.dumps(sample, ensure_ascii=False).replace(brand, f"{brand} {_word(number)}")
    order: dict[str, Any] = json.loads(text)
    order["client_id"] += f"-{number}"
    told = order["responses"]
    for name in ("budget", "primary_goal"):
        if isinstance(told.get(name), str):
            told[name] = _THOUSANDS.sub(
                lambda found: f"{int(found[0].replace(',', '')) + number:,}", told[name]
            )
    return order


def _peak(orders: Path, folder: Path, sending: Any) -> None:
    """Run the command; send the largest resident set of it in bytes, and what it said at last."""
    words = ["-m", "aicmo_core.cli", "run", "client_to_delivery", str(orders)]
    done = subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True)
    kilobytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    said = done.stdout.splitlines()[-1] if done.stdout else done.stderr
    sending.send((kilobytes * 1024, done.returncode, said))


def held(count: int) -> float:
    """Return the megabytes that the command holds at most for so many orders."""
    samples = _samples()
    with tempfile.TemporaryDirectory() as place:
        orders = Path(place) / "orders"
        orders.mkdir()
        for number in range(count):
            order = varied(samples[number % len(samples)], number)
            (orders / f"{number:04}.json").write_text(json.dumps(order), "utf-8")
        # A process between: what the system tells is the largest of all children so far.
        receiving, sending = get_context("spawn").Pipe(duplex=False)
        asked = get_context("spawn").Process(target=_peak, args=(orders, Path(place), sending))
        asked.start()
        peak, code, said = receiving.recv()
        asked.join()
    assert code == 0, said
    return float(peak / 1e6)


def answer(effort: Effort) -> list[Table]:
    """Run the command once for each number of orders."""
    rows: list[Row] = []
    for count in map(effort.size, ORDERS):
        now = held(count)
        rows.append(Row(f"{count:,} orders", {"MB at most": (now,)}, goals={"MB at most": "≤ 300"}))
    return [Table("One command, a PDF in each package", tuple(rows), less_is_better=True)]


if __name__ == "__main__":
    ask("many_packages", __doc__, answer)
