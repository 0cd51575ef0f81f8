"""Text for people that steers no terminal, and JSON that any stream can hold."""

from __future__ import annotations

import io
import json

import pytest

from aicmo_core.cli.output import print_json, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("a\rb", "a\\rb"),
        ("a\x9bb\x7f", "a\\x9bb\\x7f"),
        ("abc\u202egnp.exe", "abc\\u202egnp.exe"),
        ("\ud800", "\\ud800"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("עברית 日本 é 🚲", "עברית 日本 é 🚲"),
    ],
)
def test_what_steers_a_terminal(text: str, shown: str) -> None:
    """Is spelled out; every script stays as it is."""
    assert visible(text) == shown


@pytest.mark.parametrize("encoding", ["utf-8", "UTF-16", "ascii", "cp1252"])
def test_json_on_any_stream(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    """Is the same data."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr("sys.stdout", stream)

    print_json({"a": "日本 é"})

    stream.seek(0)
    assert json.loads(stream.read()) == {"a": "日本 é"}
