"""The command line of every benchmark."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs
from attrs import frozen

from benchmarks.answers import Answers, Table, changes, load, machine
from benchmarks.markdown import compared, document
from benchmarks.plots import plot


@frozen
class Effort:
    """
    How thoroughly a question is asked.

    Attributes:
        rounds: How often each variant is measured.
        seconds: About how long each time, where that can be chosen.
        scale: What sizes are multiplied with: 0.01 tries a benchmark out.
        only: Variants whose name contains this.
    """

    rounds: int = 5
    seconds: float = 0.6
    scale: float = 1.0
    only: str = ""

    def size(self, full: int) -> int:
        """Return how large something is to be that in earnest has *full*; 1 at least."""
        return max(1, round(full * self.scale))

    def options(self) -> list[str]:
        """Return the words of a command line that ask for this."""
        usual = attrs.asdict(Effort())
        said = {name: v for name, v in attrs.asdict(self).items() if v != usual[name]}
        return [word for name, value in said.items() for word in (f"--{name}", str(value))]


Answer = Callable[[Effort], Sequence[Table]]


def ask(name: str, doc: str | None, answer: Answer) -> None:
    """
    Ask as the command line says: print the tables; save, plot and compare them if told to.

    Args:
        name: The benchmark's, which is its file's.
        doc: What it asks, and how it may be called.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m benchmarks.{name}",
        description=doc,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_effort(parser)
    parser.add_argument("--json", type=Path, help="save what was found")
    parser.add_argument("--compare", type=Path, help="say what differs from a saved run")
    parser.add_argument("--svg", type=Path, help="plot what was found")
    options = parser.parse_args()
    effort = effort_of(options)
    before = load(options.compare) if options.compare is not None else None
    tables = tuple(table for table in answer(effort) if table.rows)
    if not tables:
        parser.error(f"no variant is called {effort.only!r}")
    found = Answers(machine(), {name: tables})
    asked = command(name, effort)
    print(document(asked, found.machine, tables))
    if before is not None:
        differs = compared(changes(before.tables.get(name, ()), tables))
        print(f"\nCompared with {options.compare}:\n\n{differs}")
    if options.json is not None:
        found.save(options.json)
    if options.svg is not None:
        options.svg.write_text(plot(name, (asked, found.machine), tables))


def command(name: str, effort: Effort) -> str:
    """Return what asks one benchmark so thoroughly."""
    return shlex.join(["python", "-m", f"benchmarks.{name}", *effort.options()])


def add_effort(parser: argparse.ArgumentParser) -> None:
    """Let *parser* take what an `Effort` is made of."""
    effort = Effort()
    parser.add_argument("--rounds", type=int, default=effort.rounds)
    parser.add_argument(
        "--seconds", type=float, default=effort.seconds, help="per variant and round"
    )
    parser.add_argument(
        "--scale", type=float, default=effort.scale, help="what sizes are multiplied with"
    )
    parser.add_argument("--only", default="", help="variants whose name contains this")


def effort_of(options: argparse.Namespace) -> Effort:
    return Effort(options.rounds, options.seconds, options.scale, options.only)
