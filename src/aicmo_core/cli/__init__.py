"""The `aicmo` command. What a command needs is imported when it is called."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    import sys
    from io import TextIOWrapper

    from aicmo_core.cli.main import aicmo

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal of another encoding is no failure
            stream.reconfigure(errors="backslashreplace")
    aicmo(prog_name="aicmo")
