"""What is wrong with an input file, and in which line and column."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest

from aicmo_core.cli.input_file import MOST_BYTES, read_input
from aicmo_core.cli.unreadable import UnreadableInput

DEEP = 10_000


def written(folder: Path, name: str, data: bytes) -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


@pytest.mark.parametrize(
    ("name", "data", "line", "column", "said"),
    [
        ("a.json", b'{"a": 1,\n "b": }', 2, 7, "Expecting value"),
        ("a.json", b'{"a": "b', 1, 7, "Unterminated string"),
        ("a.json", b'{"a": 1} x', 1, 10, "Extra data"),
        ("a.json", b'{"a": {"x": 1,\n  "x": 2}}', 2, 3, "'x' stands twice"),
        ("a.json", b'{"a": 1, "\\u0061": 2}', 1, 10, "'a' stands twice"),
        ("a.json", b"[1,\nNaN]", 2, 1, "NaN is not JSON"),
        ("a.json", b"[-Infinity]", 1, 2, "-Infinity is not JSON"),
        ("a.json", b"[" * DEEP + b"]" * DEEP, 1, 65, "64 levels"),
        ("a.json", b"[" * DEEP, 1, 65, "64 levels"),
        ("a.json", b'{"a":' * DEEP, 1, 321, "64 levels"),
        ("a.json", b"[" + b"1" * 5000 + b"]", 1, 2, "5000 characters"),
        ("a.json", b"", 1, 1, "empty"),
        ("a.json", b'\xef\xbb\xbf{"a": ]', 1, 7, "Expecting value"),
        ("a.json", b'{"a": "caf\xe9"}', 1, 11, "expected UTF-8, found byte 0xe9"),
        ("a.json", '{"ключ":\n "é'.encode() + b'\xff"}', 2, 4, "found byte 0xff"),
        ("a.json", '{"a": 1}'.encode("utf-16"), 1, 1, "found byte 0xff"),
        ("a.yaml", b"a: b\n\tc: d\n", 2, 1, "\\t"),
        ("a.yaml", b"a: [1, 2\nb: 3\n", 2, 2, "expected ',' or ']'"),
        ("a.yaml", b"a: 1\nb: 2\na: 3\n", 3, 1, "'a' stands twice"),
        ("a.yaml", b"a: &x [1]\nb: *x\n", 2, 4, "aliases are not accepted"),
        ("a.yaml", b"a: 1\nb: x\x00y\n", 2, 5, "U+0000"),
        ("a.yaml", b"a: 2026-02-31\n", 1, 4, "day is out of range"),
        ("a.yaml", b"a: 1\n---\nb: 2\n", 2, 1, "single document"),
        ("a.yaml", b"1: one\n", 1, 1, "expected text as a key, found 1"),
        ("a.yaml", b"a: !!set {x, y}\n", 1, 4, "set"),
        ("a.yaml", b"a: !!binary aGVsbG8=\n", 1, 4, "bytes"),
        ("a.yaml", b"a: !!python/object/apply:os.system [ls]\n", 1, 4, "constructor"),
        ("a.yaml", b"a: " + b"[" * DEEP + b"]" * DEEP, 1, 67, "64 levels"),
        ("a.yaml", b"- " * DEEP, 1, 129, "64 levels"),
        ("a.yaml", b" \n\n", 1, 1, "empty"),
        ("a.txt", b'{"a" 1}', 1, 6, "Expecting ':'"),
        ("a", b"a: [", 1, 5, "flow"),
    ],
)
def test_an_unreadable_file(
    tmp_path: Path, name: str, data: bytes, line: int, column: int, said: str
) -> None:
    """Names the file, the line, the column, and what is wrong there."""
    path = written(tmp_path, name, data)

    with pytest.raises(UnreadableInput) as caught:
        read_input(path)

    assert str(caught.value).startswith(f"{path}, line {line}, column {column}: ")
    assert said in caught.value.reason


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.json", b'\xef\xbb\xbf{"a": [1, "NaN", {"a": "a"}]}', {"a": [1, "NaN", {"a": "a"}]}),
        (
            "a.json",
            rb'{"a": "\"{[", "b": "\\", "c": {"a": 1}}',
            {"a": '"{[', "b": "\\", "c": {"a": 1}},
        ),
        ("a.json", b"[" * 64 + b"]" * 64, None),
        ("a.yaml", b"a: 2026-03-01\nb: yes\nc: 1.5\n", {"a": "2026-03-01", "b": True, "c": 1.5}),
        ("a.yaml", b"2026-01-01: one\n", {"2026-01-01": "one"}),
        ("a.yml", b'a: {"b": [x]}\n', {"a": {"b": ["x"]}}),
        ("a.yaml", "a: 🚲 é\n".encode(), {"a": "🚲 é"}),
        ("order", b'  {"a": 1}', {"a": 1}),
        ("order", b"a: 1", {"a": 1}),
    ],
)
def test_a_readable_file(tmp_path: Path, name: str, data: bytes, expected: object) -> None:
    """Is read by its name, or else by how it begins."""
    found = read_input(written(tmp_path, name, data))

    assert expected is None or found == expected


def test_an_aware_time_in_yaml(tmp_path: Path) -> None:
    """Becomes text with its offset."""
    found = read_input(written(tmp_path, "a.yaml", b"a: 2025-05-12T09:30:00+02:00\n"))

    assert found == {"a": "2025-05-12T09:30:00+02:00"}


@pytest.mark.parametrize("name", ["nowhere.json", "a/b.yaml", "."])
def test_a_file_that_cannot_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Names it, and why."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UnreadableInput, match=r"No such file|Is a directory"):
        read_input(name)


def test_an_endless_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is given up on, before it fills the memory."""

    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= MOST_BYTES + 1
            return b" " * size

    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=Endless()))

    with pytest.raises(UnreadableInput, match="standard input: it is larger than"):
        read_input("-")
