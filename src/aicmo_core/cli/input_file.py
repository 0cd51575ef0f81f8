"""Reading an input file: JSON or YAML, as plain data, with the place of what cannot be read."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from aicmo_core.cli.json_text import parse_json
from aicmo_core.cli.unreadable import UnreadableInput
from aicmo_core.cli.yaml_text import parse_yaml

MOST_BYTES = 16 * 1024 * 1024
"""How large an input may be. Orders are text that somebody wrote."""

_ENDINGS = (".json", ".yaml", ".yml")


def read_input(source: str) -> Any:
    """
    Return the plain data in a file, or on standard input if *source* is `-`.

    A file named `*.json` is JSON and one named `*.yaml` or `*.yml` is YAML; anything
    else is JSON if it begins with `{` or `[`.

    Raises:
        UnreadableInput: There is no such file, or it cannot be read as JSON or YAML.
    """
    name = "standard input" if source == "-" else source
    text = _decode(name, _read(source, name))
    if not text.strip():
        raise UnreadableInput(name, "it is empty", 1, 1)
    kind = Path(source).suffix.lower()
    looks_like_json = kind == ".json" or (kind not in _ENDINGS and text.lstrip()[0] in "{[")
    return parse_json(name, text) if looks_like_json else parse_yaml(name, text)


def input_files(sources: Iterable[str]) -> list[str]:
    """
    Return *sources*, with the JSON and YAML files that lie in it in the place of a folder.

    Raises:
        UnreadableInput: A folder has none, or cannot be read.
    """
    files: list[str] = []
    for source in sources:
        if source == "-" or not os.path.isdir(source):
            files.append(source)
            continue
        try:
            found = [p for p in Path(source).iterdir() if p.suffix.lower() in _ENDINGS]
        except OSError as error:
            raise UnreadableInput(source, error.strerror or str(error)) from error
        if not found:
            raise UnreadableInput(source, f"it holds no file that ends with {', '.join(_ENDINGS)}")
        files += sorted(map(str, found))
    return files


def _read(source: str, name: str) -> bytes:
    try:
        if source == "-":
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(source).open("rb") as file:
                data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableInput(name, error.strerror or str(error)) from error
    except ValueError as error:  # a name that no file can have
        raise UnreadableInput(repr(name), str(error)) from error
    if len(data) > MOST_BYTES:
        raise UnreadableInput(name, f"it is larger than {MOST_BYTES} bytes")
    return data


def _decode(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # What a byte order mark shifts is put right: positions count from it.
        begin = error.object.rfind(b"\n", 0, error.start) + 1
        line = error.object.count(b"\n", 0, error.start) + 1
        column = len(error.object[begin : error.start].decode("utf-8")) + 1
        reason = f"expected UTF-8, found byte 0x{error.object[error.start]:02x}"
        raise UnreadableInput(name, reason, line, column) from error
