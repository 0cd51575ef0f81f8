"""
The pages of the documentation, and their blocks.

What a block is, is said by an HTML comment right before it, which readers do not see:

- `<!-- file: NAME -->`: it is written to that file;
- `<!-- printed -->`: it is what the block before it printed;
- `<!-- exits: N -->`: its last command ends with that code, instead of 0;
- `<!-- in a clone -->`: it, and what follows, is done in a clone of the repository;
- `<!-- excerpt: PATH -->`: its lines stand in that file, in this order;
- `<!-- not run: REASON -->`: it is left out.

A block of `console` is run by bash, one of `python` by Python. In a `console` block
with lines that begin with `$ `, the others are the output; without such lines every
line is a command. In an output `…` stands for any text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).parents[2]

_BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>file|printed|exits|in a clone|excerpt|not run)"
    r"(?:: (?P<said>[^\n]*?))? -->\n)?"
    r"^```(?P<kind>[^\n`]*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_NOT_RUN = ("file", "excerpt", "not run")


@frozen
class Block:
    """One fenced block: its language, its text, and what its comment says."""

    kind: str
    text: str
    mark: str = ""
    said: str = ""

    @property
    def is_run(self) -> bool:
        return self.kind in ("console", "python") and self.mark not in _NOT_RUN


def pages() -> list[Path]:
    """Return every page of the documentation, those of the examples included."""
    found = [ROOT / "README.md", ROOT / "benchmarks" / "README.md", *(ROOT / "docs").rglob("*.md")]
    return sorted(p for p in found if p.exists() and not {"_build", ".venv"} & set(p.parts))


def name(page: Path) -> str:
    """Return where a page lies."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> Iterator[Block]:
    """Return the blocks of a page, in order."""
    for found in _BLOCK.finditer(page.read_text("utf-8")):
        yield Block(found["kind"], found["text"], found["mark"] or "", found["said"] or "")


def split_console(text: str) -> tuple[str, str]:
    """Return a `console` block's commands, and the output that it shows."""
    lines = text.splitlines(keepends=True)
    if not any(line.startswith("$ ") for line in lines):
        return text, ""
    commands = [line[2:] for line in lines if line.startswith("$ ")]
    return "".join(commands), "".join(line for line in lines if not line.startswith("$ "))


def shows(shown: str, printed: str) -> bool:
    """Return whether *printed* is what a page shows."""
    pattern = re.escape(shown.rstrip("\n")).replace("…", ".*?")
    return re.fullmatch(pattern, printed.rstrip("\n"), re.DOTALL) is not None
