"""
All benchmarks, or those that are named, each in a process of its own.

    python -m benchmarks [NAME …] [--rounds 5] [--dry] [--json FILE] [--compare FILE]

What they find is written into benchmarks/README.md, between the markers that bear their
names, and plotted for the documentation.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.answers import Answers, changes, load, machine
from benchmarks.asking import Effort, add_effort, command, effort_of
from benchmarks.markdown import compared, document
from benchmarks.plots import plot

ROOT = Path(__file__).parents[1]
README = ROOT / "benchmarks" / "README.md"
PLOTS = ROOT / "docs" / "explanation" / "benchmarks"


def marked(readme: str) -> list[str]:
    """Return the benchmarks whose tables *readme* shows, in its order."""
    return re.findall(r"^<!-- (\w+): begin -->$", readme, re.MULTILINE)


def rewritten(readme: str, name: str, tables: str) -> str:
    """
    Return *readme* with *tables* between the markers of *name*.

    Raises:
        ValueError: It does not have those markers.
    """
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->\n"
    before, found, rest = readme.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"README.md has no place for {name}: expected {begin!r} and {end!r}")
    return f"{before}{begin}{tables}\n{end}{after}"


def _asked(name: str, effort: Effort, folder: Path) -> Answers | None:
    """Return what the benchmark found, or None if it failed; it prints by itself."""
    file = folder / f"{name}.json"
    words = [*effort.options(), "--json", str(file)]
    print(f"\n## {name}\n", flush=True)
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *words], cwd=ROOT)
    print(f"\n{name} took {time.monotonic() - began:,.0f} s.", flush=True)
    return load(file) if done.returncode == 0 else None


def _keep(name: str, effort: Effort, found: Answers) -> None:
    tables, asked = found.tables[name], command(name, effort)
    PLOTS.mkdir(exist_ok=True)
    drawn = PLOTS / f"{name}.svg"
    drawn.write_text(plot(name, (asked, found.machine), tables))
    shown = f"![The medians above as bars](../{drawn.relative_to(ROOT).as_posix()})"
    text = f"{document(asked, found.machine, tables)}\n\n{shown}"
    README.write_text(rewritten(README.read_text(), name, text))


def main() -> None:
    every = marked(README.read_text())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(every)}")
    add_effort(parser)
    parser.add_argument("--dry", action="store_true", help="change neither README nor plots")
    parser.add_argument("--json", type=Path, help="save what was found")
    parser.add_argument("--compare", type=Path, help="say what differs from a saved run")
    options = parser.parse_args()
    effort = effort_of(options)
    unknown = set(options.names) - set(every)
    if unknown:
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    before = load(options.compare) if options.compare is not None else None
    tables, failed = {}, []
    with tempfile.TemporaryDirectory() as folder:
        for name in options.names or every:
            found = _asked(name, effort, Path(folder))
            if found is None:
                failed.append(name)
                continue
            tables[name] = found.tables[name]
            if not options.dry:
                _keep(name, effort, found)
    if options.json is not None:
        Answers(machine(), tables).save(options.json)
    if before is not None:
        for name, now in tables.items():
            print(f"\n## {name}\n\n{compared(changes(before.tables.get(name, ()), now))}")
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
