"""
The blocks of a documentation page, and a folder in which they are run in order.

What a block is, is said by an HTML comment right before it, which readers do not see:

- `<!-- file: NAME -->`: it is written to that file;
- `<!-- exits: N -->`: its last command ends with that code, instead of 0;
- `<!-- not run: REASON -->`: it is left out.

A block of `console` is run by bash, one of `python` by Python. In a `console` block
with lines that begin with `$ `, the others are the output, in which `…` stands for
any text; without such lines every line is a command.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from attrs import field, frozen

ROOT = Path(__file__).parents[2]

_BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>file|exits|not run): (?P<said>[^\n]*?) -->\n)?"
    r"^```(?P<kind>[^\n`]*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_INSTALLING = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/"


@frozen
class Block:
    """One fenced block: its language, its text, and what its comment says."""

    kind: str
    text: str
    mark: str = ""
    said: str = ""

    @property
    def is_run(self) -> bool:
        return self.kind in ("console", "python") and self.mark not in ("file", "not run")


def pages() -> list[Path]:
    """Return every page of the documentation, the examples' own left out."""
    found = [ROOT / "README.md", ROOT / "benchmarks" / "README.md", *(ROOT / "docs").rglob("*.md")]
    return sorted(p for p in found if "examples" not in p.parts and p.exists())


def blocks(page: Path) -> Iterator[Block]:
    """Return the blocks of a page, in order."""
    for found in _BLOCK.finditer(page.read_text("utf-8")):
        yield Block(found["kind"], found["text"], found["mark"] or "", found["said"] or "")


@frozen
class Folder:
    """Where the blocks of one page are run, as its reader would."""

    path: Path
    environment: dict[str, str] = field(factory=dict)

    def do(self, block: Block) -> None:
        """Write or run one block; what is not as the page says is an AssertionError."""
        if block.mark == "file":
            place = self.path / block.said
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(block.text, "utf-8")
            if block.kind == "python":
                compile(block.text, block.said, "exec")
        elif block.is_run and block.kind == "python":
            self._check(block, [sys.executable, "-"], block.text)
        elif block.is_run:
            script, expected = split_console(block.text)
            printed = self._check(block, ["bash", "-e", "-o", "pipefail"], script)
            if expected:
                assert re.fullmatch(expected, printed), f"{block.text}\nprinted\n{printed}"

    def _check(self, block: Block, program: list[str], text: str) -> str:
        done = subprocess.run(
            program,
            cwd=self.path,
            env=self._environment(),
            input=text.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=300,
            check=False,
        )
        printed = done.stdout.decode()
        wanted = int(block.said) if block.mark == "exits" else 0
        assert done.returncode == wanted, f"{text}\nended with {done.returncode}:\n{printed}"
        return printed

    def _environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("AICMO_")}
        path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
        return {**kept, "PATH": path, "PYTHONPATH": str(self.path), **self.environment}


def split_console(text: str) -> tuple[str, str]:
    """Return a `console` block's commands, and a pattern of the output that it shows."""
    lines = text.splitlines()
    if not any(line.startswith("$ ") for line in lines):
        return text.replace(_INSTALLING, ""), ""
    commands = [line[2:] for line in lines if line.startswith("$ ")]
    shown = [line for line in lines if not line.startswith("$ ")]
    pattern = "\n".join(re.escape(line).replace("…", ".*?") for line in shown)
    return "\n".join(commands) + "\n", f"(?s){pattern}\n?" if shown else ""
